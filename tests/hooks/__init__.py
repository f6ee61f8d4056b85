"""What other systems are told, by whom it is signed, and where it is never sent."""
