"""What stands beside the projects of a programme: dates that moved, risks a committee sees, dependencies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from pmo.db import db
from pmo.kernel import clock
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.raid.logic import RaidType
from pmo.raid.models import Agreement, RaidItem
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.models import DateMove, Milestone

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """A milestone whose forecast stands elsewhere than at a day in the past; the reason is the last one given."""

    project_id: int
    project_code: str
    name: str
    before: date | None
    after: date | None
    reason: MoveReason | None
    words: str

    @property
    def days(self) -> int | None:
        """Calendar days later."""
        return (self.after - self.before).days if self.before and self.after else None


@dataclass(frozen=True, slots=True)
class Item:
    """An open risk or dependency."""

    id: int
    code: str
    title: str
    project_code: str
    level: int | None
    due: date | None
    status: str
    owner: str
    other_party: str


def moved_since(project_ids: Collection[int], day: date) -> list[Moved]:
    """The farthest first, at most ten; a milestone that came back to where it stood is left out."""
    m = DateMove
    query = (
        select(m.milestone_id, m.project_id, Project.code, Milestone.name, m.before, m.after, m.reason, m.words)
        .join(Milestone, Milestone.id == m.milestone_id)
        .join(Project, Project.id == m.project_id)
        .where(m.project_id.in_(project_ids), m.field == DateField.FORECAST.value, m.moved_at > clock.end_of_day(day))
        .order_by(m.milestone_id, m.moved_at, m.id)
    )
    found: dict[int, Moved] = {}
    for milestone_id, project_id, code, name, before, after, reason, words in db.session.execute(query):
        first = found[milestone_id].before if milestone_id in found else before
        found[milestone_id] = Moved(project_id, code, name, first, after, MoveReason(reason) if reason else None, words)
    moved = [one for one in found.values() if one.before != one.after]
    return sorted(moved, key=lambda one: abs(one.days or 0), reverse=True)[:SHOWN]


def risks_from(project_ids: Collection[int], level: int) -> list[Item]:
    """Open risks of at least this level, the worst first, at most ten."""
    score = RaidItem.probability * RaidItem.impact
    return _items(project_ids, RaidType.RISK, [score >= level], [score.desc(), RaidItem.code])


def dependencies(project_ids: Collection[int]) -> list[Item]:
    """Open dependencies that are not agreed with another project, the next one due first, at most ten."""
    alone = RaidItem.id.not_in(select(Agreement.item_id))
    return _items(project_ids, RaidType.DEPENDENCY, [alone], [RaidItem.due.nulls_last(), RaidItem.code])


def _items(project_ids: Collection[int], kind: RaidType, conditions: list[object], order: list[object]) -> list[Item]:
    r = RaidItem
    level = (r.probability * r.impact).label("level")
    owner = func.coalesce(Person.name, "").label("owner")
    query = (
        select(r.id, r.code, r.title, Project.code.label("project_code"), level, r.due, r.status, owner, r.other_party)
        .join(Project, Project.id == r.project_id)
        .outerjoin(Person, Person.id == r.owner_id)
        .where(r.project_id.in_(project_ids), r.type == kind.value, r.closed_on.is_(None), *conditions)  # type: ignore[arg-type]
        .order_by(*order, r.id)  # type: ignore[arg-type]
        .limit(SHOWN)
    )
    return [Item(*row) for row in db.session.execute(query)]
