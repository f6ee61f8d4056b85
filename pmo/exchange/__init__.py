"""Every file in and out: read, check, preview, apply."""
