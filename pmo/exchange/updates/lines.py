"""Which milestones and items an update sheet holds: restricted to what its maker, and who it is for, may see."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.exchange.logic.update_sheet import MOST_ROWS, Line, Mark, Table, Values
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.models import RaidItem
from pmo.schedule.models import Milestone

PLANNED = func.coalesce(Milestone.forecast, Milestone.commitment, Milestone.baseline)
ITEM_KEYS = (
    "code",
    "title",
    "probability",
    "impact",
    "response",
    "due",
    "status",
    "response_text",
    "closing_reason",
    "trigger",
    "proximity",
    "confidence",
)
AHEAD = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))


def of_person(person: Actor, maker: Actor) -> list[Line]:
    """What somebody answers for: what they own, and what nobody owns in the projects they manage. Two statements."""
    both = (Project.id.in_(visible_projects(maker)), Project.id.in_(visible_projects(person)))
    milestones = _milestones(*both, *AHEAD, _answers(person, Milestone.owner_id))
    items = _items(*both, RaidItem.closed_on.is_(None), _answers(person, RaidItem.owner_id))
    return _few([*milestones, *items])


def of_projects(project_ids: Collection[int], maker: Actor) -> list[Line]:
    """What is open in these projects. Two statements."""
    seen = (Project.id.in_(visible_projects(maker)), Project.id.in_(project_ids))
    return _few([*_milestones(*seen, *AHEAD), *_items(*seen, RaidItem.closed_on.is_(None))])


def of_milestones(project: Project) -> list[Line]:
    """What is ahead in one project."""
    return _few(_milestones(Project.id == project.id, *AHEAD))


def of_items(items: Sequence[RaidItem]) -> list[Line]:
    """Items of the register in the order of the list; those of closed projects stand still."""
    return _few([item_line(item) for item in items if item.project.state == State.OPEN])


def milestone_line(row: Milestone) -> Line:
    return Line(Mark(Table.MILESTONES, row.id, row.version), "", {"project": row.project.code, **milestone_values(row)})


def item_line(row: RaidItem) -> Line:
    return Line(Mark(Table.RAID, row.id, row.version), row.type, {"project": row.project.code, **item_values(row)})


def milestone_values(row: Any) -> Values:
    """Of a milestone, or of one of its versions."""
    return {key: getattr(row, key) for key in ("code", "name", "baseline", "commitment", "forecast", "actual")}


def item_values(row: Any) -> Values:
    """Of an item, or of one of its versions."""
    return {key: getattr(row, key) for key in ITEM_KEYS}


def _answers(person: Actor, owner: Any) -> ColumnElement[bool]:
    return or_(owner == person.person_id, and_(owner.is_(None), Project.manager_id == person.person_id))


def _milestones(*wanted: ColumnElement[bool]) -> list[Line]:
    query = select(Milestone).join(Milestone.project).options(contains_eager(Milestone.project))
    order = (Project.code, Project.id, PLANNED.nulls_last(), Milestone.position, Milestone.id)
    return [milestone_line(row) for row in db.session.scalars(_open(query, *wanted).order_by(*order))]


def _items(*wanted: ColumnElement[bool]) -> list[Line]:
    query = select(RaidItem).join(RaidItem.project).options(contains_eager(RaidItem.project))
    order = (Project.code, Project.id, RaidItem.type.desc(), RaidItem.code, RaidItem.id)
    return [item_line(row) for row in db.session.scalars(_open(query, *wanted).order_by(*order))]


def _open(query: Select[Any], *wanted: ColumnElement[bool]) -> Select[Any]:
    return query.where(Project.state == State.OPEN.value, *wanted).limit(MOST_ROWS + 1)


def _few(lines: list[Line]) -> list[Line]:
    """Raises Invalid when there is nothing, or more than anybody fills in."""
    if not lines:
        raise Invalid({"": msg("There is nothing open here to update, so there is no sheet.")})
    if len(lines) > MOST_ROWS:
        raise Invalid({"": msg("This sheet would have more than %(most)s rows. Narrow the filter.", most=MOST_ROWS)})
    return lines
