"""Reads of portfolios, programmes, projects and what was declared and reported, restricted to what the actor may see."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate


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


def portfolio(portfolio_id: int) -> Portfolio:
    """Raises NotFound."""
    found = db.session.get(Portfolio, portfolio_id)
    if found is None:
        raise NotFound
    return found


def programme(programme_id: int) -> Programme:
    """With its portfolio. Raises NotFound."""
    query = select(Programme).options(joinedload(Programme.portfolio)).where(Programme.id == programme_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


Home = Project | Programme  # what may have people of its own around it


def home_of(project_id: int | None, programme_id: int | None) -> Home:
    """The one an address names. Raises NotFound."""
    if project_id is not None:
        return project(project_id)
    if programme_id is None:
        raise NotFound
    return programme(programme_id)


def programmes_to_change(actor: Actor, portfolio_id: int | None = None) -> list[Programme]:
    """Those in which the actor may add projects, by portfolio and position."""
    mine = within(actor, Permission.PROJECT_CREATE, portfolio=Programme.portfolio_id, programme=Programme.id)
    query = select(Programme).where(mine, Programme.archived_at.is_(None))
    if portfolio_id is not None:
        query = query.where(Programme.portfolio_id == portfolio_id)
    return list(db.session.scalars(query.order_by(Programme.portfolio_id, Programme.position, Programme.id)))


def projects_to_change(actor: Actor, permission: Permission) -> list[tuple[int, str, str]]:
    """Open projects in which the actor holds `permission`, as (id, code, name)."""
    mine = Project.id.in_(visible_projects(actor, permission))
    query = (
        select(Project.id, Project.code, Project.name).where(mine, Project.state == State.OPEN).order_by(Project.code, Project.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def updates_of(project_id: int, limit: int = 2) -> list[tuple[StatusUpdate, str]]:
    """The newest status updates with the name of their author, newest first."""
    query = select(StatusUpdate, Person.name).outerjoin(Person, Person.id == StatusUpdate.author_id)
    newest = query.where(StatusUpdate.project_id == project_id).order_by(StatusUpdate.stated_at.desc(), StatusUpdate.id.desc())
    return [(row[0], row[1] or "") for row in db.session.execute(newest.limit(limit))]


def positions_of(project_id: int) -> list[ReportedPosition]:
    """What was reported about a project, newest first."""
    query = select(ReportedPosition).where(ReportedPosition.project_id == project_id)
    return list(db.session.scalars(query.order_by(ReportedPosition.position_on.desc(), ReportedPosition.id)))


def count_positions(project_id: int) -> int:
    query = select(func.count()).select_from(ReportedPosition).where(ReportedPosition.project_id == project_id)
    return db.session.scalar(query) or 0
