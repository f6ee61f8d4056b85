"""How the house could work better: ideas, what became of them, and what they changed."""
