"""Webhooks: other systems are told that something happened, signed, and again until they have heard it."""
