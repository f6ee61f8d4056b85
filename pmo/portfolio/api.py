"""Portfolios and programmes for programs."""

from flask import Blueprint, Response, request
from sqlalchemy import func, select

from pmo.db import db
from pmo.kernel.permissions import Permission
from pmo.people.visibility import within
from pmo.portfolio import queries
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.web.access import actor, require_anywhere
from pmo.web.api import Operation, Out, many, operation, paging

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
