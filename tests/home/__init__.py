"""My work and search."""
