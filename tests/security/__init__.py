"""The defences of docs/security.md: what an attacker would try at each door."""
