"""Files that are taken in, and how they are kept."""
