"""Planned, earned and spent: what projects are worth at a day."""
