"""Portfolio and project management for a medical-affairs and ICT PMO."""
