"""Pure rules of health, roll-up and the strip of key figures."""
