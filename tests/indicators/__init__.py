"""Indicators: formulas, periods, collection with its one-time links, pages."""
