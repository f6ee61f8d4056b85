"""The amounts of earned value of a portfolio as a sheet that comes back: every status day, and today still to be filled in."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select

from pmo.db import db
from pmo.exchange.value_list import NEW
from pmo.finance.logic.figures import Unit, rounded
from pmo.finance.logic.standing import Value, earned_on
from pmo.finance.models import ValueEntry
from pmo.finance.queries import values
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Project
from pmo.portfolio.queries import visible_projects
from pmo.web.downloads import Column, Shown
from pmo.web.downloads import Value as Cell

COLUMNS = (
    Column(msg("Project"), width=12),
    Column(msg("Name of the project"), width=34),
    Column(msg("Status day"), Shown.DATE),
    Column(msg("Currency"), width=9),
    Column(msg("Planned value"), Shown.MONEY),
    Column(msg("Earned value"), Shown.MONEY),
    Column(msg("Actual cost"), Shown.MONEY),
    Column(msg("Estimate to complete"), Shown.MONEY),
    Column(msg("Note"), width=40),
    Column(msg("Portfolio"), width=12),
    Column(msg("Version here"), Shown.NUMBER),
)


def portfolios(actor: Actor) -> list[Portfolio]:
    """Those with money this person may see: a sheet each, as two of them may have projects of the same code."""
    query = select(Portfolio).where(Portfolio.archived_at.is_(None), _has_money_for(actor))
    return list(db.session.scalars(query.order_by(Portfolio.name_key, Portfolio.id)))


def portfolio_of_sheet(actor: Actor, portfolio_id: int) -> Portfolio:
    """Raises NotFound."""
    found = db.session.scalar(select(Portfolio).where(Portfolio.id == portfolio_id, _has_money_for(actor)))
    if found is None:
        raise NotFound
    return found


def _has_money_for(actor: Actor) -> ColumnElement[bool]:
    part = select(Project.portfolio_id).where(Project.id.in_(visible_projects(actor, Permission.MONEY_READ)))
    return or_(within(actor, Permission.MONEY_READ, portfolio=Portfolio.id), Portfolio.id.in_(part))


def rows(actor: Actor, portfolio: Portfolio, today: date) -> Iterator[tuple[Cell, ...]]:
    """Of its open projects whose money this person may see, six statements for any number of them."""
    ids = _open_projects(actor, portfolio.id)
    found = values(actor, ids, today)
    versions = _versions(found)
    for value in sorted(found.values(), key=lambda one: (one.base.code, one.base.project_id)):
        yield from _rows(value, portfolio.code, versions, today)


def _rows(value: Value, portfolio: str, versions: dict[int, int], today: date) -> Iterator[tuple[Cell, ...]]:
    base = value.base
    for entry in value.entries:
        amounts = (entry.planned, _earned(value, entry.on), entry.actual, entry.to_complete)
        yield (base.code, base.name, entry.on, base.currency, *amounts, entry.note or None, portfolio, versions[entry.id])
    if all(entry.on != today for entry in value.entries):
        yield (base.code, base.name, today, base.currency, None, _earned(value, today), None, None, None, portfolio, NEW)


def _earned(value: Value, day: date) -> Decimal | None:
    return rounded(earned_on(value, day), Unit.MONEY)


def _open_projects(actor: Actor, portfolio_id: int) -> list[int]:
    mine = Project.id.in_(visible_projects(actor, Permission.MONEY_READ))
    here = (Project.portfolio_id == portfolio_id, Project.state == State.OPEN.value)
    return list(db.session.scalars(select(Project.id).where(mine, *here)))


def _versions(ids: Collection[int]) -> dict[int, int]:
    query = select(ValueEntry.id, ValueEntry.version).where(ValueEntry.project_id.in_(ids), ValueEntry.voided_on.is_(None))
    return {row.id: row.version for row in db.session.execute(query)}
