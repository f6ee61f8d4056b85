"""The figures above a list of projects, added up by the database in one statement, however many projects there are."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, func, select

from pmo.db import db
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.models import Programme, Project
from pmo.status.asking import Selection
from pmo.status.colours import Situation, colours, is_changed, is_due, is_overridden, is_said_better, is_stale
from pmo.status.logic.figures import Counts, PortfolioFigures, ProgrammeFigures, Slips, added
from pmo.status.logic.rollup import Known, MoneySum
from pmo.status.queries import situation
from pmo.status.selecting import Manager, filtered, has_status, scope

COUNTED = tuple(Counts.__slots__)
SUMMED = tuple(Slips.__slots__)


def portfolio_figures(
    actor: Actor,
    chosen: Selection,
    *,
    at: Situation | None = None,
    permission: Permission = Permission.PROJECT_READ,
) -> PortfolioFigures:
    """Totals of the selection's portfolio or programme; its filters, tab and words decide only `counts.matching`."""
    at = at or situation(actor)
    rows = db.session.execute(_query(actor, chosen, at, permission)).all()
    programmes = tuple(_programme(list(group)) for _id, group in groupby(rows, key=lambda row: row.id))
    return PortfolioFigures(
        counts=sum((programme.counts for programme in programmes), Counts()),
        slips=sum((_slips(row) for row in rows), Slips()),
        money=added([money for programme in programmes for money in programme.money]),
        programmes=programmes,
        since=at.since,
        before=at.before,
        window_days=at.rules.days("milestone.on_time.window"),
        target_percent=at.rules.value("milestone.on_time.target"),
    )


def managers(actor: Actor, chosen: Selection) -> list[tuple[int, str]]:
    """Who manages a project of the portfolio meant that this person may see: to choose from."""
    whole = Selection(portfolio_id=chosen.portfolio_id, state=chosen.state)
    query = select(Manager.id, Manager.name, Manager.name_key).join(Project, Project.manager_id == Manager.id)
    rows = db.session.execute(query.where(*scope(actor, whole)).distinct().order_by(Manager.name_key, Manager.id))
    return [(row.id, row.name) for row in rows]


def _query(actor: Actor, chosen: Selection, at: Situation, permission: Permission) -> Any:
    """A row per programme and currency."""
    programme = (Programme.id, Programme.code, Programme.name, Programme.position, Programme.name_key)
    whole = Selection(portfolio_id=chosen.portfolio_id, programme_id=chosen.programme_id, state=chosen.state)
    meant = scope(actor, whole, permission)
    c = colours(at, *meant)
    sums = [func.coalesce(func.sum(c.c[name]), 0).label(name) for name in SUMMED]
    return (
        select(*programme, Project.currency, *_counts(actor, chosen, at, c), *sums, *_money(actor))
        .select_from(Project)
        .join(Programme, Programme.id == Project.programme_id)
        .join(c, c.c.id == Project.id)
        .outerjoin(Manager, Manager.id == Project.manager_id)
        .where(*meant)
        .group_by(*programme, Project.currency)
        .order_by(Programme.position, Programme.name_key, Programme.id, Project.currency)
    )


def _counts(actor: Actor, chosen: Selection, at: Situation, c: CTE) -> list[ColumnElement[int]]:
    conditions: dict[str, ColumnElement[bool]] = {
        **{word: has_status(c, word) for word in ("red", "amber", "green", "grey")},
        "said": is_said_better(c),
        "due": is_due(c, at),
        "changed": is_changed(c, at),
        "stale": is_stale(c, at),
        "overridden": is_overridden(c),
        "matching": and_(Project.id.is_not(None), *filtered(actor, chosen, at, c)),
    }
    found = [func.count().filter(condition).label(name) for name, condition in conditions.items()]
    return [func.count().label("projects"), *found]


def _money(actor: Actor) -> list[ColumnElement[Any]]:
    """Sums and how many are known, of the projects whose amounts this person may see."""
    p = Project
    is_shown = within(actor, Permission.MONEY_READ, portfolio=p.portfolio_id, programme=p.programme_id, project=p.id)
    both = and_(p.budget.is_not(None), p.forecast_cost.is_not(None))
    amounts = {
        "budget": (p.budget, is_shown),
        "spent": (p.spent, is_shown),
        "forecast": (p.forecast_cost, is_shown),
        "committed": (p.committed, is_shown),
        "of_forecast": (p.budget, and_(is_shown, both)),
        "forecast_of_budget": (p.forecast_cost, and_(is_shown, both)),
    }
    found: list[ColumnElement[Any]] = [func.count().filter(is_shown).label("shown")]
    for name, (amount, condition) in amounts.items():
        found.append(func.sum(amount).filter(condition).label(f"{name}_sum"))
        found.append(func.count(amount).filter(condition).label(f"{name}_known"))
    return found


def _programme(rows: Sequence[Any]) -> ProgrammeFigures:
    counts = sum((Counts(*(getattr(row, name) for name in COUNTED)) for row in rows), Counts())
    money = added([_sum(row) for row in rows if row.shown])
    return ProgrammeFigures(rows[0].id, rows[0].code, rows[0].name, counts, money)


def _slips(row: Any) -> Slips:
    return Slips(*(int(getattr(row, name)) for name in SUMMED))


def _sum(row: Any) -> MoneySum:
    def known(name: str) -> Known:
        return Known(getattr(row, f"{name}_sum"), getattr(row, f"{name}_known"))

    parts = (known(name) for name in ("budget", "spent", "forecast", "of_forecast", "forecast_of_budget", "committed"))
    return MoneySum(row.currency, row.shown, *parts)
