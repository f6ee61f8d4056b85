"""Risks, assumptions, issues, dependencies: one register."""
