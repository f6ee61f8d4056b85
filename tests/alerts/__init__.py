"""Alerts: rules, findings, inbox, mail."""
