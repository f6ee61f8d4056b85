"""Reads the rows of one page of a timeline: tasks and milestones of unfolded projects, marks of folded ones, links."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from pmo.db import db
from pmo.schedule.logic.gantt_rows import Kind, Link, LinkKind, Mark, Row
from pmo.schedule.logic.slippage import Limits, colour, expected
from pmo.schedule.models import Milestone, Task, TaskLink
from pmo.status.logic.timeline import Part
from pmo.status.timeline_asked import COUNTED, Asked, drawn_tasks, is_folded, wanted

DEPTH = 1  # of a project's own line
MARKED = (
    Milestone.id, Milestone.project_id, Milestone.name, Milestone.baseline, Milestone.commitment, Milestone.forecast,
    Milestone.actual, Milestone.cancelled_on, Milestone.is_gate,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """The rows below each project, and what links need to find them by the numbers of the plan."""

    rows: Mapping[int, Sequence[Row]]
    keys: Mapping[tuple[int, int], str]  # project, number in its plan -> key of the row
    places: Mapping[int, tuple[int, int]]  # project -> first and last place in its plan on this page


def below(parts: Sequence[Part], asked: Asked, limits: Mapping[int, Limits]) -> Read:
    """The rows of these parts, in order: one statement, whatever the page."""
    rows: dict[int, list[Row]] = {}
    keys: dict[tuple[int, int], str] = {}
    places: dict[int, tuple[int, int]] = {}
    for record in db.session.execute(_numbered(parts, asked)):
        row = _row(record, asked, limits[record.project_id])
        rows.setdefault(record.project_id, []).append(row)
        if record.part == 0:
            keys[record.project_id, record.uid] = row.key
            first, _ = places.get(record.project_id, (record.position, 0))
            places[record.project_id] = first, record.position
    return Read(rows, keys, places)


def marks(project_ids: Collection[int], asked: Asked, limits: Mapping[int, Limits]) -> dict[int, tuple[Mark, ...]]:
    """The milestones of folded projects: one statement."""
    query = select(*MARKED).where(Milestone.project_id.in_(project_ids), COUNTED, wanted(asked)).order_by(Milestone.id)
    found: dict[int, list[Mark]] = {}
    for milestone in db.session.execute(query):
        if (mark := _mark(milestone, asked, limits)) is not None:
            found.setdefault(milestone.project_id, []).append(mark)
    return {project_id: tuple(those) for project_id, those in found.items()}


def folded_marks(asked: Asked, limits: Mapping[int, Limits]) -> dict[str, tuple[Mark, ...]]:
    """The milestones that folded phases hide, by the key of the phase; no statement when none is folded."""
    if not asked.folded or asked.view.show:
        return {}
    query = (
        select(*MARKED, Task.position)
        .join(Task, and_(Task.project_id == Milestone.project_id, Task.uid == Milestone.task_uid))
        .where(COUNTED, is_folded(asked, Task), Milestone.project_id.in_(limits))
    )
    found: dict[str, list[Mark]] = {}
    for milestone in db.session.execute(query.order_by(Milestone.id)):
        key = _stand_in(asked, milestone.project_id, milestone.position)
        if (mark := _mark(milestone, asked, limits)) is not None and key is not None:
            found.setdefault(key, []).append(mark)
    return {key: tuple(those) for key, those in found.items()}


def links(read: Read, asked: Asked) -> tuple[list[Link], frozenset[str], frozenset[str]]:
    """Links with an end among these rows, and the ends on the pages before and after: one statement."""
    above: set[str] = set()
    beneath: set[str] = set()
    uids = {uid for _, uid in read.keys}
    before, after = aliased(Task), aliased(Task)
    query = (
        select(TaskLink, before.position, after.position, and_(before.is_critical, after.is_critical))
        .join(before, and_(before.project_id == TaskLink.project_id, before.uid == TaskLink.predecessor_uid))
        .join(after, and_(after.project_id == TaskLink.project_id, after.uid == TaskLink.successor_uid))
        .where(
            TaskLink.project_id.in_(read.places),
            or_(TaskLink.predecessor_uid.in_(uids), TaskLink.successor_uid.in_(uids)),
        )
        .order_by(TaskLink.id)
    )
    drawn = []
    for link, start, end, is_critical in db.session.execute(query):
        ends = []
        for uid, place in ((link.predecessor_uid, start), (link.successor_uid, end)):
            key = read.keys.get((link.project_id, uid))
            key = key or _stand_in(asked, link.project_id, place)
            if key is None:
                key = f"u{link.project_id}-{uid}"
                (above if place < read.places[link.project_id][0] else beneath).add(key)
            ends.append(key)
        if ends[0] != ends[1]:
            drawn.append(Link(ends[0], ends[1], LinkKind(link.kind), is_critical))
    return drawn, frozenset(above), frozenset(beneath)


def _stand_in(asked: Asked, project_id: int, place: int) -> str | None:
    """The outermost folded phase that hides this line of the plan."""
    return next((folded.key for folded in asked.folded if folded.holds(project_id, place)), None)


def _mark(milestone: Any, asked: Asked, limits: Mapping[int, Limits]) -> Mark | None:
    day = expected(milestone)
    if day is None:
        return None
    told = colour(milestone, asked.today, limits[milestone.project_id])
    return Mark(day, milestone.name, told, milestone.actual is not None, milestone.is_gate, f"m{milestone.id}")


def _row(record: Any, asked: Asked, limits: Limits) -> Row:
    is_plan = record.origin == "task"
    key = f"{'t' if is_plan else 'm'}{record.id}"
    kind = Kind.PHASE if record.is_summary else Kind.MILESTONE if record.is_milestone else Kind.TASK
    finish = record.finish if kind is not Kind.MILESTONE or is_plan else record.actual or record.forecast
    return Row(
        key=key,
        kind=kind,
        name=record.name,
        code=record.code,
        parent=f"p{record.project_id}",
        start=None if kind is Kind.MILESTONE else record.start,
        finish=finish,
        baseline_start=record.baseline_start,
        baseline=record.baseline,
        commitment=record.commitment,
        percent=record.percent,
        colour=None if is_plan else colour(record, asked.today, limits),
        is_reached=record.actual is not None,
        is_critical=record.is_critical,
        is_gate=record.is_gate,
        is_open=key not in asked.view.flipped,
        depth=DEPTH + record.level,
    )


def _numbered(parts: Sequence[Part], asked: Asked) -> Select[*tuple[Any, ...]]:
    """Rows with their number within their project, cut to what the page shows."""
    projects = [part.project_id for part in parts]
    chosen = _milestones(projects, asked)
    rows = (chosen if asked.view.show else _tasks(projects, asked).union_all(chosen)).subquery("rows")
    order = (rows.c.part, rows.c.position, rows.c.finish.asc().nulls_last(), rows.c.code, rows.c.id)
    number = (func.row_number().over(partition_by=rows.c.project_id, order_by=order) - 1).label("number")
    every = select(rows, number).subquery("every")
    shown = [
        and_(every.c.project_id == part.project_id, every.c.number >= part.first, every.c.number < part.last) for part in parts
    ]
    return select(every).where(or_(false(), *shown)).order_by(every.c.project_id, every.c.number)


def _tasks(projects: Collection[int], asked: Asked) -> Select[*tuple[Any, ...]]:
    first = Task.baselines["0"]
    return select(
        literal("task").label("origin"),
        Task.project_id,
        literal(0).label("part"),
        Task.position,
        Task.outline_level.label("level"),
        Task.id,
        Task.uid,
        Task.wbs.label("code"),
        Task.name,
        cast(Task.start, Date).label("start"),
        cast(Task.finish, Date).label("finish"),
        _day(first["start"]).label("baseline_start"),
        _day(first["finish"]).label("baseline"),
        cast(null(), Date).label("commitment"),
        cast(null(), Date).label("forecast"),
        cast(Task.actual_finish, Date).label("actual"),
        cast(null(), Date).label("cancelled_on"),
        cast(func.round(Task.percent_complete), Integer).label("percent"),
        Task.is_critical,
        Task.is_summary,
        Task.is_milestone,
        cast(false(), Boolean).label("is_gate"),
    ).where(Task.project_id.in_(projects), drawn_tasks(asked))


def _milestones(projects: Collection[int], asked: Asked) -> Select[*tuple[Any, ...]]:
    """Those of the plan stand at their place in it (part 0), the others below it by date (part 1)."""
    planned = aliased(Task)
    in_plan = and_(planned.id.is_not(None), planned.outline_level > 0, planned.is_active)
    return (
        select(
            literal("milestone").label("origin"),
            Milestone.project_id,
            case((in_plan, 0), else_=1).label("part"),
            case((in_plan, planned.position), else_=0).label("position"),
            case((in_plan, planned.outline_level), else_=1).label("level"),
            Milestone.id,
            Milestone.task_uid.label("uid"),
            case((in_plan, planned.wbs), else_=Milestone.code).label("code"),
            Milestone.name,
            cast(null(), Date).label("start"),
            func.coalesce(Milestone.actual, Milestone.forecast).label("finish"),
            cast(null(), Date).label("baseline_start"),
            Milestone.baseline,
            Milestone.commitment,
            Milestone.forecast,
            Milestone.actual,
            Milestone.cancelled_on,
            cast(null(), Integer).label("percent"),
            case((in_plan, planned.is_critical), else_=False).label("is_critical"),
            cast(false(), Boolean).label("is_summary"),
            cast(literal(True), Boolean).label("is_milestone"),
            Milestone.is_gate,
        )
        .outerjoin(planned, and_(planned.project_id == Milestone.project_id, planned.uid == Milestone.task_uid))
        .where(Milestone.project_id.in_(projects), COUNTED, wanted(asked))
        .where(true() if asked.view.show else or_(planned.id.is_(None), ~is_folded(asked, planned)))
    )


def _day(stored: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a moment kept as text in a baseline."""
    return cast(func.left(cast(stored.astext, String), 10), Date)
