"""Work of the webhooks: messages written after a change, each sent until it was heard."""

import json
from datetime import datetime

from flask import current_app
from procrastinate import RetryStrategy

from pmo.config import Settings
from pmo.db import transaction
from pmo.hooks import actions, queries, sending
from pmo.jobs import app


class TryLater(Exception):
    """The other side did not take it: the queue comes back to it."""


# 3, 9, 27 ... seconds: ten attempts take a little more than a day; how many there are is a setting.
PATIENCE = RetryStrategy(max_attempts=15, exponential_wait=3, retry_exceptions={TryLater})


@app.task(name="hooks.happened")
def happened(events: str, at: str) -> None:
    """After a change that somebody may want to hear of."""
    with transaction("webhooks told"):
        actions.happened([(str(kind), int(number)) for kind, number in json.loads(events)], datetime.fromisoformat(at))


@app.task(name="hooks.send", queue="mail", retry=PATIENCE)
def send(delivery_id: int) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("webhook called"):
        again = sending.send(queries.delivery(delivery_id), settings)
    if again:
        raise TryLater
