"""Files that people attach: kept by their hash, checked by their content."""
