"""What the doors for programs keep for a while goes again."""

from pmo.db import transaction
from pmo.jobs import app
from pmo.web import limits, once


@app.periodic(cron="35 * * * *")
@app.task(name="web.forget", queueing_lock="web.forget")
def forget(timestamp: int) -> None:
    """Answers to keys nobody may repeat any more, windows that say nothing any more."""
    with transaction("answers and windows forgotten"):
        once.forget_old()
        limits.forget_old()
