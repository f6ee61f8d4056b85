"""Pure rules of committees: what is asked and decided, what follows from it, and how a line of minutes is read."""
