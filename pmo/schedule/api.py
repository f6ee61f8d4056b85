"""Milestones, their moved dates, tasks and links for programs; dates are moved with the same rules as on the page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field, StringConstraints
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.portfolio.queries import visible_projects
from pmo.schedule import actions
from pmo.schedule.actions import About
from pmo.schedule.forms import Reason
from pmo.schedule.logic.moves import DateField, Dates, Why
from pmo.schedule.models import DateMove, Milestone, Task, TaskLink
from pmo.web.access import require
from pmo.web.api import Asked, Body, Day, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Filled, Line, Text

bp = Blueprint("schedule_api", __name__, url_prefix="/api/v1")
READ, EDIT = Permission.PROJECT_READ, Permission.MILESTONE_EDIT
Weight = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]


class MilestoneOut(Out):
    id: int
    project_id: int
    code: str
    name: str
    description: str
    baseline: date | None
    commitment: date | None
    forecast: date | None
    actual: date | None
    weight: Decimal
    owner_id: int | None
    is_gate: bool
    cancelled_on: date | None
    cancelling_reason: str
    confirmed_on: date | None
    version: int


class TaskOut(Out):
    id: int
    project_id: int
    uid: int
    wbs: str
    outline_level: int
    name: str
    is_summary: bool
    is_milestone: bool
    is_critical: bool
    start: datetime | None
    finish: datetime | None
    duration_minutes: int | None
    percent_complete: Decimal | None
    actual_start: datetime | None
    actual_finish: datetime | None
    constraint_type: str
    constraint_date: datetime | None
    deadline: datetime | None
    baselines: dict[str, Any]


class LinkOut(Out):
    id: int
    project_id: int
    predecessor_uid: int
    successor_uid: int
    kind: str
    lag_minutes: int


class DateMoveOut(Out):
    id: int
    milestone_id: int
    project_id: int
    field: DateField
    before: date | None
    after: date | None
    reason: str
    words: str
    moved_by: int | None
    moved_at: datetime


class OfProject(Asked):
    project: Line = ""  # its code


class MilestonesAsked(OfProject):
    state: Annotated[Literal["open", "reached", "cancelled"] | None, Blank] = None


class MovesAsked(OfProject):
    field: Annotated[DateField | None, Blank] = None


class MilestoneBody(Body):
    """A promised date asks a reason when it moves; "other" asks words too."""

    name: Filled
    description: Text = ""
    owner_id: Id | None = None
    weight: Weight = Decimal(1)
    is_gate: bool = False
    forecast: Day | None = None
    actual: Day | None = None
    reason: Reason = None
    words: Line = ""

    @property
    def about(self) -> About:
        return About(self.name, self.description, self.owner_id, self.weight, self.is_gate)

    @property
    def why(self) -> Why:
        return Why(self.reason, self.words)


class NewMilestoneBody(Body):
    """Without a code it gets the next number of its project; a first baseline only by who may set one."""

    project_id: Id
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    name: Filled
    description: Text = ""
    owner_id: Id | None = None
    weight: Weight = Decimal(1)
    is_gate: bool = False
    baseline: Day | None = None
    forecast: Day


class ReachingBody(Body):
    actual: Day


class CancellingBody(Body):
    reason: Line


class BaselineBody(Body):
    baseline: Day
    reason: Reason = None
    words: Line = ""


def _of(table: Any) -> Any:
    def rows(person: Actor) -> Select[Any]:
        return select(table).where(table.project_id.in_(visible_projects(person)))

    return rows


def _narrow(table: Any) -> Any:
    def narrow(query: Select[Any], asked: OfProject) -> Select[Any]:
        if asked.project:
            of = select(Project.id).where(func.upper(Project.code) == asked.project.upper())
            query = query.where(table.project_id.in_(of))
        return query

    return narrow


def _milestones(query: Select[Any], asked: MilestonesAsked) -> Select[Any]:
    m, query = Milestone, _narrow(Milestone)(query, asked)
    wanted = {
        "open": (m.actual.is_(None), m.cancelled_on.is_(None)),
        "reached": (m.actual.is_not(None),),
        "cancelled": (m.cancelled_on.is_not(None),),
    }
    return query.where(*wanted[asked.state]) if asked.state else query


def _moves(query: Select[Any], asked: MovesAsked) -> Select[Any]:
    query = _narrow(DateMove)(query, asked)
    return query.where(DateMove.field == asked.field.value) if asked.field else query


def _milestone(milestone_id: int) -> Milestone:
    found = db.session.get(Milestone, milestone_id)
    if found is None:
        raise NotFound
    return found


def _nothing(_number: int) -> Any:
    raise NotFound


def _add(typed: NewMilestoneBody) -> Milestone:
    project = project_of(typed.project_id)
    if typed.baseline is not None:
        require(Permission.BASELINE_SET, project.place)
    about = About(typed.name, typed.description, typed.owner_id, typed.weight, typed.is_gate)
    return actions.add(project, about, Dates(baseline=typed.baseline, forecast=typed.forecast), code=typed.code)


def _change(found: Milestone, typed: MilestoneBody, seen: int) -> None:
    actions.describe(found, typed.about, seen_version=seen)
    if typed.forecast != found.forecast:
        actions.reforecast(found, typed.forecast, typed.why)
    if typed.actual != found.actual:
        actions.undo_reach(found) if typed.actual is None else actions.reach(found, typed.actual, typed.why)


def _facts(found: Milestone) -> dict[str, Any]:
    names = ("name", "description", "owner_id", "weight", "is_gate", "forecast", "actual")
    return {name: getattr(found, name) for name in names}


def _reach(found: Milestone, typed: ReachingBody, seen: int) -> None:
    actions.reach(found, typed.actual, seen_version=seen)


def _undo(found: Milestone, _typed: Body, seen: int) -> None:
    actions.undo_reach(found, seen_version=seen)


def _confirm(found: Milestone, _typed: Body, seen: int) -> None:
    actions.confirm(found, seen_version=seen)


def _cancel(found: Milestone, typed: CancellingBody, seen: int) -> None:
    actions.cancel(found, typed.reason, seen_version=seen)


def _take_up(found: Milestone, _typed: Body, seen: int) -> None:
    actions.take_up_again(found, seen_version=seen)


def _baseline(found: Milestone, typed: BaselineBody, seen: int) -> None:
    actions.set_baseline(found, typed.baseline, Why(typed.reason, typed.words), seen_version=seen)


milestones: Collection[Milestone] = Collection(
    bp, "milestones", "milestone", MilestoneOut, READ, _of(Milestone), Milestone.id, _milestone,
    asked=MilestonesAsked, narrow=_milestones,
)  # fmt: skip
milestones.list(msg("Milestones"))
milestones.read(msg("One milestone"))
milestones.add(msg("A new milestone"), NewMilestoneBody, EDIT, _add, within=lambda typed: project_of(typed.project_id).place)
milestones.change(
    msg("Describe a milestone, move its forecast, say when it was reached"), MilestoneBody, EDIT, _change, now=_facts,
    why=lambda typed: typed.words,
)  # fmt: skip
milestones.act("reach", msg("It happened"), EDIT, _reach, form=ReachingBody)
milestones.act("undo-reach", msg("It did not happen after all"), EDIT, _undo)
milestones.act("confirm", msg("Stand by the forecast as it is"), EDIT, _confirm)
milestones.act("cancel", msg("It will not happen"), EDIT, _cancel, form=CancellingBody, why=lambda typed: typed.reason)
milestones.act("take-up-again", msg("A cancelled milestone counts again"), EDIT, _take_up)
milestones.act(
    "baseline", msg("Approve a baseline, or another one with a reason"), Permission.BASELINE_SET, _baseline, form=BaselineBody,
    why=lambda typed: typed.words,
)  # fmt: skip

moves: Collection[DateMove] = Collection(
    bp, "date-moves", "date_move", DateMoveOut, READ, _of(DateMove), DateMove.id, _nothing, asked=MovesAsked, narrow=_moves
)
moves.list(msg("Every move of a promised date, with its reason; field=baseline for the baselines"))
tasks: Collection[Task] = Collection(
    bp, "tasks", "task", TaskOut, READ, _of(Task), Task.id, _nothing, asked=OfProject, narrow=_narrow(Task)
)
tasks.list(msg("Tasks of imported plans"))
links: Collection[TaskLink] = Collection(
    bp, "links", "link", LinkOut, READ, _of(TaskLink), TaskLink.id, _nothing, asked=OfProject, narrow=_narrow(TaskLink)
)
links.list(msg("Links between tasks"))
