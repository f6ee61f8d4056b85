"""A house's own Word template: checked, filled, and the one that is given away to begin with."""
