"""Work of the home room: the weekly mails, and updates asked before a data cut-off, when their day and hour have come."""

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.home import chasing, inviting
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


@app.periodic(cron="5-55/10 * * * *")
@app.task(name="home.chase", queueing_lock="home.chase")
def chase(timestamp: int) -> None:
    """Looked at every ten minutes too; it does something on few days, and nothing twice."""
    chase_all()


def chase_all() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("updates asked"):
        return chasing.chase_all(settings)
