"""What a person may report on, to choose from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from pmo.committees.models import Committee
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg, plain
from pmo.kernel.permissions import Actor, Permission, may
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.reports.logic.content import Scope
from pmo.reports.subjects import Subject, by_id
from pmo.status.selecting import scope

MOST_PROJECTS = 500  # in a list to choose from


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to report on; `value` is what a form sends: committee:1."""

    value: str
    title: Message


def offers(actor: Actor, permission: Permission = Permission.REPORT_READ) -> list[Offer]:
    """Committees, portfolios, programmes, then projects. Reading is offered where a part may be read, publishing of wholes."""
    mine = Project.id.in_(visible_projects(actor, permission))
    is_reading = permission is Permission.REPORT_READ
    inside_portfolio = Portfolio.id.in_(select(Project.portfolio_id).where(mine)) if is_reading else None
    inside_programme = Programme.id.in_(select(Project.programme_id).where(mine)) if is_reading else None
    of_committees = within(actor, permission, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    of_portfolios = _either(within(actor, permission, portfolio=Portfolio.id), inside_portfolio)
    of_programmes = _either(within(actor, permission, portfolio=Programme.portfolio_id, programme=Programme.id), inside_programme)
    committees = (
        select(Committee.id, Committee.name).where(of_committees, Committee.archived_at.is_(None)).order_by(Committee.name)
    )
    portfolios = (
        select(Portfolio.id, Portfolio.name).where(of_portfolios, Portfolio.archived_at.is_(None)).order_by(Portfolio.name_key)
    )
    programmes = (
        select(Programme.id, Programme.name).where(of_programmes, Programme.archived_at.is_(None)).order_by(Programme.name_key)
    )
    projects = select(Project.id, func.concat(Project.code, " ", Project.name)).where(mine, Project.state == State.OPEN.value)
    return [
        *_offered(Scope.COMMITTEE, committees, lambda name: msg("Committee: %(name)s", name=name)),
        *_offered(Scope.PORTFOLIO, portfolios, lambda name: msg("Portfolio: %(name)s", name=name)),
        *_offered(Scope.PROGRAMME, programmes, lambda name: msg("Programme: %(name)s", name=name)),
        *_offered(Scope.PROJECT, projects.order_by(Project.code, Project.id).limit(MOST_PROJECTS), plain),
    ]


def _either(one: ColumnElement[bool], other: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return one if other is None else or_(one, other)


def _offered(kind: Scope, query: Any, title: Callable[[str], Message]) -> list[Offer]:
    return [Offer(f"{kind.value}:{found_id}", title(name)) for found_id, name in db.session.execute(query)]


def subject_of(value: str, actor: Actor) -> Subject:
    """What a form names, if this person may report on it, at least in part. Raises NotFound."""
    kind, _, number = value.partition(":")
    if kind not in set(Scope) or not number.isascii() or not number.isdigit() or len(number) > 9:  # noqa: PLR2004
        raise NotFound
    subject = by_id(Scope(kind), int(number))
    if may(actor, Permission.REPORT_READ, subject.place):
        return subject
    if subject.scope in (Scope.PROGRAMME, Scope.PORTFOLIO) and count(subject, actor):
        return subject
    raise NotFound


def reported(subject: Subject, actor: Actor) -> Select[int]:
    """The projects of it that this person may report on."""
    return select(Project.id).where(*scope(actor, subject.selection, Permission.REPORT_READ))


def count(subject: Subject, actor: Actor) -> int:
    """How many projects its report would show this person."""
    condition = scope(actor, subject.selection, Permission.REPORT_READ)
    return db.session.scalar(select(func.count()).select_from(Project).where(*condition)) or 0
