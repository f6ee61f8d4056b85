"""Remembers since when each dimension of a project has its colour, whenever something changed and every night."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.portfolio.logic import Dimension
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.status.asking import Selection
from pmo.status.colours import Situation
from pmo.status.logic.health import Health
from pmo.status.models import HealthMark
from pmo.status.queries import project_statuses

HOUSE = Actor(0, "", frozenset({Grant(Role.PMO)}))  # the house itself sees everything; nothing of it is shown to anybody


def refresh_marks(project_ids: Collection[int], at: datetime | None = None) -> int:
    """Compute the colours as of `at` (now) and note those that changed; answers how many.

    An import calls it inside its transaction with its position date. A mark made later than `at` stays as it is.
    """
    moment = at or clock.now()
    today = clock.local(moment).date()
    _take_turns(project_ids)
    statuses = project_statuses(
        HOUSE, Selection(project_ids=tuple(project_ids), state=None), at=Situation(today, rule_book(today), since=today)
    )
    known = _marks(project_ids)
    changed = 0
    for status in statuses:
        for health in (status.health.overall, *status.health.parts):
            changed += _note(known.get((status.id, health.dimension)), status.id, health, moment)
    db.session.flush()
    return changed


def _take_turns(project_ids: Collection[int]) -> None:
    """Two transactions that look at the same project do so one after the other."""
    query = select(Project.id).where(Project.id.in_(project_ids)).order_by(Project.id)
    db.session.execute(query.with_for_update(key_share=True))


def _marks(project_ids: Collection[int]) -> dict[tuple[int, Dimension], HealthMark]:
    query = select(HealthMark).where(HealthMark.project_id.in_(project_ids)).execution_options(populate_existing=True)
    return {(mark.project_id, Dimension(mark.dimension)): mark for mark in db.session.scalars(query)}


def _note(mark: HealthMark | None, project_id: int, health: Health, moment: datetime) -> int:
    """Since the day that time made it so, which a night without server does not move; else since `moment`."""
    word, since = health.colour.value if health.colour else None, health.since or clock.local(moment).date()
    if mark is None:
        first = HealthMark(project_id=project_id, dimension=health.dimension.value, colour=word, since=since, marked_at=moment)
        db.session.add(first)
        return 1
    if mark.colour == word or mark.marked_at > moment:
        return 0
    mark.before, mark.colour, mark.since, mark.marked_at = mark.colour, word, since, moment
    return 1
