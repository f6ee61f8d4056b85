"""The committee's report as slides, from the same content as the Word file."""
