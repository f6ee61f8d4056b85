"""What people ask of the PMO."""
