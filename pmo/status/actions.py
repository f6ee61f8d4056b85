"""Remembers since when each dimension of a project has its colour; lets another overall colour count, and ends that."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from sqlalchemy import select

from pmo.db import author, db, holds_from
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import Dimension, State
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.status.asking import Selection
from pmo.status.colours import Situation
from pmo.status.logic.health import COMPUTED, Health, ProjectHealth
from pmo.status.logic.override import Bounds, Override, Wish, objections
from pmo.status.models import HealthMark, HealthOverride
from pmo.status.queries import project_status, project_statuses

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
        if status.health.override is not None and (status.id, COMPUTED) not in known:
            known |= _apart(known.get((status.id, Dimension.OVERALL)))
        for dimension, health in _healths(status.health, (status.id, COMPUTED) in known):
            changed += _note(known.get((status.id, dimension)), (status.id, dimension), health, moment)
    db.session.flush()
    return changed


def _take_turns(project_ids: Collection[int]) -> None:
    """Two transactions that look at the same project do so one after the other."""
    query = select(Project.id).where(Project.id.in_(project_ids)).order_by(Project.id)
    db.session.execute(query.with_for_update(key_share=True))


def _marks(project_ids: Collection[int]) -> dict[tuple[int, str], HealthMark]:
    query = select(HealthMark).where(HealthMark.project_id.in_(project_ids)).execution_options(populate_existing=True)
    return {(mark.project_id, mark.dimension): mark for mark in db.session.scalars(query)}


def _apart(overall: HealthMark | None) -> dict[tuple[int, str], HealthMark]:
    """When it is first overridden, the computed colour gets a mark of its own, which began when the one that counted began."""
    if overall is None:
        return {}
    begun = {"colour": overall.colour, "since": overall.since, "before": overall.before, "marked_at": overall.marked_at}
    mark = HealthMark(project_id=overall.project_id, dimension=COMPUTED, **begun)
    db.session.add(mark)
    return {(overall.project_id, COMPUTED): mark}


def _healths(health: ProjectHealth, is_apart: bool) -> Iterator[tuple[str, Health]]:
    yield Dimension.OVERALL, health.overall
    if is_apart:
        yield COMPUTED, health.computed
    for part in health.parts:
        yield part.dimension, part


def _note(mark: HealthMark | None, whose: tuple[int, str], health: Health, moment: datetime) -> int:
    """Since the day that time made it so, which a night without server does not move; else since `moment`."""
    project_id, dimension = whose
    word, since = health.colour.value if health.colour else None, health.since or clock.local(moment).date()
    if mark is None:
        first = HealthMark(project_id=project_id, dimension=str(dimension), colour=word, since=since, marked_at=moment)
        db.session.add(first)
        return 1
    if mark.colour == word or mark.marked_at > moment:
        return 0
    mark.before, mark.colour, mark.since, mark.marked_at = mark.colour, word, since, moment
    return 1


def override(project: Project, *, wish: Wish, seen: int) -> HealthOverride:
    """Another overall colour counts until a day. One that counts already (`seen`, 0 for none) gives way to it.

    Raises Invalid, Conflict.
    """
    health, moment = _held(project, seen), holds_from()
    today = clock.local(moment).date()
    if project.state != State.OPEN:
        raise Conflict(msg("This project is not open any more: its colours stand still."))
    if wrong := objections(wish, bounds_of(health, project.programme_id, today)):
        raise Invalid(wrong)
    if health.override is not None:
        _end(health.override)
    row = HealthOverride(
        project_id=project.id,
        colour=wish.colour,
        reason=wish.reason,
        starts_on=today,
        ends_on=wish.ends_on,
        author_id=author().person_id,
        made_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    touched(project.id)
    return row


def end_override(project: Project, *, seen: int) -> None:
    """The computed colour counts again at once. Raises Conflict when another one, or none, counts meanwhile."""
    running = _held(project, seen).override
    if running is None:
        raise Conflict(msg("Nothing is overridden any more: the computed colour counts."))
    _end(running)
    touched(project.id)


def bounds_of(health: ProjectHealth, programme_id: int, today: date) -> Bounds:
    """What may be laid down today about a project."""
    return Bounds(health.computed.colour, today, rule_book(today).days("status.override.longest", programme_id))


def _held(project: Project, seen: int) -> ProjectHealth:
    """Its colours, which nobody else overrides until this transaction ends; what counts must be what was seen."""
    hold(project)
    health = project_status(HOUSE, project.id).health
    if (health.override.id if health.override else 0) != seen:
        raise Conflict(msg("Somebody else overrode the colour, or ended that, while you were looking at it."))
    return health


def _end(running: Override) -> None:
    row = db.session.get_one(HealthOverride, running.id)
    row.ended_at, row.ended_by = holds_from(), author().person_id
    db.session.flush()
