"""What the committee reads: content, Word file, frozen editions."""
