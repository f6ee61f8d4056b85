"""Earned value of a project: its figures at a status day, each with its formula, the curve, every status day; as Excel too."""

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, g, request, url_for

from pmo.finance import queries
from pmo.finance.logic.curve import curve
from pmo.finance.logic.figures import Name, Unit
from pmo.finance.logic.measure import METHOD_NAMES
from pmo.finance.logic.standing import Value
from pmo.finance.logic.totals import limits
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import State
from pmo.rules.queries import rule_book
from pmo.schedule import svg
from pmo.status.project_queries import sheet
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.downloads import Column, Shown, excel, workbook
from pmo.web.downloads import Value as Cell
from pmo.web.htmx import page
from pmo.web.i18n import language, say

bp = Blueprint("values", __name__, url_prefix="/projects/<int:project_id>/value")
PAGE = "status/project_value.html"
LISTED = (Name.PV, Name.EV, Name.AC, Name.SV, Name.CV, Name.SPI, Name.CPI, Name.EAC, Name.VAC)  # of every status day
HEADS = (Name.SPI, Name.CPI, Name.EAC, Name.VAC)


@bp.get("")
def value(project_id: int) -> Response:
    found = portfolio.project(project_id)
    require(Permission.MONEY_READ, found.place)
    shown = queries.value(actor(), found, clock.today())
    may_enter = g.get("as_of") is None and found.state == State.OPEN and can(Permission.VALUE_EDIT, found.place)
    drawn = curve(shown)
    return page(
        PAGE,
        "value",
        **around(sheet(actor(), found), "value"),
        value=shown,
        at=shown.on(_asked()),
        limits_of=limits(rule_book(), found.programme_id),
        drawn=drawn,
        svg=svg,
        lang=language(),
        listed=LISTED,
        heads=HEADS,
        method=METHOD_NAMES[shown.work.method],
        may_enter=may_enter,
        units={unit.name: unit for unit in Unit},
    )


@bp.get("/list.xlsx")
def value_excel(project_id: int) -> Response:
    """Every status day with every figure."""
    found = portfolio.project(project_id)
    require(Permission.MONEY_READ, found.place)
    shown = queries.value(actor(), found, clock.today())
    title = " ".join((found.code, say(msg("Earned value"))))
    return excel(title, workbook(title, _columns(shown), _rows(shown), language()))


LOOKS = {Unit.MONEY: Shown.MONEY, Unit.PERCENT: Shown.PERCENT, Unit.INDEX: Shown.NUMBER, Unit.MONTHS: Shown.NUMBER}


def _columns(shown: Value) -> tuple[Column, ...]:
    figures = shown.newest.figures.values()
    measured = tuple(Column(one.name.value, LOOKS[one.unit], 18) for one in figures)
    return (Column(msg("Status day"), Shown.DATE), Column(msg("Currency"), width=9), *measured, Column(msg("Note"), width=40))


def _rows(shown: Value) -> Iterator[tuple[Cell, ...]]:
    for one in shown.standings:
        cells = (figure.value for figure in one.figures.values())
        yield (one.on, shown.base.currency, *cells, one.entry.note if one.entry else None)


def _asked() -> date | None:
    """The status day of the address; what is no day means the newest."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def back(project_id: int) -> str:
    return url_for("values.value", project_id=project_id)
