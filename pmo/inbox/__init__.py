"""Answers that come by mail: read, held against what was asked, stored by the verbs of the pages, answered once."""
