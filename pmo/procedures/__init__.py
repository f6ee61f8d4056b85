"""Procedures the house publishes, and who has read and understood them."""
