"""Pure rules of reading office files: what a sheet holds, what each column means, what each cell says."""
