"""Pure rules of the schedule: slips, colours, layout, trend."""
