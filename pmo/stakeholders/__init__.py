"""Who is touched by a project or decides about it, and what each of them is to hear."""
