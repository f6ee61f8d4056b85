"""Dates and amounts as people type them: 2026-03-31, 31/3/2026, 31 Mar, +10d, 2w, 410 k, 1.250,50. The day stands first."""

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from babel.dates import get_month_names

from pmo.kernel.formats import LOCALES
from pmo.kernel.sorting import name_key

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FIGURES = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")
WORDS = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th|e)?[ .\-]*([^\W\d_]{3,})\.?(?:[ \-]*(\d{4}|\d{2}))?")
STEP = re.compile(r"([+\-\N{MINUS SIGN}]?) ?(\d{1,4}) ?([a-z]+)")
UNITS = {
    "day": ("d", "j", "day", "days", "jour", "jours", "dag", "dagen"),
    "week": ("w", "s", "wk", "week", "weeks", "sem", "semaine", "semaines", "weken"),
    "month": ("m", "mo", "month", "months", "mois", "maand", "maanden", "mnd"),
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words}
NAMED = {"today": 0, "aujourd'hui": 0, "vandaag": 0, "tomorrow": 1, "demain": 1, "morgen": 1}
HALF_A_YEAR = timedelta(days=183)
EARLIEST, LATEST = 1950, 2150
SCALES = {"k": 3, "m": 6, "mln": 6, "mio": 6, "md": 9, "mld": 9, "bn": 9}
AMOUNT = re.compile(r"([+\-]?)(\d[\d.,']*)([a-z]*)")


def read_date(text: str, today: date, base: date | None = None) -> date:
    """The day meant; steps such as +10d count from `base`, else from today. Raises ValueError."""
    bare = " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{NO-BREAK SPACE}", " ").split())
    if bare in NAMED:
        return today + timedelta(days=NAMED[bare])
    if found := ISO.fullmatch(bare):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := FIGURES.fullmatch(bare):
        return _in_year(found[3], int(found[2]), int(found[1]), today)
    if (found := STEP.fullmatch(bare)) and found[3] in UNIT_OF:
        return _step(base or today, found[1], int(found[2]), UNIT_OF[found[3]])
    if found := WORDS.fullmatch(bare):
        return _in_year(found[3], _month(found[2]), int(found[1]), today)
    raise ValueError(text)


def read_amount(text: str) -> Decimal:
    """410 k, 1.2 M, 1.250,50 or 1,250.50: a mark followed by three figures parts thousands. Raises ValueError."""
    bare = "".join(letter for letter in text.casefold() if letter.isascii() and (letter.isalnum() or letter in "+-.,'"))
    for currency in ("eur", "usd", "gbp", "chf"):
        bare = bare.removeprefix(currency).removesuffix(currency)
    found = AMOUNT.fullmatch(bare)
    if found is None or (found[3] and found[3] not in SCALES):
        raise ValueError(text)
    try:
        figure = Decimal(_plain(found[2], scaled=bool(found[3])))
    except InvalidOperation as error:
        raise ValueError(text) from error
    exact = figure.scaleb(SCALES.get(found[3], 0))
    return -exact if found[1] == "-" else exact


def _plain(figures: str, scaled: bool) -> str:
    """Without marks for thousands, with a point before decimals. Before "M" a single mark parts decimals: 1.250 M."""
    figures = figures.replace("'", "")
    last = max(figures.rfind("."), figures.rfind(","))
    if last < 0:
        return figures
    marks = [letter for letter in figures if letter in ".,"]
    decimals = len(figures) - last - 1
    mixed = len(set(marks)) == 2
    if mixed or (len(marks) == 1 and (decimals != 3 or scaled)):
        return f"{_together(figures[:last])}.{figures[last + 1 :]}"
    return _together(figures)


def _together(figures: str) -> str:
    """Thousands without their marks. Raises ValueError when the marks do not part thousands."""
    first, *others = re.split("[.,]", figures)
    if any(len(group) != 3 for group in others):
        raise ValueError(figures)
    return first + "".join(others)


def _step(base: date, sign: str, count: int, unit: str) -> date:
    count = count if sign in ("", "+") else -count
    try:
        if unit == "month":
            months = base.year * 12 + base.month - 1 + count
            year, month = divmod(months, 12)
            return _day(year, month + 1, min(base.day, monthrange(year, month + 1)[1]))
        return base + timedelta(days=count * (7 if unit == "week" else 1))
    except (OverflowError, IndexError) as error:
        raise ValueError(count) from error


def _in_year(written: str | None, month: int, day: int, today: date) -> date:
    """Without a year the one that brings the day nearest: in December "31 Jan" is next month."""
    if written is not None:
        return _day(int(written) if len(written) == 4 else 2000 + int(written), month, day)
    found = _day(today.year, month, min(day, 28) if month == 2 and day == 29 else day)
    if found < today - HALF_A_YEAR:
        return _day(today.year + 1, month, day)
    return _day(today.year - 1 if found > today + HALF_A_YEAR + HALF_A_YEAR / 2 else today.year, month, day)


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        raise ValueError(year)
    return date(year, month, day)


def _month(word: str) -> int:
    key = name_key(word)
    found = {number for name, number in _months().items() if name.startswith(key) or key.startswith(name)}
    if len(found) != 1:
        raise ValueError(word)
    return found.pop()


@cache
def _months() -> dict[str, int]:
    """Full and short names of the months in the three languages."""
    return {
        name_key(name).rstrip("."): number
        for lang in LOCALES.values()
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=lang).items()
    }
