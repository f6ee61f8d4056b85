"""Indicators as a page shows them: values with their unit, periods by name, the picture of the series."""

from dataclasses import dataclass
from decimal import Decimal

from pmo.indicators.logic.chart import Chart, chart
from pmo.indicators.logic.definition import Direction, Limits, Verdict
from pmo.indicators.logic.periods import period_name
from pmo.indicators.models import Indicator
from pmo.indicators.queries import Point, Series
from pmo.kernel.formats import DAY_UNIT, MINUS, NBSP, number
from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import Colour

DAYS = "d"  # the unit whose sign depends on the language


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator in the overview."""

    indicator: Indicator
    chart: Chart
    first: str
    last: str
    value: str  # "" where it is missing
    step: str
    colour: Colour | None
    why: Message | None  # it has this colour
    point: Point | None


def card(series: Series, lang: str) -> Card:
    one, last, before = series.indicator, series.last, series.step
    value = last.total.value if last else None
    step = value - before.value if value is not None and before is not None and before.value is not None else None
    names = [period_name(point.period, one.every, lang, short=True) for point in series.points]
    return Card(
        indicator=one,
        chart=chart([point.total.value for point in series.points], one.limits),
        first=names[0] if names else "",
        last=names[-1] if names else "",
        value=amount(value, one.unit, lang),
        step=signed(step, "pt" if one.unit == "%" else one.unit, lang),
        colour=last.colour if last else None,
        why=why(one.limits, value, one.unit, lang),
        point=last,
    )


def amount(value: Decimal | None, unit: str, lang: str) -> str:
    """78 %, 9 d, 3.4; "" for nothing."""
    if value is None:
        return ""
    sign = DAY_UNIT[lang] if unit == DAYS else unit
    places = 0 if abs(value) >= 100 else 1
    return number(round(value, places), lang, places) + (f"{NBSP}{sign}" if sign else "")


def signed(value: Decimal | None, unit: str, lang: str) -> str:
    if value is None:
        return ""
    sign = "+" if round(value, 1) > 0 else MINUS if round(value, 1) < 0 else "±"
    return f"{sign}{amount(abs(value), unit, lang)}"


def target(limits: Limits, unit: str, lang: str) -> Message:
    if limits.target is None:
        return msg("no target")
    wanted = plain(amount(limits.target, unit, lang))
    if limits.direction is Direction.UP:
        return msg("Target %(value)s or more", value=wanted)
    return msg("Target %(value)s or less", value=wanted)


def why(limits: Limits, value: Decimal | None, unit: str, lang: str) -> Message | None:
    """What gives a value its colour, in a sentence; None where it has none."""
    verdict = limits.verdict(value)

    def said(limit: Decimal | None) -> Message:
        return plain(amount(limit, unit, lang))

    match verdict:
        case Verdict.BEYOND_ALERT:
            return msg("Beyond the alert limit of %(limit)s.", limit=said(limits.alert))
        case Verdict.BEYOND_WARNING:
            return msg("Beyond the warning limit of %(limit)s.", limit=said(limits.warning))
        case Verdict.OFF_TARGET:
            return msg("Misses the target of %(limit)s, beyond no limit.", limit=said(limits.target))
        case Verdict.ON_TARGET:
            return msg("Meets the target of %(limit)s.", limit=said(limits.target))
        case Verdict.WITHIN_LIMITS:
            return msg("Within its limits; it has no target.")
    return None
