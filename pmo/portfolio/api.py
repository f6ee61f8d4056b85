"""Portfolios, programmes and projects for programs."""

from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, request
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel.permissions import Permission
from pmo.people.visibility import within
from pmo.portfolio import queries
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.api import Operation, Out, many, one, operation, paging

bp = Blueprint("portfolio_api", __name__, url_prefix="/api/v1")


class PortfolioOut(Out):
    id: int
    code: str
    name: str
    description: str


class ProgrammeOut(Out):
    id: int
    portfolio_id: int
    code: str
    name: str
    description: str
    organisation: str
    manager_id: int | None


class ProjectOut(Out):
    """Amounts are null for readers without the right to see money."""

    id: int
    portfolio_id: int
    programme_id: int
    code: str
    name: str
    kind: str
    method: str
    phase: str
    state: str
    manager_id: int | None
    sponsor: str
    description: str
    tolerance_days: int | None
    tolerance_percent: Decimal | None
    currency: str
    budget: Decimal | None
    spent: Decimal | None
    forecast_cost: Decimal | None
    money_on: date | None
    tags: list[str]
    external_id: str | None
    closed_on: date | None


@bp.get("/portfolios")
@operation("portfolio_api.portfolios", Operation("Portfolios", PortfolioOut, many=True))
def portfolios() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    rows = [row for row in sorted(queries.portfolios(actor()), key=lambda row: row.id) if row.id > after]
    return many([PortfolioOut.model_validate(row) for row in rows[: limit + 1]], limit, lambda row: row.id)


@bp.get("/programmes")
@operation("portfolio_api.programmes", Operation("Programmes", ProgrammeOut, many=True, query=("portfolio",)))
def programmes() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    own = within(actor(), Permission.PROJECT_READ, portfolio=Programme.portfolio_id, programme=Programme.id)
    through = Programme.id.in_(select(Project.programme_id).where(Project.id.in_(queries.visible_projects(actor()))))
    query = select(Programme).where(own | through, Programme.id > after).order_by(Programme.id).limit(limit + 1)
    if code := request.args.get("portfolio"):
        query = query.join(Portfolio, Portfolio.id == Programme.portfolio_id).where(func.upper(Portfolio.code) == code.upper())
    return many([ProgrammeOut.model_validate(row) for row in db.session.scalars(query)], limit, lambda row: row.id)


@bp.get("/projects")
@operation("portfolio_api.projects", Operation("Projects", ProjectOut, many=True, query=("portfolio", "state")))
def projects() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    with_money = within(
        actor(), Permission.MONEY_READ, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id
    )
    query = select(Project, with_money).where(Project.id.in_(queries.visible_projects(actor())), Project.id > after)
    rows = db.session.execute(_narrowed(query).order_by(Project.id).limit(limit + 1)).all()
    return many([_out(row[0], row[1]) for row in rows], limit, lambda row: row.id)


@bp.get("/projects/<int:project_id>")
@operation("portfolio_api.project", Operation("One project", ProjectOut))
def project(project_id: int) -> Response:
    found = queries.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    return one(_out(found, can(Permission.MONEY_READ, found.place)), found.version)


def _narrowed(query: Select[Project, bool]) -> Select[Project, bool]:
    if code := request.args.get("portfolio"):
        query = query.join(Portfolio, Portfolio.id == Project.portfolio_id).where(func.upper(Portfolio.code) == code.upper())
    if state := request.args.get("state"):
        query = query.where(Project.state == state)
    return query


def _out(row: Project, with_money: bool) -> ProjectOut:
    shown = ProjectOut.model_validate(row)
    return shown if with_money else shown.model_copy(update={"budget": None, "spent": None, "forecast_cost": None})
