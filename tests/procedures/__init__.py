"""Procedures and who has read them."""
