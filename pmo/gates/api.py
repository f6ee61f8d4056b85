"""Stage gates with their criteria for programs, to read."""

from datetime import date
from typing import Annotated, Any, Literal

from flask import Blueprint
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, selectinload

from pmo.committees.models import Decision
from pmo.gates import queries
from pmo.gates.logic import Kind, Outcome
from pmo.gates.models import Gate
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.logic import Phase
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.models import Milestone
from pmo.web.api import Asked, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line

bp = Blueprint("gates_api", __name__, url_prefix="/api/v1")


class CriterionOut(Out):
    id: int
    kind: Kind
    text: str
    weight: int
    is_met: bool | None
    score: int | None
    note: str
    link: str


class GateOut(Out):
    """`due`: the day of its milestone where it has one. `outcome` of a voided decision does not count: is_open says it."""

    id: int
    project_id: int
    code: str
    round: int
    name: str
    phase: Phase | Literal[""]
    milestone_id: int | None
    due: date | None
    is_open: bool
    outcome: Outcome | Literal[""]
    decided_on: date | None
    decision_id: int | None
    reason: str
    cancelled_on: date | None
    cancel_reason: str
    standing_criteria: list[CriterionOut]
    version: int


class GatesAsked(Asked):
    project: Line = ""  # its code
    state: Annotated[Literal["open", "decided"] | None, Blank] = None


def _rows(person: Actor) -> Select[Any]:
    query = (
        select(Gate).outerjoin(Milestone, Milestone.id == Gate.milestone_id).outerjoin(Decision, Decision.id == Gate.decision_id)
    )
    query = query.options(contains_eager(Gate.milestone), contains_eager(Gate.decision), selectinload(Gate.criteria))
    return query.where(Gate.project_id.in_(visible_projects(person)))


def _narrow(query: Select[Any], asked: GatesAsked) -> Select[Any]:
    if asked.project:
        query = query.where(Gate.project_id.in_(select(Project.id).where(func.upper(Project.code) == asked.project.upper())))
    if asked.state is None:
        return query
    return query.where(queries.IS_OPEN if asked.state == "open" else ~queries.UNDECIDED)


gates: Collection[Gate] = Collection(
    bp, "gates", "gate", GateOut, Permission.PROJECT_READ, _rows, Gate.id, queries.gate, asked=GatesAsked, narrow=_narrow
)
gates.list(msg("Stage gates with their criteria"))
gates.read(msg("One stage gate"))
