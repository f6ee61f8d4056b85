"""What a report is about: a project, a programme, a portfolio or a committee, found by code or by id."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select

from pmo.committees.audiences import Audience, Kind, audience
from pmo.committees.models import Committee
from pmo.committees.queries import committee_by_code
from pmo.db import db
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Grant, Place, Role, ScopeKind
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import portfolio_by_code
from pmo.reports.logic.content import Scope
from pmo.status.asking import Selection

T = TypeVar("T", Project, Programme)
AUDIENCES = {Scope.COMMITTEE: Kind.COMMITTEE, Scope.PROGRAMME: Kind.PROGRAMME, Scope.PROJECT: Kind.PROJECT}


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to report on, and where it stands."""

    scope: Scope
    id: int
    code: str
    name: str
    place: Place
    committee: str = ""
    language: str = ""  # of its pack, where it has one

    @property
    def committee_id(self) -> int | None:
        return self.id if self.scope is Scope.COMMITTEE else None

    @property
    def audience(self) -> Audience | None:
        """Who approves and gets its reports; nobody those of a whole portfolio."""
        kind = AUDIENCES.get(self.scope)
        return audience(kind, self.id) if kind else None

    @property
    def selection(self) -> Selection:
        """Its projects: a project reports on itself also when it is closed, the others on what is open."""
        if self.scope is Scope.PROJECT:
            return Selection(project_ids=(self.id,), state=None)
        return Selection(portfolio_id=self.place.portfolio_id, programme_id=self.place.programme_id)

    @property
    def reader(self) -> Actor:
        """Nobody in particular who sees exactly this: what is published must not depend on who presses the button."""
        at = self.place
        if at.project_id is not None:
            grant = Grant(Role.PMO, ScopeKind.PROJECT, at.project_id)
        elif at.programme_id is not None:
            grant = Grant(Role.PMO, ScopeKind.PROGRAMME, at.programme_id)
        else:
            grant = Grant(Role.PMO, ScopeKind.PORTFOLIO, at.portfolio_id)
        return Actor(0, "", frozenset({grant}))


def of_project(project: Project) -> Subject:
    return Subject(Scope.PROJECT, project.id, project.code, f"{project.code} {project.name}", project.place)


def of_programme(programme: Programme) -> Subject:
    return Subject(Scope.PROGRAMME, programme.id, programme.code, programme.name, programme.place)


def of_portfolio(found: Portfolio) -> Subject:
    return Subject(Scope.PORTFOLIO, found.id, found.code, found.name, found.place)


def of_committee(committee: Committee) -> Subject:
    """Called by what the committee watches over."""
    watched = (
        db.session.get_one(Programme, committee.programme_id)
        if committee.programme_id is not None
        else db.session.get_one(Portfolio, committee.portfolio_id)
    )
    return Subject(
        Scope.COMMITTEE, committee.id, committee.code, watched.name, committee.place, committee.name, committee.language
    )


def by_code(scope: Scope, code: str, portfolio: str = "") -> Subject:
    """For commands; `portfolio` tells apart what has the same code in several. Raises NotFound, Invalid."""
    match scope:
        case Scope.PROJECT:
            return of_project(_only(Project, Project.portfolio_id, Project.code, code, portfolio))
        case Scope.PROGRAMME:
            return of_programme(_only(Programme, Programme.portfolio_id, Programme.code, code, portfolio))
        case Scope.PORTFOLIO:
            return of_portfolio(portfolio_by_code(code))
        case Scope.COMMITTEE:
            return of_committee(committee_by_code(code))


def _only(kind: type[T], within: Any, named: Any, code: str, portfolio: str) -> T:
    query = select(kind).where(func.upper(named) == code.strip().upper())
    if portfolio:
        query = query.where(within == portfolio_by_code(portfolio).id)
    found = db.session.scalars(query.limit(2)).all()
    if len(found) > 1:
        raise Invalid({"portfolio": msg("There is more than one %(code)s: say of which portfolio.", code=code)})
    if not found:
        raise NotFound
    return found[0]


def by_id(scope: Scope, subject_id: int) -> Subject:
    """Raises NotFound."""
    kinds: dict[Scope, type[Project | Programme | Portfolio | Committee]] = {
        Scope.PROJECT: Project,
        Scope.PROGRAMME: Programme,
        Scope.PORTFOLIO: Portfolio,
        Scope.COMMITTEE: Committee,
    }
    kind = kinds[scope]
    match db.session.scalar(select(kind).where(kind.id == subject_id)):
        case Project() as found:
            return of_project(found)
        case Programme() as found:
            return of_programme(found)
        case Portfolio() as found:
            return of_portfolio(found)
        case Committee() as found:
            return of_committee(found)
    raise NotFound
