"""Work of the webhooks: messages written after a change, each sent until it was heard, and cleared away in the end."""

import json
from datetime import datetime

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.hooks import actions, sending
from pmo.jobs import app


@app.task(name="hooks.happened")
def happened(events: str, at: str) -> None:
    """After a change that somebody may want to hear of."""
    with transaction("webhooks told"):
        actions.happened([(str(kind), int(number)) for kind, number in json.loads(events)], datetime.fromisoformat(at))


@app.task(name="hooks.send", queue="mail")
def send(delivery_id: int) -> None:
    """One attempt; the other side is waited for outside of any transaction."""
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("message of a webhook made"):
        call = sending.made(delivery_id, settings)
    if call is None:
        return
    heard = sending.called(call, settings)
    with transaction("webhook called"):
        sending.noted(call, heard, settings)


@app.task(name="hooks.again")
def again(delivery_id: int) -> None:
    """The hour of the next attempt has come: it waits its turn among the messages of its webhook."""
    with transaction("message of a webhook due again"):
        actions.due(delivery_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="hooks.clear_away", queueing_lock="hooks.clear_away")
def clear_away(timestamp: int) -> None:
    """Messages that ended long ago."""
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("old messages of webhooks cleared away"):
        actions.clear_away(days=settings.webhook_days)
