"""Storing a plan in a project: tasks and links as the file gives them, its milestones as milestones of the project."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, tuple_

from pmo.db import db
from pmo.kernel.errors import Conflict, Invalid, Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.schedule import actions
from pmo.schedule.logic.gantt_rows import LinkKind
from pmo.schedule.logic.moves import IMPORTED, DateField, Dates
from pmo.schedule.logic.plan import Baseline, Constraint, PlanFile, PlanLink, PlanTask, Unit
from pmo.schedule.logic.plan_changes import PlanChanges, compare, dates_of, is_project_milestone, name_of
from pmo.schedule.models import Milestone, Plan, Task, TaskLink

SAME_NAMES = (
    "uid", "position", "name", "wbs", "outline_level", "is_summary", "is_milestone", "is_critical", "is_active", "is_manual",
    "start", "finish", "duration_minutes", "percent_complete", "actual_start", "actual_finish", "constraint_date", "deadline",
    "calendar_uid", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MilestoneChange:
    """What the plan did to a milestone of the project: a date, or "" for a new one; `refused` says why it did not."""

    code: str
    name: str
    field: str
    before: date | None = None
    after: date | None = None
    refused: Message | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    changes: PlanChanges
    milestones: tuple[MilestoneChange, ...]


def store(project: Project, plan: PlanFile, source: Source) -> Stored:
    """The plan of the project is now this one. Tasks that are no longer in it stay, inactive; the caller commits.

    A milestone follows the plan where the plan itself has moved: a date changed here since the last import stays.
    """
    hold(project)
    if project.state != State.OPEN:
        raise Conflict(msg("The project is no longer open, so no plan is brought in."))
    rows = {row.uid: row for row in db.session.scalars(select(Task).where(Task.project_id == project.id))}
    stored = {uid: plan_task(row) for uid, row in rows.items()}
    links = db.session.scalars(select(TaskLink).where(TaskLink.project_id == project.id))
    changes = compare(stored, {plan_link(link) for link in links}, plan)
    _write_plan(project, plan, source)
    _write_tasks(project, rows, plan, changes)
    _write_links(project, changes)
    db.session.flush()
    moved = tuple(_milestones(project, plan.tasks, stored))
    touched(project.id)
    return Stored(changes, moved)


def _write_plan(project: Project, plan: PlanFile, source: Source) -> None:
    row = db.session.scalar(select(Plan).where(Plan.project_id == project.id)) or Plan(project_id=project.id)
    row.file_name, row.file_sha256 = source.file_name, source.sha256
    row.status_on = plan.status_date.date() if plan.status_date else None
    row.start, row.finish = plan.start, plan.finish
    row.calendars = [_plain(asdict(calendar)) for calendar in plan.calendars]
    row.settings = dict(plan.settings)
    db.session.add(row)


def _write_tasks(project: Project, rows: dict[int, Task], plan: PlanFile, changes: PlanChanges) -> None:
    for task in plan.tasks:
        row = rows.get(task.uid)
        if row is None:
            db.session.add(Task(project_id=project.id, **_columns(task)))
            continue
        for name, value in _columns(task).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    for task in changes.gone:
        rows[task.uid].is_active = False


def _write_links(project: Project, changes: PlanChanges) -> None:
    """Nobody made a link but the file: what the file no longer has, goes; the history keeps it."""
    pairs = [(link.predecessor_uid, link.successor_uid) for link in changes.links_gone]
    if pairs:
        pair = tuple_(TaskLink.predecessor_uid, TaskLink.successor_uid)
        db.session.execute(delete(TaskLink).where(TaskLink.project_id == project.id, pair.in_(pairs)))
    for link in changes.links_added:
        unit = link.lag_unit.value if link.lag_unit else ""
        db.session.add(TaskLink(project_id=project.id, **asdict(link) | {"kind": link.kind.value, "lag_unit": unit}))


def _milestones(project: Project, tasks: Iterable[PlanTask], stored: dict[int, PlanTask]) -> Iterable[MilestoneChange]:
    own = list(db.session.scalars(select(Milestone).where(Milestone.project_id == project.id).order_by(Milestone.id)))
    by_uid = {milestone.task_uid: milestone for milestone in own if milestone.task_uid is not None}
    by_name = {milestone.name_key: milestone for milestone in own if milestone.task_uid is None}
    for task in filter(is_project_milestone, tasks):
        milestone = by_uid.get(task.uid) or by_name.pop(name_key(name_of(task)), None)
        if milestone is None:
            yield from _new_milestone(project, task)
        else:
            milestone.task_uid = task.uid
            before = stored.get(task.uid)
            yield from _follow(milestone, task, before if before and is_project_milestone(before) else None)


def _new_milestone(project: Project, task: PlanTask) -> Iterable[MilestoneChange]:
    wanted = dates_of(task)
    try:
        milestone = actions.add(project, actions.About(name_of(task)), wanted)
    except Invalid as refusal:  # reached on a day still to come
        milestone = actions.add(project, actions.About(name_of(task)), Dates(wanted.baseline, None, wanted.forecast))
        yield MilestoneChange(milestone.code, milestone.name, "actual", None, wanted.actual, refusal.message)
    milestone.task_uid = task.uid
    yield MilestoneChange(milestone.code, milestone.name, "", None, wanted.forecast)


def _follow(milestone: Milestone, task: PlanTask, before: PlanTask | None) -> Iterable[MilestoneChange]:
    """Take over what the plan changed since the last import; of a plan seen for the first time, everything it says."""
    said, wanted = dates_of(before) if before else Dates(), dates_of(task)
    if (before is None or name_of(before) != name_of(task)) and milestone.name != name_of(task):
        milestone.name, milestone.name_key = name_of(task), name_key(name_of(task))
    for field in _order(milestone.actual, wanted.actual):
        now, then = getattr(wanted, field.value), getattr(said, field.value)
        here = getattr(milestone, field.value)
        if now not in (then, here):
            yield _moved(milestone, field, here, now)


def _order(here: date | None, wanted: date | None) -> tuple[DateField, ...]:
    """What is reached keeps its forecast, unless it is no longer reached; what becomes reached moves its forecast first."""
    if here is not None and wanted is not None:
        return DateField.BASELINE, DateField.ACTUAL
    if here is not None:
        return DateField.BASELINE, DateField.ACTUAL, DateField.FORECAST
    return DateField.BASELINE, DateField.FORECAST, DateField.ACTUAL


def _moved(milestone: Milestone, field: DateField, here: date | None, now: date | None) -> MilestoneChange:
    try:
        if field is DateField.BASELINE:
            actions.set_baseline(milestone, now, IMPORTED)
        elif field is DateField.FORECAST:
            actions.reforecast(milestone, now, IMPORTED)
        elif now is None:
            actions.undo_reach(milestone)
        else:
            actions.reach(milestone, now, IMPORTED)
    except Refused as refusal:
        return MilestoneChange(milestone.code, milestone.name, field.value, here, now, refusal.message)
    return MilestoneChange(milestone.code, milestone.name, field.value, here, now)


def _columns(task: PlanTask) -> dict[str, Any]:
    return {name: getattr(task, name) for name in SAME_NAMES} | {
        "duration_unit": task.duration_unit.value if task.duration_unit else "",
        "constraint_type": task.constraint_type.value,
        "baselines": {str(kept.number): _plain(asdict(kept)) for kept in task.baselines},
    }


def plan_task(row: Task) -> PlanTask:
    """A stored task as the file gave it."""
    return PlanTask(
        **{name: getattr(row, name) for name in SAME_NAMES},
        duration_unit=Unit(row.duration_unit) if row.duration_unit else None,
        constraint_type=Constraint(row.constraint_type or Constraint.ASAP),
        baselines=tuple(_baseline(int(number), row.baselines[number]) for number in sorted(row.baselines, key=int)),
    )


def plan_link(row: TaskLink) -> PlanLink:
    unit = Unit(row.lag_unit) if row.lag_unit else None
    return PlanLink(row.predecessor_uid, row.successor_uid, LinkKind(row.kind), row.lag_minutes, unit, row.lag_percent)


def _baseline(number: int, kept: dict[str, Any]) -> Baseline:
    cost = kept.get("cost")
    return Baseline(
        number,
        _moment(kept.get("start")),
        _moment(kept.get("finish")),
        kept.get("duration_minutes"),
        kept.get("work_minutes"),
        Decimal(cost) if cost is not None else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
