"""A system that listens, and webhooks to it."""

import base64
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.hooks import actions, jobs
from pmo.hooks.logic import PREFIX, EventKind
from pmo.hooks.models import WebhookDelivery
from tests.hooks.listener import Listener, listening


@pytest.fixture
def trial(app, monkeypatch):
    """Webhooks may lead to this machine."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_private=True, webhook_seconds=5))


@pytest.fixture
def listener():
    found = Listener()
    server = listening(found)
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def register(app, listener):
    """A webhook of somebody to the listener, and the bytes its messages are signed with."""

    def made(owner, *, kinds=tuple(EventKind), url="", **scope):
        with transaction("test"):
            hook, secret = actions.add(
                name="Team channel", url=url or listener.url, kinds=[str(kind) for kind in kinds], owner_id=owner.id,
                portfolio_id=scope.get("portfolio_id"), programme_id=scope.get("programme_id"),
            )  # fmt: skip
            return hook.id, base64.b64decode(secret.removeprefix(PREFIX))

    return made


WAITING = text(
    "select id, task_name, args from procrastinate_jobs"
    " where task_name like 'hooks.%' and coalesce(scheduled_at, now()) <= now() order by id"
)


@pytest.fixture
def worker(app):
    """Does what was deferred, each job once, as the real one would; returns what became of the messages."""
    done = set()

    def work():
        for _ in range(2):  # what happened, then its messages
            for number, name, arguments in db.session.execute(WAITING).all():
                if number not in done:
                    done.add(number)
                    db.session.rollback()
                    TASKS[name](**arguments)
        db.session.rollback()
        return [(one.kind, one.state) for one in db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))]

    return work


TASKS = {"hooks.happened": jobs.happened, "hooks.send": jobs.send, "hooks.again": jobs.again}
