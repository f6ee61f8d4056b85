"""The Word report: python-docx lives here and nowhere else."""
