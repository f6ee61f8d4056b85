"""Calendars and tables that other programs read."""
