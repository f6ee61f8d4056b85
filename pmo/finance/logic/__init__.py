"""Earned value without a database: shares, figures and curves."""
