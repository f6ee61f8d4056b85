"""Milestones, tasks, links, and the ledger of moved dates."""
