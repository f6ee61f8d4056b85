"""Portfolios, programmes and projects."""
