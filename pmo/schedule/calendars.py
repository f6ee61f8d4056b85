"""The public holidays of the organisation's country, as a calendar to count working days in."""

from datetime import date
from functools import lru_cache

import holidays

from pmo.kernel.working_days import Calendar

FARTHEST = 60  # years around a day that a plan is shaded for


@lru_cache(maxsize=32)
def house_calendar(country: str, first_year: int, last_year: int) -> Calendar:
    """The holidays of these years, both included. A country the library does not know has none."""
    last_year = min(last_year, first_year + FARTHEST)
    try:
        return Calendar(frozenset(holidays.country_holidays(country, years=range(first_year, last_year + 1))))
    except NotImplementedError:
        return Calendar()


def calendar_around(country: str, first: date, last: date) -> Calendar:
    """For day counts between two days; the years around them are loaded too, so that one calendar serves a whole page."""
    return house_calendar(country, first.year - 1, last.year + 1)
