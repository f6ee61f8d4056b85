"""My work, the weekly walk, its link and its mail."""
