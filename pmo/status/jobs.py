"""Work of the status room: after a change of a project, and every night for what time alone changed."""

from procrastinate import RetryStrategy
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pmo.committees.chasing_actions import answer
from pmo.db import db, transaction
from pmo.jobs import app, defer
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.status import actions

PORTION = 200
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=2, retry_exceptions={OperationalError})  # a deadlock, a lost connection


@app.task(name="status.refresh", retry=AGAIN)
def refresh(project_id: int) -> None:
    """After a change of one project: an update answers who asked for it, a new colour may be worth an alert."""
    with transaction("colours"):
        answer([project_id])
        if actions.refresh_marks([project_id]):
            defer("alerts.evaluate", project_id=project_id)


@app.periodic(cron="10 4 * * *")
@app.task(name="status.nightly", queueing_lock="status.nightly")
def nightly(timestamp: int) -> None:
    """A milestone becomes overdue by time alone."""
    after = 0
    while ids := _open_projects(after):
        with transaction("colours"):
            actions.refresh_marks(ids)
        db.session.expunge_all()
        after = ids[-1]


def _open_projects(after: int) -> list[int]:
    query = select(Project.id).where(Project.state == State.OPEN.value, Project.id > after).order_by(Project.id).limit(PORTION)
    return list(db.session.scalars(query))
