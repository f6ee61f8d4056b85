"""Portfolios and programmes for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, Place, may
from pmo.people.visibility import within
from pmo.portfolio import actions, queries
from pmo.portfolio.forms import Code
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.web.access import actor
from pmo.web.api import Asked, Body, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Filled, Line, Text

bp = Blueprint("portfolio_api", __name__, url_prefix="/api/v1")
READ, CREATE, ADMIN = Permission.PROJECT_READ, Permission.PROJECT_CREATE, Permission.PORTFOLIO_ADMIN


class PortfolioOut(Out):
    id: int
    code: str
    name: str
    description: str
    archived_at: datetime | None
    version: int


class ProgrammeOut(PortfolioOut):
    portfolio_id: int
    organisation: str
    manager_id: int | None


class GroupAsked(Asked):
    state: Annotated[Literal["current", "archived"] | None, Blank] = None


class ProgrammesAsked(GroupAsked):
    portfolio: Line = ""  # its code


class PortfolioBody(Body):
    code: Code
    name: Filled
    description: Text = ""


class ProgrammeChangeBody(PortfolioBody):
    manager_id: Id | None = None


class ProgrammeBody(ProgrammeChangeBody):
    portfolio_id: Id


def _portfolios(person: Actor) -> Select[Any]:
    own = within(person, READ, portfolio=Portfolio.id)
    through = Portfolio.id.in_(select(Project.portfolio_id).where(Project.id.in_(queries.visible_projects(person))))
    return select(Portfolio).where(own | through)


def _programmes(person: Actor) -> Select[Any]:
    own = within(person, READ, portfolio=Programme.portfolio_id, programme=Programme.id)
    through = Programme.id.in_(select(Project.programme_id).where(Project.id.in_(queries.visible_projects(person))))
    return select(Programme).where(own | through)


def _portfolios_asked(query: Select[Any], asked: GroupAsked) -> Select[Any]:
    return _in_state(query, asked, Portfolio)


def _programmes_asked(query: Select[Any], asked: ProgrammesAsked) -> Select[Any]:
    if asked.portfolio:
        of = select(Portfolio.id).where(func.upper(Portfolio.code) == asked.portfolio.upper())
        query = query.where(Programme.portfolio_id.in_(of))
    return _in_state(query, asked, Programme)


def _in_state(query: Select[Any], asked: GroupAsked, table: type[Portfolio] | type[Programme]) -> Select[Any]:
    if asked.state is None:
        return query
    return query.where(table.archived_at.is_(None) if asked.state == "current" else table.archived_at.is_not(None))


def _through(group: Portfolio | Programme) -> Place:
    """Where it stands; for who sees only a project in it, where that one stands."""
    if may(actor(), READ, group.place):
        return group.place
    inside = Project.portfolio_id if isinstance(group, Portfolio) else Project.programme_id
    query = select(Project).where(inside == group.id, Project.id.in_(queries.visible_projects(actor()))).limit(1)
    project = db.session.scalar(query)
    return project.place if project else group.place


def _own(group: Portfolio | Programme) -> Place:
    return group.place


def _add_portfolio(typed: PortfolioBody) -> Portfolio:
    return actions.add_portfolio(code=typed.code, name=typed.name, description=typed.description)


def _change_portfolio(found: Portfolio, typed: PortfolioBody, seen: int) -> None:
    actions.change_portfolio(found, code=typed.code, name=typed.name, description=typed.description, seen_version=seen)


def _add_programme(typed: ProgrammeBody) -> Programme:
    said = {"code": typed.code, "name": typed.name, "description": typed.description}
    return actions.add_programme(queries.portfolio(typed.portfolio_id), **said, manager_id=typed.manager_id)


def _change_programme(found: Programme, typed: ProgrammeChangeBody, seen: int) -> None:
    said = {"code": typed.code, "name": typed.name, "description": typed.description}
    actions.change_programme(found, **said, manager_id=typed.manager_id, seen_version=seen)


def _facts(group: Portfolio | Programme) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": group.code, "name": group.name, "description": group.description}
    return facts | ({"manager_id": group.manager_id} if isinstance(group, Programme) else {})


def _archive(found: Portfolio | Programme, _typed: Body, seen: int) -> None:
    actions.archive(found, seen_version=seen)


def _unarchive(found: Portfolio | Programme, _typed: Body, seen: int) -> None:
    actions.unarchive(found, seen_version=seen)


portfolios: Collection[Portfolio] = Collection(
    bp, "portfolios", "portfolio", PortfolioOut, READ, _portfolios, Portfolio.id, queries.portfolio,
    asked=GroupAsked, narrow=_portfolios_asked, place=_through,
)  # fmt: skip
portfolios.list(msg("Portfolios"))
portfolios.read(msg("One portfolio"))
portfolios.add(msg("A new portfolio"), PortfolioBody, ADMIN, _add_portfolio)
portfolios.change(msg("Change a portfolio"), PortfolioBody, ADMIN, _change_portfolio, now=_facts, at=_own)
portfolios.act("archive", msg("Take a portfolio out of the lists; its projects are closed before"), ADMIN, _archive, at=_own)
portfolios.act("unarchive", msg("Take an archived portfolio back into the lists"), ADMIN, _unarchive, at=_own)

programmes: Collection[Programme] = Collection(
    bp, "programmes", "programme", ProgrammeOut, READ, _programmes, Programme.id, queries.programme,
    asked=ProgrammesAsked, narrow=_programmes_asked, place=_through,
)  # fmt: skip
programmes.list(msg("Programmes"))
programmes.read(msg("One programme"))
programmes.add(
    msg("A new programme"),
    ProgrammeBody,
    CREATE,
    _add_programme,
    within=lambda typed: queries.portfolio(typed.portfolio_id).place,
)
programmes.change(
    msg("Change a programme"), ProgrammeChangeBody, Permission.PROGRAMME_EDIT, _change_programme, now=_facts, at=_own
)  # fmt: skip
programmes.act("archive", msg("Take a programme out of the lists; its projects are closed before"), ADMIN, _archive, at=_own)
programmes.act("unarchive", msg("Take an archived programme back into the lists"), ADMIN, _unarchive, at=_own)
