"""Reads of alerts: the findings somebody may see, and those nobody has been written to about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from pmo.alerts.indicator_facts import visible_indicator_findings
from pmo.alerts.logic.rules import Severity, Subject
from pmo.alerts.models import Finding, Mail, MailedFinding
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, Place
from pmo.people.models import Person
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.web.filters import Folded, containing

PAGE = 100
OF_INDICATOR = Finding.subject == Subject.INDICATOR.value
CODE = func.coalesce(Project.code, Programme.code, Portfolio.code)
NAME = func.coalesce(Project.name, Programme.name, Portfolio.name)
NAME_KEY = func.coalesce(Project.name_key, Programme.name_key, Portfolio.name_key)


class Shelf(StrEnum):
    """Where a finding lies in the inbox."""

    OPEN = "open"
    SEEN = "seen"
    LATER = "later"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with what its line shows."""

    finding: Finding
    code: str  # of the project, or of the programme or portfolio of what is no project
    name: str
    project_id: int | None
    programme_id: int | None
    portfolio_id: int
    owner_name: str

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id, self.project_id, self.finding.owner_id)


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of a finding, and when."""

    name: str
    day: date
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unmailed:
    """A finding nobody has been written to about yet, where it stands, and who manages it there."""

    row: Row
    manager_id: int | None
    programme_manager_id: int | None


def open_projects(after: int = 0, limit: int = 100, portfolio_id: int | None = None) -> list[int]:
    """Ids of open projects in portions, for a run over everything."""
    query = select(Project.id).where(Project.state == State.OPEN, Project.id > after).order_by(Project.id).limit(limit)
    return list(db.session.scalars(query if portfolio_id is None else query.where(Project.portfolio_id == portfolio_id)))


def open_findings(ids: Collection[int]) -> list[Finding]:
    query = select(Finding).where(Finding.project_id.in_(ids), ~OF_INDICATOR, Finding.cleared_at.is_(None)).order_by(Finding.id)
    return list(db.session.scalars(query))


def finding(finding_id: int) -> Finding:
    found = db.session.get(Finding, finding_id)
    if found is None:
        raise NotFound
    return found


def visible_findings(actor: Actor, *, mine: bool = False) -> ColumnElement[bool]:
    """The restriction of every list of findings: what the actor may be warned of; `mine`: what concerns them."""
    return or_(and_(~OF_INDICATOR, _visible_of_projects(actor, mine=mine)), visible_indicator_findings(actor, mine=mine))


def _visible_of_projects(actor: Actor, *, mine: bool) -> ColumnElement[bool]:
    seen = Finding.project_id.in_(visible_projects(actor, Permission.ALERT_READ))
    own = or_(Finding.owner_id == actor.person_id, _managed_by(actor.person_id))
    return and_(seen, own) if mine else or_(seen, and_(own, Finding.project_id.in_(visible_projects(actor))))


def on_shelf(shelf: Shelf, today: date) -> ColumnElement[bool]:
    put_off = and_(Finding.snoozed_until.is_not(None), Finding.snoozed_until > today)
    still = Finding.cleared_at.is_(None)
    match shelf:
        case Shelf.ENDED:
            return Finding.cleared_at.is_not(None)
        case Shelf.LATER:
            return and_(still, put_off)
        case Shelf.SEEN:
            return and_(still, Finding.acknowledged_at.is_not(None), ~func.coalesce(put_off, False))
        case Shelf.OPEN:
            return and_(still, Finding.acknowledged_at.is_(None), ~func.coalesce(put_off, False))


def inbox(
    actor: Actor,
    shelf: Shelf,
    *,
    search: str = "",
    severity: str = "",
    mine: bool = False,
    after: int = 0,
    limit: int | None = None,
) -> list[Row]:
    """One shelf, red before amber, newest first; all of it, or at most `limit` rows."""
    query = _rows().where(visible_findings(actor, mine=mine), on_shelf(shelf, clock.today()))
    if severity in set(Severity):
        query = query.where(Finding.severity == severity)
    query = query.where(*containing(search.split(), CODE, Folded(NAME_KEY), Finding.facts["name"].astext))
    order = (Finding.severity != Severity.RED, Finding.raised_at.desc(), Finding.id.desc())
    return [Row(*row) for row in db.session.execute(query.order_by(*order).offset(after).limit(limit))]


def counts(actor: Actor, mine: bool = False) -> dict[Shelf, int]:
    """How many lie on each shelf, in one statement."""
    today = clock.today()
    columns = [func.count().filter(on_shelf(shelf, today)) for shelf in Shelf]
    row = db.session.execute(select(*columns).select_from(Finding).where(visible_findings(actor, mine=mine))).one()
    return dict(zip(Shelf, row, strict=True))


def row(finding_id: int) -> Row:
    """Raises NotFound; the caller asks for the permission on its project."""
    found = db.session.execute(_rows().where(Finding.id == finding_id)).first()
    if found is None:
        raise NotFound
    return Row(*found)


def told(finding_id: int) -> list[Told]:
    """Who was told when."""
    query = (
        select(Person.name, Mail.day, Mail.state, Mail.sent_at)
        .join(Mail, Mail.person_id == Person.id)
        .join(MailedFinding, MailedFinding.mail_id == Mail.id)
        .where(MailedFinding.finding_id == finding_id)
        .order_by(Mail.made_at)
    )
    return [Told(*row) for row in db.session.execute(query)]


def unmailed() -> list[Unmailed]:
    """Findings nobody has been written to about since they were raised or got worse, with their project and programme manager."""
    told_of_it = (
        select(MailedFinding.id)
        .join(Mail, Mail.id == MailedFinding.mail_id)
        .where(MailedFinding.finding_id == Finding.id, Mail.made_at >= func.coalesce(Finding.repeated_at, Finding.raised_at))
        .exists()
    )
    query = (
        _rows()
        .add_columns(Project.manager_id, Programme.manager_id)
        .where(on_shelf(Shelf.OPEN, clock.today()), Finding.is_quiet.is_(False), ~told_of_it)
        .order_by(Finding.severity.desc(), Finding.raised_at)
    )
    return [Unmailed(Row(*row[:-2]), *row[-2:]) for row in db.session.execute(query)]


def mailed_today(day: date) -> set[int]:
    """Whoever has had their mail of the day."""
    return set(db.session.scalars(select(Mail.person_id).where(Mail.purpose == "digest", Mail.day == day)))


def _rows() -> Select[*tuple[Any, ...]]:
    programme = func.coalesce(Project.programme_id, Finding.programme_id)
    portfolio = func.coalesce(Project.portfolio_id, Finding.portfolio_id)
    return (
        select(Finding, CODE, NAME, Finding.project_id, programme, portfolio, func.coalesce(Person.name, ""))
        .outerjoin(Project, Project.id == Finding.project_id)
        .outerjoin(Programme, Programme.id == programme)
        .outerjoin(Portfolio, Portfolio.id == portfolio)
        .outerjoin(Person, Person.id == func.coalesce(Finding.owner_id, Project.manager_id))
    )


def _managed_by(person_id: int) -> ColumnElement[bool]:
    led = select(Programme.id).where(Programme.manager_id == person_id)
    return Finding.project_id.in_(select(Project.id).where(or_(Project.manager_id == person_id, Project.programme_id.in_(led))))
