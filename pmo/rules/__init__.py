"""Dated rules: a value by code, country and validity, with its source."""
