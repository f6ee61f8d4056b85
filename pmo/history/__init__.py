"""What every row was, who changed it, when and why."""
