"""The amounts of earned value as a sheet that comes back: every status day of open projects, and today still to be filled in."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from pmo.db import db
from pmo.exchange.value_list import NEW
from pmo.finance.logic.figures import Unit, rounded
from pmo.finance.logic.standing import Value, earned_on
from pmo.finance.models import ValueEntry
from pmo.finance.queries import values
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
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
    Column(msg("Version here"), Shown.NUMBER),
)


def rows(actor: Actor, portfolio: str, today: date) -> Iterator[tuple[Cell, ...]]:
    """Of the projects whose money this person may see, six statements for any number of them; "" means every portfolio."""
    ids = _open_projects(actor, portfolio)
    found = values(actor, ids, today)
    versions = _versions(found)
    for value in sorted(found.values(), key=lambda one: (one.base.code, one.base.project_id)):
        yield from _rows(value, versions, today)


def _rows(value: Value, versions: dict[int, int], today: date) -> Iterator[tuple[Cell, ...]]:
    base = value.base
    for entry in value.entries:
        amounts = (entry.planned, _earned(value, entry.on), entry.actual, entry.to_complete)
        yield (base.code, base.name, entry.on, base.currency, *amounts, entry.note or None, versions[entry.id])
    if all(entry.on != today for entry in value.entries):
        yield (base.code, base.name, today, base.currency, None, _earned(value, today), None, None, None, NEW)


def _earned(value: Value, day: date) -> Decimal | None:
    return rounded(earned_on(value, day), Unit.MONEY)


def _open_projects(actor: Actor, portfolio: str) -> list[int]:
    mine = Project.id.in_(visible_projects(actor, Permission.MONEY_READ))
    query = select(Project.id).where(mine, Project.state == State.OPEN.value)
    if portfolio:
        query = query.join(Portfolio, Portfolio.id == Project.portfolio_id).where(func.upper(Portfolio.code) == portfolio.upper())
    return list(db.session.scalars(query))


def _versions(ids: Collection[int]) -> dict[int, int]:
    query = select(ValueEntry.id, ValueEntry.version).where(ValueEntry.project_id.in_(ids), ValueEntry.voided_on.is_(None))
    return {row.id: row.version for row in db.session.execute(query)}
