"""Backups: one file that says of itself whether it is whole, and the way back from it into an empty database."""
