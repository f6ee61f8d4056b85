"""Update sheets: milestones and RAID items sent out as a workbook, filled in, compared and brought back."""
