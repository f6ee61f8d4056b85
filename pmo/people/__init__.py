"""Who may come in, as what, and where."""
