"""Projects for programs, each with the colour that counts, the computed one beside it, and what the PMO overrides."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Permission
from pmo.people.visibility import within
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Portfolio, Project
from pmo.portfolio.queries import visible_projects
from pmo.rules.queries import rule_book
from pmo.status.colours import Situation, colours
from pmo.status.overrides import columns, override_of, running
from pmo.web.access import actor, require, require_anywhere
from pmo.web.api import Operation, Out, many, one, operation, paging

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
    kind: str
    method: str
    phase: str
    state: str
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


@bp.get("/projects")
@operation("status_api.projects", Operation("Projects", ProjectOut, many=True, query=("portfolio", "state")))
def projects() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    query = _narrowed(_query().where(Project.id > after)).order_by(Project.id).limit(limit + 1)
    return many([_out(row) for row in db.session.execute(query)], limit, lambda row: row.id)


@bp.get("/projects/<int:project_id>")
@operation("status_api.project", Operation("One project", ProjectOut))
def project(project_id: int) -> Response:
    row = db.session.execute(_query().where(Project.id == project_id)).first()
    if row is None:
        raise NotFound
    require(Permission.PROJECT_READ, row.Project.place)
    found = _out(row)
    said = hashlib.sha256(found.model_dump_json().encode()).hexdigest()  # colours change without a new version
    return one(found, f"{row.Project.version}-{said[:16]}")


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


def _narrowed(query: Select[Any]) -> Select[Any]:
    if code := request.args.get("portfolio"):
        query = query.join(Portfolio, Portfolio.id == Project.portfolio_id).where(func.upper(Portfolio.code) == code.upper())
    if state := request.args.get("state"):
        query = query.where(Project.state == state)
    return query


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
