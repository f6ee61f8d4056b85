"""What a method asks of a project: its artefacts, and the documents that answer them."""
