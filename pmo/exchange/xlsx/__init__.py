"""Reading workbooks from strangers: in a process of its own, with limits, cell by cell."""
