"""Months and quarters: a period is known by its first day."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from pmo.kernel.formats import month
from pmo.kernel.languages import Message, msg, render


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        return 3 if self is Frequency.QUARTER else 1


FREQUENCY_NAMES: Mapping[StrEnum, Message] = {Frequency.MONTH: msg("month"), Frequency.QUARTER: msg("quarter")}


def period_of(day: date, every: Frequency) -> date:
    """The first day of the month or quarter in which `day` lies."""
    return date(day.year, day.month - (day.month - 1) % every.months, 1)


def shifted(period: date, every: Frequency, steps: int) -> date:
    """The period so many steps later; earlier when negative."""
    number = period.year * 12 + period.month - 1 + steps * every.months
    return date(number // 12, number % 12 + 1, 1)


def last_day(period: date, every: Frequency) -> date:
    return shifted(period, every, 1) - timedelta(days=1)


def last_closed(today: date, every: Frequency) -> date:
    """The newest period of which every day is over."""
    return shifted(period_of(today, every), every, -1)


def periods(first: date, last: date, every: Frequency) -> Iterator[date]:
    """From the period of `first` to the period of `last`, both included."""
    period = period_of(first, every)
    while period <= last:
        yield period
        period = shifted(period, every, 1)


def period_name(period: date, every: Frequency, lang: str, *, short: bool = False) -> str:
    """February 2026, Feb 26, Q1 2026."""
    if every is Frequency.QUARTER:
        return render(msg("Q%(number)s %(year)s", number=(period.month + 2) // 3, year=str(period.year)), lang)
    return f"{month(period, lang)} {period:%y}" if short else f"{month(period, lang, 'MMMM')} {period.year}"
