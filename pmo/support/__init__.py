"""What people ask of the PMO, and what it answers."""
