"""What programs say about projects, and the verbs it leads to."""

from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import actions, queries
from pmo.portfolio.actions import ProjectFacts
from pmo.portfolio.forms import Code
from pmo.portfolio.logic import Kind, Method, Phase, State
from pmo.portfolio.models import Project
from pmo.raid.queries import count_open as open_items
from pmo.schedule import actions as schedule
from pmo.schedule.forms import Reason
from pmo.schedule.logic.moves import Why
from pmo.schedule.queries import count_open as open_milestones
from pmo.web.access import require
from pmo.web.api import Body, Day, Id
from pmo.web.forms import Filled, Line, Text

Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class ProjectBody(Body):
    """None in an amount: not known; in a tolerance: the rule's value counts."""

    programme_id: Id
    code: Code
    name: Filled
    kind: Kind = Kind.OTHER
    method: Method = Method.WATERFALL
    phase: Phase = Phase.INITIATING
    manager_id: Id | None = None
    sponsor: Line = ""
    description: Text = ""
    tolerance_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    tolerance_percent: Percent | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    budget: Amount | None = None
    spent: Amount | None = None
    committed: Amount | None = None
    forecast_cost: Amount | None = None
    money_on: Day | None = None
    tags: Annotated[list[Tag], Field(max_length=50)] = []
    external_id: Annotated[str, StringConstraints(max_length=100)] | None = None

    @property
    def facts(self) -> ProjectFacts:
        named = self.model_dump(exclude={"programme_id", "tags"})
        return ProjectFacts(**named, tags=tuple(dict.fromkeys(self.tags)))


class ProjectClosingBody(Body):
    """`anyway`: also while milestones are ahead or items of the register are open."""

    reason: Filled
    closed_on: Day | None = None
    anyway: bool = False


class ApprovalBody(Body):
    reason: Reason = None
    words: Line = ""


def add(typed: ProjectBody) -> Project:
    return actions.add_project(queries.programme(typed.programme_id), typed.facts)


def change(found: Project, typed: ProjectBody, seen: int) -> None:
    """To another programme only where one may add projects."""
    target = None
    if typed.programme_id != found.programme_id:
        target = queries.programme(typed.programme_id)
        require(Permission.PROJECT_CREATE, target.place)
    actions.change_project(found, typed.facts, programme=target, seen_version=seen)


def facts(found: Project) -> dict[str, Any]:
    names = [field.name for field in fields(ProjectFacts)]
    return {"programme_id": found.programme_id} | {name: getattr(found, name) for name in names}


def close(found: Project, typed: ProjectClosingBody, seen: int) -> None:
    if found.state == State.OPEN and not typed.anyway and open_milestones(found.id) + open_items(found.id):
        raise Invalid({"anyway": msg("Send true to close it although not everything is done.")})
    actions.close(found, typed.reason, on=typed.closed_on, seen_version=seen)


def reopen(found: Project, _typed: Body, seen: int) -> None:
    actions.reopen(found, seen_version=seen)


def archive(found: Project, _typed: Body, seen: int) -> None:
    actions.archive_project(found, seen_version=seen)


def approve_baseline(found: Project, typed: ApprovalBody, _seen: int) -> None:
    schedule.approve_forecasts(found, Why(typed.reason, typed.words))
