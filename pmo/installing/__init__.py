"""`pmo init`: from nothing to an installation that somebody can sign in to."""
