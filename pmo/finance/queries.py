"""Reads the earned value of projects, for all of them at once, of those whose money the actor may see."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.finance.logic.measure import Piece, chosen
from pmo.finance.logic.standing import Base, Entry, Value, value_of
from pmo.finance.models import ValueEntry
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.models import Milestone, Task

OF_PLAN = "0"  # the baseline of a plan that people mean when they say the baseline


def values(actor: Actor, project_ids: Collection[int], today: date) -> dict[int, Value]:
    """By project; four statements for any number of projects. A project whose money the actor may not see is left out."""
    mine = Project.id.in_(visible_projects(actor, Permission.MONEY_READ))
    found = list(db.session.scalars(select(Project).where(Project.id.in_(project_ids), mine).order_by(Project.code, Project.id)))
    ids = [project.id for project in found]
    milestones, tasks, entries = _milestones(ids), _tasks(ids), _entries(ids)
    return {
        one.id: value_of(_base(one), chosen(milestones[one.id], tasks[one.id]), tuple(entries[one.id]), today) for one in found
    }


def value(actor: Actor, project: Project, today: date) -> Value:
    """Raises NotFound where the actor may not see its money."""
    found = values(actor, [project.id], today).get(project.id)
    if found is None:
        raise NotFound
    return found


def entry(project_id: int, entry_id: int) -> ValueEntry:
    """With its project. Raises NotFound, also for one of another project or one that was voided."""
    query = select(ValueEntry).join(ValueEntry.project).options(contains_eager(ValueEntry.project))
    found = db.session.scalar(
        query.where(ValueEntry.id == entry_id, ValueEntry.project_id == project_id, ValueEntry.voided_on.is_(None))
    )
    if found is None:
        raise NotFound
    return found


def _base(project: Project) -> Base:
    amounts = (project.budget, project.spent, project.money_on)
    return Base(project.id, project.code, project.name, project.currency, *amounts)


def _milestones(ids: Collection[int]) -> Mapping[int, list[Piece]]:
    """Those that were cancelled are no part of the work any more."""
    m = Milestone
    query = select(m.project_id, m.weight, m.baseline, m.actual).where(m.project_id.in_(ids), m.cancelled_on.is_(None))
    found: dict[int, list[Piece]] = defaultdict(list)
    for project_id, weight, baseline, actual in db.session.execute(query.order_by(m.project_id, m.id)):
        if weight > 0:
            found[project_id].append(Piece(Fraction(weight), baseline, baseline, actual))
    return found


def _tasks(ids: Collection[int]) -> Mapping[int, list[Piece]]:
    """Leaves that take time; what their plan calls inactive is no part of the work."""
    t = Task
    query = select(t.project_id, t.duration_minutes, t.start, t.finish, t.percent_complete, t.baselines)
    leaves = (t.project_id.in_(ids), t.is_summary.is_(False), t.is_milestone.is_(False), t.is_active.is_(True))
    found: dict[int, list[Piece]] = defaultdict(list)
    for row in db.session.execute(query.where(*leaves).order_by(t.project_id, t.id)):
        if row.duration_minutes:
            found[row.project_id].append(_piece(row))
    return found


def _piece(row: Any) -> Piece:
    """By its baseline; where the plan has none, by its own dates."""
    kept = row.baselines.get(OF_PLAN) or {}
    minutes = kept.get("duration_minutes") or row.duration_minutes
    start, finish = _day(kept.get("start") or row.start), _day(kept.get("finish") or row.finish)
    done = Fraction(row.percent_complete) / 100 if row.percent_complete is not None else None
    return Piece(Fraction(minutes), start, finish, done=done)


def _day(value: str | datetime | None) -> date | None:
    return datetime.fromisoformat(value).date() if isinstance(value, str) else value.date() if value else None


def _entries(ids: Collection[int]) -> Mapping[int, list[Entry]]:
    e = ValueEntry
    query = select(e).where(e.project_id.in_(ids), e.voided_on.is_(None)).order_by(e.project_id, e.on_day)
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.project_id].append(Entry(row.id, row.on_day, row.planned, row.actual, row.to_complete, row.share, row.note))
    return found
