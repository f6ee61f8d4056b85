"""Indicators to read: all of them as small pictures, one with its series and the rows that count, both as Excel."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, g, request

from pmo.indicators import queries, showing
from pmo.indicators.computing import as_it_stood, meaning, running
from pmo.indicators.logic.definition import COMBINE_NAMES, DIRECTION_NAMES, FORMULAS, SOURCE_NAMES, VIA_NAMES, Source, Via
from pmo.indicators.logic.formulas import Result
from pmo.indicators.logic.periods import FREQUENCY_NAMES, last_closed, last_day, period_name, periods
from pmo.indicators.models import Indicator
from pmo.indicators.queries import Series
from pmo.kernel import clock
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import owners
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say

bp = Blueprint("indicators", __name__, url_prefix="/indicators")
LENGTHS, LENGTH, MOST_ROWS = (6, 12, 24), 12, 200


@bp.get("")
def indicators() -> Response:
    require_anywhere(Permission.INDICATOR_READ)
    shown = queries.series(queries.indicators(actor()), clock.today(), _length())
    cards = [showing.card(one, language()) for one in shown]
    current = [card for card in cards if card.point is not None]
    return page(
        "indicators/list.html",
        "indicator_cards",
        groups=[(name, list(group)) for name, group in groupby(cards, key=lambda card: stands(card.indicator))],
        length=_length(),
        lengths=LENGTHS,
        inside=sum(card.colour == "green" for card in current),
        judged=sum(card.colour is not None for card in current),
        missing=sum(not card.value for card in current),
        targets={card.indicator.id: _target(card.indicator) for card in cards},
        archived=queries.indicators(actor(), archived=True),
    )


@bp.get("/list.xlsx")
def as_excel() -> Response:
    """Every closed period of every indicator, parts beneath their total."""
    require_anywhere(Permission.INDICATOR_READ)
    shown = queries.series(queries.indicators(actor()), clock.today(), LENGTHS[-1])
    return excel(say(msg("Indicators")), workbook(say(msg("Indicators")), COLUMNS, _cells(shown), language()))


@bp.get("/<int:indicator_id>")
def indicator(indicator_id: int) -> Response:
    found = queries.indicator(indicator_id)
    require(Permission.INDICATOR_READ, found.place)
    return shown(found)


def shown(found: Indicator, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """The page of one indicator; `errors` are of the form for a new supplier."""
    number, asked = found.id, _asked_period(found)
    now = _rows(found, asked)
    found = queries.indicator(number)
    [series] = queries.series([found], clock.today(), LENGTHS[-1])
    may_edit = g.get("as_of") is None and can(Permission.INDICATOR_EDIT, found.place)
    return page(
        "indicators/indicator.html",
        "indicator_parts",
        status=status,
        one=found,
        asked=asked,
        stands=stands(found),
        card=showing.card(series, language()),
        target=_target(found),
        points=series.points[::-1],
        today_value=showing.amount(now.value, found.unit, language()),
        counted=now.counted[:MOST_ROWS],
        left_out=now.left_out[:MOST_ROWS],
        more=max(0, len(now.rows) - 2 * MOST_ROWS),
        parts=queries.parts_of(found.id),
        people=owners() if may_edit and not found.kind.is_computed else [],
        languages=[(code, code.upper()) for code in LANGUAGES],
        may_edit=may_edit,
        formula=FORMULAS[found.kind],
        errors=errors or {},
        typed=request.form if errors else {},
        **words(found),
    )


def _asked_period(found: Indicator) -> date | None:
    """The closed period whose rows are asked for (`?rows=2026-02-01`); None for the running one."""
    try:
        period = date.fromisoformat(request.args.get("rows", ""))
    except ValueError:
        return None
    closed = periods(found.starts_on, last_closed(clock.today(), found.every), found.every)
    return period if g.get("as_of") is None and period in closed else None


def _rows(found: Indicator, asked: date | None) -> Result:
    if asked is None:
        return running(found, rule_book(), clock.today())
    return as_it_stood(meaning(found), rule_book(), last_day(asked, found.every))


def words(found: Indicator) -> dict[str, Any]:
    """What templates about one indicator need to name things."""

    def named(period: date, short: bool = False) -> str:
        return period_name(period, found.every, language(), short=short)

    return {
        "is_survey": found.kind is Source.SURVEY,
        "named": named,
        "amount": lambda value: showing.amount(value, found.unit, language()),
        "given": queries.given,
        "why": lambda value: showing.why(found.limits, value, found.unit, language()),
        "source_names": SOURCE_NAMES,
        "via_names": VIA_NAMES,
        "combine_names": COMBINE_NAMES,
        "direction_names": DIRECTION_NAMES,
        "frequency_names": FREQUENCY_NAMES,
    }


def stands(found: Indicator) -> str:
    """Where it stands, as a heading."""
    place = found.project or found.programme or found.portfolio
    return f"{place.code} {place.name}"


def _length() -> int:
    asked = request.args.get("months", "")
    return int(asked) if asked in map(str, LENGTHS) else LENGTH


def _target(found: Indicator) -> Message:
    return showing.target(found.limits, found.unit, language())


COLUMNS = (
    Column(msg("Where")),
    Column(msg("Indicator"), width=40),
    Column(msg("Period")),
    Column(msg("First day"), Shown.DATE),
    Column(msg("Part")),
    Column(msg("From")),
    Column(msg("Value"), Shown.NUMBER),
    Column(msg("Unit"), width=8),
    Column(msg("Received"), Shown.NUMBER),
    Column(msg("Expected"), Shown.NUMBER),
    Column(msg("Given"), Shown.MOMENT),
    Column(msg("How")),
    Column(msg("Late")),
    Column(msg("Estimated")),
    Column(msg("Remark"), width=40),
)


def _cells(shown: Iterable[Series]) -> Iterable[Sequence[Value]]:
    yes = msg("yes")
    for series in shown:
        one = series.indicator
        for point in series.points:
            head: list[Value] = [stands(one), one.name, period_name(point.period, one.every, language()), point.period]
            made = point.total
            late, guessed = yes if made.is_late else None, yes if made.is_estimated else None
            yield [*head, None, None, made.value, one.unit, made.received, made.expected, None, None, late, guessed, None]
            for row in point.parts if not one.kind.is_computed else ():
                who = (row.part.name, row.part.who) if row.part else ("", "")
                via = VIA_NAMES[Via(row.via)] if row.via else None
                late, guessed = yes if queries.given(row).is_late else None, yes if row.is_estimated else None
                yield [*head, *who, row.value, one.unit, None, None, row.given_at, via, late, guessed, row.remark]
