"""Portfolios, programmes, projects, what is declared and was reported about them."""
