"""What a mail says and which part of it is an answer."""
