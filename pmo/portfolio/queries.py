"""Reads of portfolios, programmes, projects and what was declared and reported, restricted to what the actor may see."""

from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.models import Portfolio, Programme, Project


def visible_projects(actor: Actor, permission: Permission = Permission.PROJECT_READ) -> Select[int]:
    """Ids of the projects for which the actor holds `permission`: the restriction of every list in the house."""
    return select(Project.id).where(
        within(actor, permission, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id)
    )


def project(project_id: int) -> Project:
    """With its programme, in one statement. Raises NotFound; the caller asks for the permission."""
    found = db.session.scalar(select(Project).where(Project.id == project_id))
    if found is None:
        raise NotFound
    return found


def project_by_code(code: str, actor: Actor | None = None) -> Project:
    """By code, whatever its case; among several portfolios the one the actor may see. Raises NotFound."""
    query = select(Project).where(func.upper(Project.code) == code.strip().upper()).order_by(Project.id)
    if actor is not None:
        query = query.where(Project.id.in_(visible_projects(actor)))
    found = db.session.scalar(query.limit(1))
    if found is None:
        raise NotFound
    return found


def programme_by_code(code: str) -> Programme:
    found = db.session.scalar(
        select(Programme).where(func.upper(Programme.code) == code.strip().upper()).order_by(Programme.id).limit(1)
    )
    if found is None:
        raise NotFound
    return found


def portfolio_by_code(code: str) -> Portfolio:
    found = db.session.scalar(select(Portfolio).where(func.upper(Portfolio.code) == code.strip().upper()))
    if found is None:
        raise NotFound
    return found


def portfolios(actor: Actor) -> list[Portfolio]:
    """Those with something in them the actor may see, or covered by a grant on the portfolio itself."""
    own = within(actor, Permission.PROJECT_READ, portfolio=Portfolio.id)
    through = Portfolio.id.in_(select(Project.portfolio_id).where(Project.id.in_(visible_projects(actor))))
    query = select(Portfolio).where(own | through, Portfolio.archived_at.is_(None)).order_by(Portfolio.name_key, Portfolio.id)
    return list(db.session.scalars(query))
