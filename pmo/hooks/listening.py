"""Hears what happens where rows are written, whoever writes them, and defers the telling in the same transaction."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from pmo.alerts.models import Finding
from pmo.committees.models import Decision
from pmo.db import Change
from pmo.hooks.logic import Event, EventKind
from pmo.hooks.queries import anybody_listens
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid.models import RaidItem
from pmo.reports.models import Edition
from pmo.schedule.models import Milestone

HEARD = "hooks.heard"
HISTORY = timedelta(days=1)  # what holds from an earlier day is brought in, and no news

Says = Callable[[Any], bool]
NEW: dict[type, tuple[EventKind, Says]] = {
    Project: (EventKind.PROJECT_CREATED, lambda _row: True),
    StatusUpdate: (EventKind.STATUS_UPDATED, lambda row: not row.source),
    RaidItem: (EventKind.RAID_RAISED, lambda _row: True),
    Finding: (EventKind.ALERT_RAISED, lambda row: not row.is_quiet),
    Decision: (EventKind.DECISION_RECORDED, lambda _row: True),
    Edition: (EventKind.EDITION_PUBLISHED, lambda _row: True),
}
# A row, the columns of which one has to change, and what the new value has to be.
CHANGED: dict[type, tuple[tuple[tuple[str, ...], EventKind, Says], ...]] = {
    Milestone: (
        (("forecast", "commitment"), EventKind.MILESTONE_MOVED, lambda row: row.actual is None),
        (("actual",), EventKind.MILESTONE_REACHED, lambda row: row.actual is not None),
    ),
    RaidItem: (
        (("escalated_to",), EventKind.RAID_ESCALATED, lambda row: row.escalated_to in ("programme", "portfolio")),
        (("closed_on",), EventKind.RAID_CLOSED, lambda row: row.closed_on is not None),
    ),
    Finding: ((("cleared_at",), EventKind.ALERT_CLEARED, lambda row: row.cleared_at is not None and not row.is_quiet),),
}


def install() -> None:
    """Once, however many applications are built in one process."""
    for name, heard in (("after_flush", _hear), ("before_commit", _pass_on), ("after_rollback", _forget)):
        if not event.contains(Session, name, heard):
            event.listen(Session, name, heard)


def _hear(session: Session, _context: object) -> None:
    """Each event once, however often its row is written in one transaction."""
    heard: dict[Event, None] = session.info.setdefault(HEARD, {})
    for row in session.new:
        kind, says = NEW.get(type(row), (None, None))
        if kind is not None and says is not None and says(row):
            heard[Event(kind, row.id)] = None
    for row in session.dirty:
        for columns, kind, says in CHANGED.get(type(row), ()):
            state = inspect(row)
            if any(state.attrs[name].history.has_changes() for name in columns) and says(row):
                heard[Event(kind, row.id)] = None


def _pass_on(session: Session) -> None:
    """One job for all of it, if anybody listens."""
    change: Change | None = session.info.get("change")
    if change is None:
        session.info.pop(HEARD, None)
        return
    session.flush()
    heard: dict[Event, None] = session.info.pop(HEARD, {})
    is_history = change.effective_at is not None and change.effective_at < clock.now() - HISTORY
    if heard and not is_history and anybody_listens():
        events = json.dumps([[one.kind.value, one.subject_id] for one in heard])
        defer("hooks.happened", events=events, at=clock.now().isoformat())


def _forget(session: Session) -> None:
    session.info.pop(HEARD, None)
