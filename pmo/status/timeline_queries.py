"""Reads for timelines: first the lines that give order, pages and axis, then only the rows that one page shows."""

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.committees.models import Committee, Meeting
from pmo.db import db
from pmo.kernel.permissions import Actor, Permission
from pmo.kernel.sorting import name_key
from pmo.people.visibility import within
from pmo.portfolio.logic import Colour, State
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.models import Milestone, Task
from pmo.status.colours import Situation, colours
from pmo.status.logic.statuses import percent_of
from pmo.status.logic.timeline import ProgrammeLine, ProjectLine
from pmo.status.timeline_asked import COUNTED, Asked, drawn_tasks, is_folded_milestone, wanted

EXPECTED = func.coalesce(Milestone.actual, Milestone.forecast)
ANY_DATE = func.coalesce(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
RANKED = list(Colour)


def lines(asked: Asked) -> tuple[ProgrammeLine, ...]:
    """Every programme and project the filters leave, in the order of the page: one statement, one row per project."""
    rows = db.session.execute(_lines_query(asked)).all()
    return tuple(
        ProgrammeLine(*programme, tuple(_line(row, asked) for row in group))
        for programme, group in groupby(rows, key=lambda row: (row.programme_id, row.programme_code, row.programme_name))
    )


def committee_days(actor: Actor, first: date, last: date) -> list[date]:
    """On which days a committee meets that the actor follows: one statement."""
    seen = within(actor, Permission.COMMITTEE_READ, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    query = (
        select(Meeting.held_on)
        .join(Committee, Committee.id == Meeting.committee_id)
        .where(seen, Committee.archived_at.is_(None), Meeting.cancelled_at.is_(None), Meeting.held_on.between(first, last))
    )
    return list(db.session.scalars(query.distinct().order_by(Meeting.held_on)))


def programmes(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of every programme with an open project the actor may see, for the filter: one statement."""
    inside = select(Project.programme_id).where(Project.id.in_(visible_projects(actor)), Project.state == State.OPEN)
    query = select(Programme.code, Programme.name).where(Programme.id.in_(inside))
    found = db.session.execute(query.order_by(Programme.portfolio_id, Programme.position, Programme.name_key, Programme.id))
    return [(code, name) for code, name in found]


def _line(row: Any, asked: Asked) -> ProjectLine:
    has_end = row.end_day is not None
    outer = [day for day in (row.first_day, row.last_day, row.task_start, row.task_finish) if day is not None]
    return ProjectLine(
        id=row.id,
        code=row.code,
        name=row.name,
        programme_id=row.programme_id,
        tolerance_days=row.tolerance_days,
        start=_earlier(row.first_expected, row.task_start),
        finish=row.end_day if has_end else row.task_finish,
        baseline_start=row.first_baseline,
        baseline=row.end_baseline,
        commitment=row.end_commitment,
        percent=_percent(row),
        weight_reached=row.weight_reached or Decimal(0),
        weight_all=row.weight or Decimal(0),
        overall=RANKED[row.overall] if row.overall is not None else None,
        children=row.wanted + (0 if asked.view.show else row.tasks),
        outer=(min(outer), max(outer)) if outer else (),
    )


def _percent(row: Any) -> int | None:
    """Of the milestones, by their weight, as everywhere; of a plan without milestones, by the time its tasks take."""
    if row.weight:
        return percent_of(row.weight_reached, row.weight)
    return percent_of(row.task_done / 100, row.task_minutes) if row.task_minutes else None


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day is not None), default=None)


def _lines_query(asked: Asked) -> Select[*tuple[Any, ...]]:
    ends, sums, plans = _ends(), _sums(asked), _plans(asked)
    shades = colours(Situation(asked.today, asked.rules, since=asked.today))
    query = (
        select(
            Programme.id.label("programme_id"),
            Programme.code.label("programme_code"),
            Programme.name.label("programme_name"),
            Project.id,
            Project.code,
            Project.name,
            Project.tolerance_days,
            shades.c.overall,
            ends.c.end_day,
            ends.c.end_baseline,
            ends.c.end_commitment,
            *(sums.c[name] for name in ("first_expected", "first_baseline", "first_day", "last_day", "weight", "weight_reached")),
            func.coalesce(sums.c.wanted, 0).label("wanted"),
            func.coalesce(plans.c.tasks, 0).label("tasks"),
            *(plans.c[name] for name in ("task_start", "task_finish", "task_minutes", "task_done")),
        )
        .join(Programme, Programme.id == Project.programme_id)
        .join(shades, shades.c.id == Project.id)
        .outerjoin(ends, ends.c.project_id == Project.id)
        .outerjoin(sums, sums.c.project_id == Project.id)
        .outerjoin(plans, plans.c.project_id == Project.id)
        .where(_asked_projects(asked))
        .order_by(Programme.portfolio_id, Programme.position, Programme.name_key, Programme.id, Project.code, Project.id)
    )
    return query.where(sums.c.wanted > 0) if asked.view.show else query


def _asked_projects(asked: Asked) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Project.id.in_(visible_projects(asked.actor))]
    if asked.project_id is not None:
        return and_(*conditions, Project.id == asked.project_id)
    conditions.append(Project.state == State.OPEN)
    if asked.portfolio_id is not None:
        conditions.append(Project.portfolio_id == asked.portfolio_id)
    if asked.view.programme:
        conditions.append(func.upper(Programme.code) == asked.view.programme.upper())
    if key := name_key(asked.view.q):
        named = Milestone.name_key.contains(key, autoescape=True)
        with_such = select(Milestone.project_id).where(COUNTED, named)
        own = or_(Project.name_key.contains(key, autoescape=True), func.lower(Project.code).contains(key, autoescape=True))
        conditions.append(or_(own, Programme.name_key.contains(key, autoescape=True), Project.id.in_(with_such)))
    return and_(*conditions)


def _ends() -> Subquery:
    """The milestone each project ends with: the same one page, roll-up and report take."""
    return (
        select(
            Milestone.project_id,
            EXPECTED.label("end_day"),
            Milestone.baseline.label("end_baseline"),
            Milestone.commitment.label("end_commitment"),
        )
        .ext(distinct_on(Milestone.project_id))
        .where(COUNTED)
        .order_by(Milestone.project_id, ANY_DATE.desc().nulls_last(), Milestone.position, Milestone.id)
        .subquery("ends")
    )


def _sums(asked: Asked) -> Subquery:
    reached = func.sum(Milestone.weight).filter(Milestone.actual.is_not(None))
    earliest = func.least(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
    latest = func.greatest(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
    return (
        select(
            Milestone.project_id,
            func.min(EXPECTED).label("first_expected"),
            func.min(Milestone.baseline).label("first_baseline"),
            func.min(earliest).label("first_day"),
            func.max(latest).label("last_day"),
            func.sum(Milestone.weight).label("weight"),
            func.coalesce(reached, 0).label("weight_reached"),
            func.count().filter(wanted(asked), ~is_folded_milestone(asked)).label("wanted"),
        )
        .where(COUNTED)
        .group_by(Milestone.project_id)
        .subquery("sums")
    )


def _plans(asked: Asked) -> Subquery:
    """Plans without their first line (the project itself) and without the tasks that are milestones of the project."""
    is_work = and_(~Task.is_summary, ~Task.is_milestone, Task.is_active)
    minutes = func.coalesce(Task.duration_minutes, 0)
    done = minutes * func.coalesce(Task.percent_complete, 0)
    return (
        select(
            Task.project_id,
            func.count().filter(drawn_tasks(asked)).label("tasks"),
            func.min(cast(Task.start, Date)).label("task_start"),
            func.max(cast(Task.finish, Date)).label("task_finish"),
            func.sum(minutes).filter(is_work).label("task_minutes"),
            func.sum(done).filter(is_work).label("task_done"),
        )
        .where(Task.is_active)
        .group_by(Task.project_id)
        .subquery("plans")
    )
