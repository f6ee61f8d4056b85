"""Doors that other programs read through: calendars at a secret address, tables for Excel and Power BI."""
