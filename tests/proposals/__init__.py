"""Improvement proposals."""
