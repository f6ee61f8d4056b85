"""Stage gates of projects."""
