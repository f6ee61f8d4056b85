"""Reads of milestones and of the ledger of their moved dates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, column, func, select, table
from sqlalchemy.orm import aliased, contains_eager

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.people.models import Person
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Project
from pmo.rules.logic import RuleBook
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.logic.slippage import Limits
from pmo.schedule.models import DateMove, Milestone

STILL_TOLD = and_(Milestone.forecast.is_not(None), Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
IS_NEWS = and_(STILL_TOLD, Milestone.commitment.is_distinct_from(Milestone.forecast))  # the committee was told something else


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A line of a list of milestones: the milestone, who answers for it, how late it is and what that means."""

    milestone: Milestone
    owner: str
    to_baseline: int | None
    to_commitment: int | None
    baseline_colour: Colour | None
    commitment_colour: Colour | None
    overdue: int | None
    colour: Colour | None

    @property
    def is_open(self) -> bool:
        return slippage.is_open(self.milestone)

    @property
    def status(self) -> str | None:
        """What the glyph shows: done for what was reached, nothing for what was cancelled."""
        if self.milestone.actual is not None:
            return "done"
        return self.colour.value if self.colour and self.is_open else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the ledger with the name of who moved the date."""

    move: DateMove
    by: str

    @property
    def field(self) -> DateField:
        return DateField(self.move.field)

    @property
    def reason(self) -> MoveReason | None:
        return MoveReason(self.move.reason) if self.move.reason else None

    @property
    def days(self) -> int | None:
        return slippage.slip(self.move.before, self.move.after)


@dataclass(frozen=True, slots=True)
class KnownDate:
    """What was expected of a milestone from one moment to another (None: still)."""

    held_from: datetime
    held_to: datetime | None
    expected: date | None


def milestone(project_id: int, milestone_id: int) -> Milestone:
    """With its project, in one statement. Raises NotFound, also when it belongs to another project."""
    query = select(Milestone).join(Milestone.project).options(contains_eager(Milestone.project))
    found = db.session.scalar(query.where(Milestone.id == milestone_id, Milestone.project_id == project_id))
    if found is None:
        raise NotFound
    return found


def milestones_of(project_ids: Collection[int]) -> list[Milestone]:
    """Of many projects, project by project in the order of time."""
    last = func.coalesce(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
    order = (Milestone.project_id, last.nulls_last(), Milestone.position, Milestone.id)
    return list(db.session.scalars(select(Milestone).where(Milestone.project_id.in_(project_ids)).order_by(*order)))


def rows_of(project: Project, rules: RuleBook, today: date) -> list[MilestoneRow]:
    """Every milestone of a project with its owner, in the order of time: one statement."""
    limits = slippage.limits(rules, project.programme_id, project.tolerance_days)
    last = func.coalesce(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
    query = _with_owner().where(Milestone.project_id == project.id)
    found = db.session.execute(query.order_by(last.nulls_last(), Milestone.position, Milestone.id))
    return [row_of(row[0], row[1] or "", limits, today) for row in found]


def owner_of(milestone: Milestone) -> str:
    return db.session.scalar(select(Person.name).where(Person.id == milestone.owner_id)) or "" if milestone.owner_id else ""


def row_of(milestone: Milestone, owner: str, limits: Limits, today: date) -> MilestoneRow:
    baseline, commitment = slippage.to_baseline(milestone), slippage.to_commitment(milestone)
    return MilestoneRow(
        milestone=milestone,
        owner=owner,
        to_baseline=baseline,
        to_commitment=commitment,
        baseline_colour=limits.baseline.colour(baseline),
        commitment_colour=limits.commitment.colour(commitment),
        overdue=slippage.days_overdue(milestone, today),
        colour=slippage.colour(milestone, today, limits),
    )


def move(project_id: int, move_id: int) -> DateMove:
    """Raises NotFound."""
    found = db.session.scalar(select(DateMove).where(DateMove.id == move_id, DateMove.project_id == project_id))
    if found is None:
        raise NotFound
    return found


def moves_of(milestone_id: int, limit: int = 100) -> list[Moved]:
    """The ledger of one milestone, newest first."""
    return _moved(_ledger().where(DateMove.milestone_id == milestone_id).limit(limit))


def moves_in(project_id: int, limit: int) -> list[tuple[DateMove, str, str]]:
    """The ledger of a project, newest first, as (move, name of the milestone, who moved it)."""
    query = _ledger().add_columns(Milestone.name).join(Milestone, Milestone.id == DateMove.milestone_id)
    rows = db.session.execute(query.where(DateMove.project_id == project_id).limit(limit))
    return [(row[0], row[2], row[1] or "") for row in rows]


def last_move(milestone_id: int, field: DateField = DateField.FORECAST) -> Moved | None:
    query = _ledger().where(DateMove.milestone_id == milestone_id, DateMove.field == field.value).limit(1)
    return next(iter(_moved(query)), None)


def known_dates(milestone_ids: Collection[int], until: datetime) -> dict[int, list[KnownDate]]:
    """When milestones were expected, over all their versions up to a moment, oldest first: one statement."""
    names = ("id", "h_version", "h_from", "h_to", "forecast", "actual")
    held = table("milestone", *(column(name) for name in names), schema="history")
    expected = func.coalesce(held.c.actual, held.c.forecast)
    query = select(held.c.id, held.c.h_from, held.c.h_to, expected).where(held.c.id.in_(milestone_ids), held.c.h_from <= until)
    found: dict[int, list[KnownDate]] = {}
    for milestone_id, held_from, held_to, day in db.session.execute(query.order_by(held.c.id, held.c.h_version)):
        found.setdefault(milestone_id, []).append(KnownDate(held_from, held_to, day))
    return found


def baseline_set_on(project_id: int) -> date | None:
    """The day the baseline of a project last changed; None when it never did since it was laid down."""
    query = select(func.max(DateMove.moved_at)).where(
        DateMove.project_id == project_id, DateMove.field == DateField.BASELINE.value
    )
    found = db.session.scalar(query)
    return clock.local(found).date() if found else None


def count_open(project_id: int) -> int:
    """Milestones still ahead: neither reached nor cancelled."""
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    return db.session.scalar(select(func.count()).select_from(Milestone).where(Milestone.project_id == project_id, *still)) or 0


def _with_owner() -> Select[Milestone, str | None]:
    return select(Milestone, Person.name).outerjoin(Person, Person.id == Milestone.owner_id)


def _ledger() -> Select[DateMove, str | None]:
    mover = aliased(Person)
    query = select(DateMove, mover.name).outerjoin(mover, mover.id == DateMove.moved_by)
    return query.order_by(DateMove.moved_at.desc(), DateMove.id.desc())


def _moved(query: Select[DateMove, str | None]) -> list[Moved]:
    return [Moved(row[0], row[1] or "") for row in db.session.execute(query)]
