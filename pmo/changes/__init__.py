"""Change requests of projects: what is to be different, what it costs in days and money, who decided."""
