"""Rules of indicators, pure: periods, definitions, formulas, the drawing of a series."""
