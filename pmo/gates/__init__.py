"""Stage gates of projects: criteria with their evidence, how ready a project is, and what a committee decided."""
