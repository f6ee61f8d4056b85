"""The order of a list of projects: keys to sort and page by, and the row sources they need."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CTE, Select, Subquery, case, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.portfolio.models import Programme, Project
from pmo.schedule.models import Milestone
from pmo.status.asking import Order, Sorting
from pmo.status.colours import days
from pmo.status.selecting import Manager
from pmo.web.tables import Key

EXPECTED = func.coalesce(Milestone.actual, Milestone.forecast)
PROMISED = func.coalesce(Milestone.commitment, Milestone.baseline)
BY_NEXT = {Order.NEXT: "forecast", Order.TO_BASELINE: "to_baseline", Order.TO_COMMITMENT: "to_commitment"}
BY_END = {Order.END: "forecast", Order.END_TO_BASELINE: "to_baseline"}
BY_COLOURS = {Order.OVERALL: "overall", Order.UPDATED: "updated_at"}
INSTEAD = {
    int: 0,
    date: date(2000, 1, 1),
    datetime: datetime(2000, 1, 1, tzinfo=UTC),
    str: "",
}  # of what is unknown, and sorted apart


@dataclass(frozen=True, slots=True)
class Ordering:
    """The keys, and what must be joined by project_id to have them."""

    keys: tuple[Key, ...]
    source: Subquery | None = None


def needs_colours(sorting: Sorting) -> bool:
    return sorting.order in BY_COLOURS


def ordering(sorting: Sorting, c: CTE) -> Ordering:
    """Unknown values come last whichever way a list is sorted; ties by code."""
    order, descending = sorting.order, sorting.is_descending
    ties = (Key(Project.code), Key(Project.id))
    if order is Order.PROGRAMME:
        return Ordering((Key(Programme.position), Key(Programme.name_key), Key(Programme.id), *ties))
    if order is Order.PROJECT:
        return Ordering((Key(Project.name_key, descending), Key(Project.id)))
    source = _next() if order in BY_NEXT else _last() if order in BY_END else None
    column = _column(order, c, source)
    known = func.coalesce(column, literal(INSTEAD[column.type.python_type]), type_=column.type)
    return Ordering((Key(case((column.is_(None), 1), else_=0)), Key(known, descending), *ties), source)


def _column(order: Order, c: CTE, source: Subquery | None) -> Any:
    if source is not None:
        return source.c[(BY_NEXT | BY_END)[order]]
    return Manager.name_key if order is Order.MANAGER else c.c[BY_COLOURS[order]]


def _next() -> Subquery:
    """The milestone that slippage.next_open finds."""
    m = Milestone
    query = _dated().where(m.actual.is_(None), m.cancelled_on.is_(None)).ext(distinct_on(m.project_id))
    return query.order_by(m.project_id, func.coalesce(m.forecast, PROMISED), m.position, m.id).subquery("next_milestone")


def _last() -> Subquery:
    """The milestone that slippage.last finds."""
    m = Milestone
    query = _dated().where(m.cancelled_on.is_(None)).ext(distinct_on(m.project_id))
    latest = func.coalesce(EXPECTED, PROMISED).desc().nulls_last()
    return query.order_by(m.project_id, latest, m.position, m.id).subquery("last_milestone")


def _dated() -> Select[Any]:
    m = Milestone
    late, told = days(EXPECTED, m.baseline), days(EXPECTED, m.commitment)
    columns: list[Any] = [EXPECTED.label("forecast"), late.label("to_baseline"), told.label("to_commitment")]
    return select(m.project_id, *columns)
