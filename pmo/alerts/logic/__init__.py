"""Pure rules of alerts: what is wrong, in which words, and whom it concerns."""
