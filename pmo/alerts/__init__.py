"""What is wrong, found by rules, told once to the right person."""
