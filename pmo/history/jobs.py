"""Sealing, every few minutes."""

from pmo.db import transaction
from pmo.history import actions
from pmo.jobs import app

PORTION = 1000


@app.periodic(cron="*/5 * * * *")
@app.task(name="history.seal", queueing_lock="history.seal")
def seal(timestamp: int = 0) -> None:
    """In portions that are committed one by one, until nothing waits."""
    sealed = PORTION
    while sealed == PORTION:
        with transaction("seal"):
            sealed = actions.seal(PORTION)
