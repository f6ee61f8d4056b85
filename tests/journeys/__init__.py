"""Whole journeys through the product, as people make them."""
