"""Committees and the dates that drive everybody's work."""
