"""Required documents of methods, and the documents of projects."""
