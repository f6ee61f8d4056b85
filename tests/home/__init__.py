"""My work, the weekly walk with its link and its mail, and search."""
