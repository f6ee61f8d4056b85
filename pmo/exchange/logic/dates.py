"""Days as offices write them. Day and month are told apart by the whole column, never by one cell."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pmo.exchange.logic.words import folded
from pmo.kernel.languages import Message, msg


class Order(StrEnum):
    """How a column writes its days."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    YEAR_FIRST = "year first"
    TYPED = "date cells"  # of a workbook: nothing to decide
    WORDS = "month in words"
    AMBIGUOUS = "ambiguous"
    NONE = "no dates"


CLOCK = r"(?:[ T]+\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|[+-]\d{2}:?\d{2})?)?"
NUMERIC = re.compile(rf"^(\d{{1,2}})\s?([./\-])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}}){CLOCK}$", re.I)
ISO = re.compile(rf"^(\d{{4}})\s?([./\-])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}}){CLOCK}$", re.I)
PACKED = re.compile(r"^((?:19|20)\d\d)([01]\d)([0-3]\d)$")
HOUR = r"(?: \d{1,2} \d{2}(?: \d{2})?(?: [ap]m)?)?"  # folded: without points and colons
WEEKDAY = r"(?:[a-z]{2,9} )?"
DAY_MONTH = re.compile(rf"^{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|e|de)? ([a-z]{{3,10}}) (\d{{4}}|\d{{2}}){HOUR}$")
MONTH_DAY = re.compile(rf"^{WEEKDAY}([a-z]{{3,10}}) (\d{{1,2}})(?:st|nd|rd|th)? (\d{{4}}){HOUR}$")
PARTIAL = re.compile(
    r"^(?:[qtk][1-4] ?(?:\d{4}|\d\d)|(?:19|20)\d\d(?: (?:19|20)?\d\d)?(?: q[1-4])?|[a-z]{3,10} (?:\d{4}|\d\d)"
    r"|\d{1,2} \d{4}|fy ?\d\d.*)$"
)
MONTH_NAMES = (
    "jan january janvier janv januari",
    "feb february fevrier fev fevr februari",
    "mar march mars maart mrt",
    "apr april avril avr",
    "may mai mei",
    "jun june juin juni",
    "jul july juillet juil juli",
    "aug august aout augustus",
    "sep sept september septembre",
    "oct october octobre okt oktober",
    "nov november novembre",
    "dec december decembre",
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
LONGEST = 60
EARLIEST, LATEST = 1900, 2199
DAY_FIRST_HERE = msg("this column writes the day first, and there is no such month")
MONTH_FIRST_HERE = msg("this column writes the month first, and there is no such month")


@dataclass(frozen=True, slots=True)
class Day:
    """What one cell says: a day, or why it is none."""

    value: date | None = None
    refused: Message | None = None


def looks_like_a_day(text: str) -> bool:
    bare = text.strip()
    if len(bare) > LONGEST:
        return False
    if NUMERIC.match(bare) or ISO.match(bare) or PACKED.match(bare):
        return True
    words = folded(bare)
    return bool(DAY_MONTH.match(words) or MONTH_DAY.match(words)) and any(word in MONTHS for word in words.split())


def evidence(texts: Iterable[str]) -> Counter[Order]:
    """How many cells of a column can only be read one way; a point between the figures counts as day first."""
    found: Counter[Order] = Counter()
    for text in texts:
        match = NUMERIC.match(text.strip())
        if match:
            first, sign, second = int(match[1]), match[2], int(match[3])
            if first > 12 >= second or (sign == "." and second <= 12):
                found[Order.DAY_FIRST] += 1
            elif second > 12 >= first:
                found[Order.MONTH_FIRST] += 1
            else:
                found[Order.AMBIGUOUS] += 1
        elif ISO.match(text.strip()) or PACKED.match(text.strip()):
            found[Order.YEAR_FIRST] += 1
        elif looks_like_a_day(text):
            found[Order.WORDS] += 1
    return found


def order(found: Counter[Order], expected: Order | None = None) -> Order:
    """The order of a column: nine cells against one decide; with no cell to tell, what is expected of the file decides."""
    day, month = found[Order.DAY_FIRST], found[Order.MONTH_FIRST]
    if day or month:
        if day >= 9 * month:
            return Order.DAY_FIRST
        return Order.MONTH_FIRST if month >= 9 * day else Order.AMBIGUOUS
    if found[Order.AMBIGUOUS]:
        return expected or Order.AMBIGUOUS
    if found[Order.YEAR_FIRST]:
        return Order.YEAR_FIRST
    return Order.WORDS if found[Order.WORDS] else Order.NONE


def read(text: str, column: Order) -> Day:
    """One cell of a column whose order is known. A day that does not exist is refused, never moved."""
    bare = text.strip()
    if match := ISO.match(bare):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := PACKED.match(bare):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMERIC.match(bare):
        return _numeric(int(match[1]), int(match[3]), match[4], column)
    return _words(folded(bare))


def typed(moment: date | datetime) -> Day:
    """A date cell of a workbook."""
    value = moment.date() if isinstance(moment, datetime) else moment
    return _day(value.year, value.month, value.day)


def _numeric(first: int, second: int, year: str, column: Order) -> Day:
    if column is Order.AMBIGUOUS:
        if first <= 12 and second <= 12 and first != second:
            return Day(refused=msg("day and month could be exchanged: say which comes first"))
        column = Order.DAY_FIRST if second <= 12 else Order.MONTH_FIRST
    day, month = (second, first) if column is Order.MONTH_FIRST else (first, second)
    if month > 12 and day <= 12:
        return Day(refused=MONTH_FIRST_HERE if column is Order.MONTH_FIRST else DAY_FIRST_HERE)
    return _day(_year(year), month, day)


def _words(words: str) -> Day:
    for pattern, at in ((DAY_MONTH, (3, 2, 1)), (MONTH_DAY, (3, 1, 2))):
        match = pattern.match(words)
        if match and match[at[1]] in MONTHS:
            return _day(_year(match[at[0]]), MONTHS[match[at[1]]], int(match[at[2]]))
    if PARTIAL.match(words):
        return Day(refused=msg("not a whole date: the day is missing"))
    return Day(refused=msg("not a date"))


def _year(text: str) -> int:
    """Two figures: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year <= 68 else 1900)


def _day(year: int, month: int, day: int) -> Day:
    try:
        value = date(year, month, day)
    except ValueError:
        return Day(refused=msg("this day does not exist"))
    if not EARLIEST <= year <= LATEST:
        return Day(refused=msg("the year %(year)s cannot be right", year=str(year)))
    return Day(value)
