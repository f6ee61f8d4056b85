"""The change requests of the demo: written, assessed, put forward and decided on the days of their rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.changes import actions
from pmo.changes.logic import ChangeState
from pmo.changes.models import ChangeRequest
from pmo.committees.models import Committee, Meeting
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.portfolio.queries import project_by_code
from pmo.schedule.models import Milestone

Row = dict[str, str]


def tell(rows: Sequence[Row]) -> None:
    """Each row is one request, brought as far as its state says."""
    for row in rows:
        state = ChangeState(row["State"])
        with _on(row["Submitted"]):
            change = _submit(row)
            if state is not ChangeState.SUBMITTED:
                actions.assess(change, seen_version=change.version)
                db.session.flush()
            if state is ChangeState.WAITING or (row["Decided"] and state is not ChangeState.REJECTED):
                actions.put_forward(change, None if row["Decided"] else _meeting(row), seen_version=change.version)
        if row["Decided"]:
            with _on(row["Decided"]):
                _decide(change, row, ChangeState.APPROVED if state is ChangeState.IMPLEMENTED else state)
        if state is ChangeState.IMPLEMENTED:
            with transaction("Demo"):
                actions.implement(change, "Seen in the test environment", seen_version=change.version)


def _submit(row: Row) -> ChangeRequest:
    project = project_by_code(row["Project"])
    milestone = None
    if row["Milestone"]:
        query = select(Milestone).where(Milestone.project_id == project.id, Milestone.code == row["Milestone"])
        milestone = db.session.scalars(query).one()
    wanted = actions.Wanted(
        row["Title"], row["Category"], int(row["Priority"]), row["Requested by"], row["As it is now"], row["As it should be"],
        row["If it is not done"], row["Scope"], row["Alternatives"], row["Recommendation"],
        Decimal(row["Money"]) if row["Money"] else None, "EUR", milestone,
        date.fromisoformat(row["New date"]) if row["New date"] else None,
    )  # fmt: skip
    return actions.submit(project, wanted)


def _decide(change: ChangeRequest, row: Row, state: ChangeState) -> None:
    meeting = _meeting(row) if row["Committee"] else None
    text = f"Change request {change.code}, {change.title}: {state.value}"
    actions.decide(change, actions.Verdict(state, row["Reason"], meeting, text=text), seen_version=change.version)


def _meeting(row: Row) -> Meeting:
    held_on = date.fromisoformat(row["Meeting"])
    query = select(Meeting).join(Committee).where(Committee.code == row["Committee"], Meeting.held_on == held_on)
    return db.session.scalars(query).one()


@contextmanager
def _on(text: str) -> Iterator[None]:
    """On the evening of a day, or now where that is today."""
    day = date.fromisoformat(text)
    with transaction("Demo", effective_at=clock.end_of_day(day) if day < clock.today() else None):
        yield
