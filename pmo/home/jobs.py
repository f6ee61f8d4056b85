"""Work of the home room: the weekly mails whose day and hour have come."""

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.home import inviting
from pmo.jobs import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="home.invite", queueing_lock="home.invite")
def invite(timestamp: int) -> None:
    """Looked at every ten minutes, because everybody's morning is their own."""
    invite_all()


def invite_all(*, now: bool = False) -> int:
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("weekly mail"):
        return inviting.invite_all(settings, now=now)
