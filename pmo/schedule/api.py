"""Milestones, tasks and links for programs; a milestone's dates are moved with the same rules as on the page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint, Response, request
from pydantic import model_validator
from sqlalchemy import Select, func, select

from pmo.db import db, transaction
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule import actions
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import Milestone, Task, TaskLink
from pmo.web.access import actor, require, require_anywhere
from pmo.web.api import Operation, Out, body, many, one, operation, paging, require_match
from pmo.web.forms import Blank, Form, Line, Refusal

bp = Blueprint("schedule_api", __name__, url_prefix="/api/v1")


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


class MilestoneMove(Form):
    """A new forecast, or the day it was reached. A promised date asks a reason; "other" asks words too."""

    forecast: Annotated[date | None, Blank] = None
    actual: Annotated[date | None, Blank] = None
    reason: Annotated[MoveReason | None, Blank] = None
    words: Line = ""

    @model_validator(mode="after")
    def says_one_date(self) -> "MilestoneMove":
        if (self.forecast is None) == (self.actual is None):
            raise Refusal(msg("Send either forecast or actual."), "forecast")
        return self


@bp.get("/milestones")
@operation("schedule_api.milestones", Operation("Milestones", MilestoneOut, many=True, query=("project",)))
def milestones() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    query = _of_project(select(Milestone).where(Milestone.id > after).order_by(Milestone.id).limit(limit + 1), Milestone)
    return many([MilestoneOut.model_validate(row) for row in db.session.scalars(query)], limit, lambda row: row.id)


@bp.get("/milestones/<int:milestone_id>")
@operation("schedule_api.milestone", Operation("One milestone", MilestoneOut))
def milestone(milestone_id: int) -> Response:
    found = _milestone(milestone_id)
    require(Permission.PROJECT_READ, found.place)
    return one(MilestoneOut.model_validate(found), found.version)


@bp.patch("/milestones/<int:milestone_id>")
@operation("schedule_api.move", Operation("Move a forecast, or say when it was reached", MilestoneOut, body=MilestoneMove))
def move(milestone_id: int) -> Response:
    found = _milestone(milestone_id)
    require(Permission.MILESTONE_EDIT, found.place)
    typed = body(MilestoneMove)
    require_match(found.version)
    seen, why = found.version, Why(typed.reason, typed.words)
    with transaction(typed.words):
        if typed.actual is not None:
            actions.reach(found, typed.actual, why, seen_version=seen)
        else:
            actions.reforecast(found, typed.forecast, why, seen_version=seen)
    return one(MilestoneOut.model_validate(found), found.version)


@bp.get("/tasks")
@operation("schedule_api.tasks", Operation("Tasks of imported plans", TaskOut, many=True, query=("project",)))
def tasks() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    query = _of_project(select(Task).where(Task.id > after).order_by(Task.id).limit(limit + 1), Task)
    return many([TaskOut.model_validate(row) for row in db.session.scalars(query)], limit, lambda row: row.id)


@bp.get("/links")
@operation("schedule_api.links", Operation("Links between tasks", LinkOut, many=True, query=("project",)))
def links() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    query = _of_project(select(TaskLink).where(TaskLink.id > after).order_by(TaskLink.id).limit(limit + 1), TaskLink)
    return many([LinkOut.model_validate(row) for row in db.session.scalars(query)], limit, lambda row: row.id)


def _of_project(query: Select[Any], table: type[Milestone] | type[Task] | type[TaskLink]) -> Select[Any]:
    """Only what the actor may see; with ?project=CODE only of that project."""
    query = query.where(table.project_id.in_(visible_projects(actor())))
    if code := request.args.get("project"):
        query = query.where(table.project_id.in_(select(Project.id).where(func.upper(Project.code) == code.upper())))
    return query


def _milestone(milestone_id: int) -> Milestone:
    found = db.session.get(Milestone, milestone_id)
    if found is None:
        raise NotFound
    return found
