"""What the server says of itself: a line per request and job, figures, slow statements, errors; never anybody's content."""
