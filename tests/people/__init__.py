"""People, access and signing in."""
