"""Stakeholders of projects."""
