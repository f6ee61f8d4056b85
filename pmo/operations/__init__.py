"""How the server is doing, for administrators: workers, jobs, mails, slow statements, errors, and the figures for a watcher."""
