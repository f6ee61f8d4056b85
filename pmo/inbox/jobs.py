"""Timed work of the inbox: the mailbox every other minute, forgetting every night."""

import logging

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.inbox import actions, mailbox
from pmo.jobs import app

log = logging.getLogger(__name__)


@app.periodic(cron="*/2 * * * *")
@app.task(name="inbox.poll", queueing_lock="inbox.poll", queue="mail")
def poll(timestamp: int) -> None:
    """A mailbox that cannot be reached is tried again by the next run."""
    settings = _settings()
    if not settings.inbox.imap.host:
        return
    try:
        mailbox.poll(settings)
    except mailbox.Unreachable as problem:
        log.warning("the mailbox %s cannot be read: %s", settings.inbox.imap.host, problem)


@app.periodic(cron="50 3 * * *")
@app.task(name="inbox.forget", queueing_lock="inbox.forget")
def forget(timestamp: int) -> None:
    with transaction("words of strangers forgotten"):
        actions.forget_bodies(days=_settings().inbox.kept_days)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
