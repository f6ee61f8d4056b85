"""What a report says and how two of them differ, as plain values: no database, no document."""
