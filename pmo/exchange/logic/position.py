"""Which day a list shows: said by the person, by a column, by the sender's rule for that year, or by the file itself."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.exchange.logic.dates import MONTHS, Order, looks_like_a_day, read
from pmo.exchange.logic.reading import Reading
from pmo.exchange.logic.words import folded
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg


class From(StrEnum):
    """Where the day came from."""

    GIVEN = "given"
    COLUMN = "column"
    RULE = "rule of the sender"
    FILE_NAME = "file name"
    TEXT = "text above the list"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Position:
    on: date | None
    source: From
    year: int | None = None  # of the list, where the sender counts by years


YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
FINANCIAL_YEAR = re.compile(r"(?<!\d)(?:20)?(\d\d)\s?[/-]\s?(?:20)?(\d\d)(?!\d)")
DAY_IN_TEXT = re.compile(r"(?<!\d)(?:\d{4}[-._]\d{1,2}[-._]\d{1,2}|\d{1,2}[-./_]\d{1,2}[-./_]\d{4}|(?:19|20)\d{6})(?!\d)")
LONG_DAY = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|er)? [a-z]{3,10} \d{4}(?!\d)")
MONTH_YEAR = re.compile(r"([a-z]{3,10}) ((?:19|20)\d\d)(?!\d)")


def position(reading: Reading, file_name: str, notes: Sequence[str], given: date | None = None) -> Position:
    """The day the list shows; `on` is None when nothing tells. Raises Refused for a list of several years."""
    if given is not None:
        return Position(given, From.GIVEN, _year(reading, file_name))
    rules = reading.mapping.positions
    if rules:
        year = _year(reading, file_name)
        rule = next((rule for rule in rules if year is not None and rule.applies(year)), None)
        if rule is not None and year is not None:
            return Position(rule.on(year), From.RULE, year)
    newest = _newest(reading, reading.mapping.position_field or "updated_on")
    if newest is not None:
        return Position(newest, From.COLUMN)
    for texts, source in (((file_name,), From.FILE_NAME), (notes, From.TEXT)):
        found = _day_in(texts)
        if found is not None:
            return Position(found, source)
    return Position(None, From.UNKNOWN)


def _year(reading: Reading, file_name: str) -> int | None:
    """The year of the list: its own column, else the financial year its headings name, else the year in the file name."""
    stated = Counter(value for record in reading.kept if isinstance(value := reading.value(record, "file_year"), int))
    if len(stated) > 1:
        years = ", ".join(str(year) for year in sorted(stated))
        raise Refused(msg("This list holds several years (%(years)s). Bring in one year at a time.", years=years))
    if stated:
        return next(iter(stated))
    ends = Counter(
        2000 + int(match[2])
        for heading in reading.table.headings
        for match in FINANCIAL_YEAR.finditer(heading)
        if _follows(match)
    )
    if ends:
        return ends.most_common(1)[0][0]
    named = YEAR.findall(file_name)
    return int(named[-1]) if named else None


def _follows(match: re.Match[str]) -> bool:
    return int(match[2]) == (int(match[1]) + 1) % 100


def _newest(reading: Reading, field: str) -> date | None:
    days = [value for record in reading.kept if isinstance(value := reading.value(record, field), date)]
    return max(days, default=None)


def _day_in(texts: Iterable[str]) -> date | None:
    """The first full day, else the last day of the first month and year, that stands in one of the texts."""
    bare = list(texts)
    for text in bare:
        candidates = [found.replace("_", "-") for found in DAY_IN_TEXT.findall(text)] + LONG_DAY.findall(folded(text))
        for candidate in candidates:
            day = read(candidate, Order.DAY_FIRST).value if looks_like_a_day(candidate) else None
            if day is not None:
                return day
    return next((found for text in bare if (found := _month_in(folded(text))) is not None), None)


def _month_in(words: str) -> date | None:
    for name, year in MONTH_YEAR.findall(words):
        if name in MONTHS:
            following = date(int(year) + MONTHS[name] // 12, MONTHS[name] % 12 + 1, 1)
            return date.fromordinal(following.toordinal() - 1)
    return None
