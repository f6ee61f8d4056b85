"""Projects for programs, each with the colour that counts, the computed one beside it, and what the PMO overrides."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio import queries
from pmo.portfolio.logic import Colour, Kind, Method, Phase, State
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.rules.queries import rule_book
from pmo.status import project_bodies as bodies
from pmo.status.colours import Situation, colours
from pmo.status.overrides import columns, override_of, running
from pmo.web.access import actor
from pmo.web.api import Asked, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line

bp = Blueprint("status_api", __name__, url_prefix="/api/v1")
RANKED = {colour.rank: colour for colour in Colour}
MONEY = ("budget", "spent", "committed", "forecast_cost")


class OverrideOut(Out):
    """Another overall colour than the computed one counts until the end of this day."""

    id: int
    colour: Colour
    reason: str
    starts_on: date
    ends_on: date
    author: str


class ProjectOut(Out):
    """Amounts are null for readers without the right to see money; a colour is null where nothing is known."""

    id: int
    portfolio_id: int
    programme_id: int
    code: str
    name: str
    kind: Kind
    method: Method
    phase: Phase
    state: State
    overall: Colour | None  # the colour that counts
    computed_overall: Colour | None
    declared_overall: Colour | None
    override: OverrideOut | None
    manager_id: int | None
    sponsor: str
    description: str
    tolerance_days: int | None
    tolerance_percent: Decimal | None
    currency: str
    budget: Decimal | None
    spent: Decimal | None
    committed: Decimal | None  # bound by contract, not spent yet
    forecast_cost: Decimal | None
    money_on: date | None
    tags: list[str]
    external_id: str | None
    closed_on: date | None
    closing_reason: str
    version: int


class ProjectsAsked(Asked):
    portfolio: Line = ""  # code
    programme: Line = ""  # code
    state: Annotated[State | None, Blank] = None


def _rows(person: Actor) -> Select[Any]:
    return select(Project).where(Project.id.in_(visible_projects(person)))


def _show(found: Project) -> ProjectOut:
    row = db.session.execute(_query().where(Project.id == found.id)).first()
    if row is None:
        raise NotFound
    return _out(row)


def _show_many(found: list[Project]) -> list[Out]:
    ids = [row.id for row in found]
    return [_out(row) for row in db.session.execute(_query().where(Project.id.in_(ids)).order_by(Project.id))]


def _query() -> Select[Any]:
    """What this person may see, with its colours: one statement beside the rules."""
    today = clock.today()
    c = colours(Situation(today, rule_book(today), since=today))
    override = running(today).subquery("running_override")
    p = Project
    with_money = within(actor(), Permission.MONEY_READ, portfolio=p.portfolio_id, programme=p.programme_id, project=p.id)
    ranks = (c.c.overall, c.c.computed, c.c.declared)
    query = select(Project, with_money.label("with_money"), *ranks, *columns(override))
    query = query.join(c, c.c.id == Project.id).outerjoin(override, override.c.project_id == Project.id)
    return query.where(Project.id.in_(visible_projects(actor())))


def _narrowed(query: Select[Any], asked: ProjectsAsked) -> Select[Any]:
    if asked.portfolio:
        of = select(Portfolio.id).where(func.upper(Portfolio.code) == asked.portfolio.upper())
        query = query.where(Project.portfolio_id.in_(of))
    if asked.programme:
        within_it = select(Programme.id).where(func.upper(Programme.code) == asked.programme.upper())
        query = query.where(Project.programme_id.in_(within_it))
    return query.where(Project.state == asked.state.value) if asked.state else query


def _out(row: Any) -> ProjectOut:
    override = override_of(row)
    facts = {name: getattr(row.Project, name, None) for name in ProjectOut.model_fields}
    facts |= {
        "overall": RANKED.get(row.overall),
        "computed_overall": RANKED.get(row.computed),
        "declared_overall": RANKED.get(row.declared),
        "override": OverrideOut.model_validate(override) if override else None,
    }
    return ProjectOut.model_validate(facts if row.with_money else facts | dict.fromkeys(MONEY))


projects: Collection[Project] = Collection(
    bp, "projects", "project", ProjectOut, Permission.PROJECT_READ, _rows, Project.id, queries.project,
    show=_show, show_many=_show_many, asked=ProjectsAsked, narrow=_narrowed,
)  # fmt: skip
projects.list(msg("Projects"))
projects.read(msg("One project"))
projects.add(
    msg("A new project"), bodies.ProjectBody, Permission.PROJECT_CREATE, bodies.add,
    within=lambda typed: queries.programme(typed.programme_id).place,
)  # fmt: skip
EDIT = Permission.PROJECT_EDIT
projects.change(msg("Change a project"), bodies.ProjectBody, EDIT, bodies.change, now=bodies.facts)
projects.act("close", msg("It has ended"), EDIT, bodies.close, form=bodies.ProjectClosingBody, why=lambda typed: typed.reason)
projects.act("reopen", msg("A closed or archived project runs again"), EDIT, bodies.reopen)
projects.act("archive", msg("Out of the usual lists; it is closed before"), EDIT, bodies.archive)
projects.act(
    "approve-baseline", msg("Every open milestone's forecast becomes its baseline"), Permission.BASELINE_SET,
    bodies.approve_baseline, form=bodies.ApprovalBody, why=lambda typed: typed.words,
)  # fmt: skip
