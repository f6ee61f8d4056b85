"""Indicators: defined as data, computed from live data or collected from people, kept period by period."""
