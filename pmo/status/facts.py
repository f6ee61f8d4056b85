"""The facts that the colours of a few shown projects follow from: one statement for each kind, however many projects."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.db import db
from pmo.people.models import Person
from pmo.portfolio.logic import Colour, Dimension
from pmo.raid.logic import RaidType
from pmo.raid.models import RaidItem
from pmo.schedule import models as schedule
from pmo.status.colours import newest_updates
from pmo.status.logic.health import Declared, Mark, Milestone, Risk, Risks
from pmo.status.models import HealthMark


@dataclass(frozen=True, slots=True)
class Known:
    """Everything known about some projects, by project id."""

    milestones: dict[int, tuple[Milestone, ...]]
    risks: dict[int, Risks]
    declared: dict[int, Declared]
    marks: dict[int, dict[str, Mark]]  # by dimension


def facts_about(ids: Collection[int]) -> Known:
    """Four statements, also for no project at all: the cost of a page does not depend on what it finds."""
    return Known(milestones_of(ids), risks_of(ids), declared_of(ids), marks_of(ids))


def milestones_of(ids: Collection[int]) -> dict[int, tuple[Milestone, ...]]:
    """In the order of the plan, cancelled ones too."""
    m = schedule.Milestone
    columns = (m.id, m.code, m.name, m.baseline, m.commitment, m.forecast, m.actual, m.cancelled_on, m.weight)
    query = select(m.project_id, *columns).where(m.project_id.in_(ids)).order_by(m.project_id, m.position, m.id)
    found: dict[int, list[Milestone]] = {}
    for project_id, *values in db.session.execute(query):
        found.setdefault(project_id, []).append(Milestone(*values))
    return {project_id: tuple(milestones) for project_id, milestones in found.items()}


def risks_of(ids: Collection[int]) -> dict[int, Risks]:
    """The worst open risk of each; without one, whether any was ever recorded and scored."""
    level = (RaidItem.probability * RaidItem.impact).label("level")
    is_open = RaidItem.closed_on.is_(None).label("is_open")
    query = (
        select(RaidItem.project_id, RaidItem.code, RaidItem.title, level, is_open)
        .where(RaidItem.type == RaidType.RISK.value, RaidItem.project_id.in_(ids), level.is_not(None) | ~is_open)
        .ext(distinct_on(RaidItem.project_id))
        .order_by(RaidItem.project_id, (is_open & level.is_not(None)).desc(), level.desc().nulls_last(), RaidItem.code)
    )
    found: dict[int, Risks] = {}
    for row in db.session.execute(query):
        worst = Risk(row.code, row.title, row.level) if row.is_open and row.level is not None else None
        found[row.project_id] = Risks(is_known=True, worst=worst)
    return found


def declared_of(ids: Collection[int]) -> dict[int, Declared]:
    """What the newest status update of each says."""
    newest = newest_updates(ids).subquery("newest_update")
    query = select(newest, Person.name.label("author")).outerjoin(Person, Person.id == newest.c.author_id)
    return {row.project_id: _declared(row) for row in db.session.execute(query)}


def marks_of(ids: Collection[int]) -> dict[int, dict[str, Mark]]:
    columns = (HealthMark.project_id, HealthMark.dimension, HealthMark.colour, HealthMark.since, HealthMark.before)
    found: dict[int, dict[str, Mark]] = {}
    for project_id, dimension, colour, since, before in db.session.execute(
        select(*columns).where(HealthMark.project_id.in_(ids))
    ):
        found.setdefault(project_id, {})[dimension] = Mark(_colour(colour), since, _colour(before))
    return found


def _declared(row: Any) -> Declared:
    said = {dimension: getattr(row, dimension.value) for dimension in Dimension}
    colours = {dimension: Colour(colour) for dimension, colour in said.items() if colour}
    return Declared(colours, row.stated_at, row.author or "", row.source, row.id, row.back_to_green)


def _colour(text: str | None) -> Colour | None:
    return Colour(text) if text else None
