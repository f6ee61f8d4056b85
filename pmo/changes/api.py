"""Change requests for programs: written, assessed, put forward, implemented."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field, StringConstraints
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pmo.changes import actions, queries
from pmo.changes.actions import Wanted
from pmo.changes.logic import Category, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.committees.bodies import Cost, Currency, known_meeting
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.portfolio.queries import visible_projects
from pmo.schedule import queries as schedule
from pmo.schedule.models import Milestone
from pmo.web.access import actor
from pmo.web.api import Asked, Body, Day, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line, Text

bp = Blueprint("changes_api", __name__, url_prefix="/api/v1")
EDIT = Permission.CHANGE_EDIT
Filled = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ChangeOut(Out):
    """The cost is null for readers without the right to see money."""

    id: int
    project_id: int
    code: str
    title: str
    category: Category
    priority: int
    requested_by: str
    submitted_on: date
    submitted_by: int | None
    situation: str
    wanted: str
    if_not: str
    scope: str
    alternatives: str
    recommendation: str
    cost: Decimal | None
    currency: str
    milestone_id: int | None
    old_date: date | None
    new_date: date | None
    state: ChangeState
    meeting_id: int | None
    decided_on: date | None
    decided_by: int | None
    decision_id: int | None
    reason: str
    postponed_until: date | None
    merged_into_id: int | None
    implemented_on: date | None
    evidence: str
    version: int


class ChangesAsked(Asked):
    project: Line = ""  # its code
    state: Annotated[ChangeState | None, Blank] = None


class ChangeRequestBody(Body):
    title: Filled
    category: Category
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    requested_by: Filled
    situation: Text = ""
    wanted: Text = ""
    if_not: Text = ""
    scope: Text = ""
    alternatives: Text = ""
    recommendation: Text = ""
    cost: Cost | None = None
    currency: Currency = "EUR"
    milestone_id: Id | None = None
    new_date: Day | None = None

    def said(self, project: Project) -> Wanted:
        """Raises Invalid for a milestone of another project."""
        named = self.model_dump(exclude={"milestone_id", "project_id"})
        return Wanted(**named, milestone=_milestone(project, self.milestone_id))


class NewChangeRequestBody(ChangeRequestBody):
    project_id: Id


class ForwardBody(Body):
    """To a meeting; without one to whoever may decide it."""

    meeting_id: Id | None = None


class EvidenceBody(Body):
    evidence: Line
    implemented_on: Day | None = None


def _milestone(project: Project, milestone_id: int | None) -> Milestone | None:
    try:
        return schedule.milestone(project.id, milestone_id) if milestone_id else None
    except NotFound as error:
        raise Invalid({"milestone_id": msg("Choose one from the list.")}) from error


def _rows(person: Actor) -> Select[Any]:
    query = select(ChangeRequest).options(joinedload(ChangeRequest.project))
    return query.where(ChangeRequest.project_id.in_(visible_projects(person)))


def _narrow(query: Select[Any], asked: ChangesAsked) -> Select[Any]:
    if asked.project:
        of = select(Project.id).where(func.upper(Project.code) == asked.project.upper())
        query = query.where(ChangeRequest.project_id.in_(of))
    return query.where(ChangeRequest.state == asked.state.value) if asked.state else query


def _show(found: ChangeRequest) -> Out:
    shown = ChangeOut.model_validate(found)
    return shown if may(actor(), Permission.MONEY_READ, found.place) else shown.model_copy(update={"cost": None})


def _submit(typed: NewChangeRequestBody) -> ChangeRequest:
    project = project_of(typed.project_id)
    return actions.submit(project, typed.said(project))


def _change(found: ChangeRequest, typed: ChangeRequestBody, seen: int) -> None:
    actions.change_words(found, typed.said(found.project), seen_version=seen)


def _facts(found: ChangeRequest) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ChangeRequestBody.model_fields}


def _assess(found: ChangeRequest, _typed: Body, seen: int) -> None:
    actions.assess(found, seen_version=seen)


def _put_forward(found: ChangeRequest, typed: ForwardBody, seen: int) -> None:
    meeting = known_meeting(typed.meeting_id) if typed.meeting_id else None
    actions.put_forward(found, meeting, seen_version=seen)


def _implement(found: ChangeRequest, typed: EvidenceBody, seen: int) -> None:
    actions.implement(found, typed.evidence, on=typed.implemented_on, seen_version=seen)


changes: Collection[ChangeRequest] = Collection(
    bp, "changes", "change", ChangeOut, Permission.PROJECT_READ, _rows, ChangeRequest.id, queries.change,
    show=_show, asked=ChangesAsked, narrow=_narrow,
)  # fmt: skip
changes.list(msg("Change requests"))
changes.read(msg("One change request"))
changes.add(
    msg("A new change request"), NewChangeRequestBody, EDIT, _submit, within=lambda typed: project_of(typed.project_id).place
)
changes.change(msg("Change its words before it waits for a decision"), ChangeRequestBody, EDIT, _change, now=_facts)
changes.act("assess", msg("Somebody works out what it means"), EDIT, _assess)
changes.act("put-forward", msg("It waits for a decision"), EDIT, _put_forward, form=ForwardBody)
changes.act("implement", msg("It is done"), EDIT, _implement, form=EvidenceBody)
