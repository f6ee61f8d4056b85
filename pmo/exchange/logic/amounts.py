"""Amounts and numbers as offices write them. Currency, unit and decimal sign belong to a column, not to a cell."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pmo.exchange.logic.words import folded, squeeze
from pmo.kernel.languages import Message, msg


class Unit(StrEnum):
    ONE = "1"
    THOUSAND = "thousand"
    MILLION = "million"
    BILLION = "billion"

    @property
    def factor(self) -> Decimal:
        return {Unit.ONE: Decimal(1), Unit.THOUSAND: Decimal(10**3), Unit.MILLION: Decimal(10**6), Unit.BILLION: Decimal(10**9)}[
            self
        ]


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as the column writes it; `exact` is the same in whole units of the currency, to the cent."""

    figure: Decimal
    currency: str
    unit: Unit

    @property
    def exact(self) -> Decimal:
        return round(self.figure * self.unit.factor, 2)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one text says: a number, with the currency and unit it names itself, or why it is none."""

    value: Decimal = Decimal(0)
    currency: str = ""
    unit: Unit | None = None
    percent: bool = False
    refused: Message | None = None


SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY", "us$": "USD", "a$": "AUD"}
CURRENCIES = SYMBOLS | {"euro": "EUR", "euros": "EUR", "sterling": "GBP", "pounds": "GBP", "dollars": "USD", "usd": "USD"}
CURRENCIES |= {
    code.lower(): code for code in ("EUR", "GBP", "USD", "CHF", "SEK", "DKK", "NOK", "AUD", "CAD", "JPY", "PLN", "CZK")
}
UNIT_WORDS = {
    Unit.THOUSAND: "k t thousand thousands duizend duizenden millier milliers 000 000s '000 tsd",
    Unit.MILLION: "m mn mm mln mio million millions miljoen miljoenen",
    Unit.BILLION: "bn b billion billions mld mrd md milliard milliards miljard",
}
UNITS = {word: unit for unit, words in UNIT_WORDS.items() for word in words.split()}
SHORT_UNITS = frozenset(
    {"k", "t", "m", "mm", "b", "mn", "bn", "md", "000", "000s"}
)  # a unit only beside a currency or in brackets
CORE = re.compile(r"\d[\d .,'’\u00a0\u202f]*\d|[.,]?\d+")
MARK = re.compile(r"us\$|a\$|[£€$¥]|[a-z]+|'?000s?", re.I)
GROUPED = re.compile(r"^\d{1,3}(?:([ .,'’])\d{3})(?:\1\d{3})*$")
CLUMSY = re.compile(r"^\d+(?:[.,]\d+)+$")
SCIENTIFIC = re.compile(r"^[+-]?\d+(?:\.\d+)?e[+-]?\d{1,3}$", re.I)
POINT_CURRENCIES = frozenset({"GBP", "USD", "CHF", "AUD", "CAD", "JPY"})  # 1,234.5 is how these are written


def read(text: str, decimal: str) -> Figure:
    """A number with the column's decimal sign ("." or ","; "" when the column could not tell)."""
    bare = squeeze(text).replace("−", "-").replace("–", "-")
    if SCIENTIFIC.match(bare):
        return Figure(Decimal(bare))
    core = CORE.search(bare)
    if core is None:
        return Figure(refused=msg("not a number"))
    before, after = bare[: core.start()].strip(), bare[core.end() :].strip()
    marks = _marks(before, after)
    if isinstance(marks, Message):
        return Figure(refused=marks)
    value = _number(core[0], decimal)
    if isinstance(value, Message):
        return Figure(refused=value)
    negative = "-" in before or after.endswith("-") or ("(" in before and ")" in after)
    return Figure(-value if negative else value, marks[0], marks[1], "%" in after)


def decimal_signs(texts: Iterable[str]) -> Counter[str]:
    """How many cells of a column can only be read with that decimal sign; "" counts those that could be either."""
    found: Counter[str] = Counter()
    for text in texts:
        core = CORE.search(squeeze(text))
        if core and ("," in core[0] or "." in core[0]):
            found[_sign(core[0])] += 1
    return found


def decimal_sign(found: Counter[str], expected: str) -> str:
    """Nine cells against one decide; else what is expected of the file; "" when nothing tells."""
    point, comma = found["."], found[","]
    if point or comma:
        return "." if point >= 9 * comma else "," if comma >= 9 * point else expected
    return expected if found[""] else "."


def from_heading(heading: str) -> tuple[str, Unit | None]:
    """Currency and unit a heading names: "Budget (£million)", "kEUR", "Cost ($ M)", "in duizenden euro"."""
    lowered = heading.casefold().replace("’", "'")
    bracketed = " ".join(re.findall(r"[(\[]([^)\]]*)[)\]]", lowered))
    marks = [mark for mark in MARK.findall(lowered) if not mark.isspace()]
    named = next((CURRENCIES[mark] for mark in marks if mark in CURRENCIES), "")
    glued = next((_glued(mark) for mark in marks if _glued(mark)), None)
    if glued:
        return glued
    inside = MARK.findall(bracketed)
    beside = re.findall(r"[£€$]\s?('?000s?|[a-z]+)|\b([km]n?)\s?[£€$]", lowered)
    close = [*inside, *(word for pair in beside for word in pair if word)]
    unit = next((UNITS[word] for word in close if word in UNITS), None)
    return named, unit or next(
        (UNITS[word] for word in folded(heading).split() if word in UNITS and word not in SHORT_UNITS), None
    )


def from_format(number_format: str) -> str:
    """The currency of an Excel number format such as [$£-809]#,##0."""
    marked = re.findall(r"\[\$([^\]-]*)", number_format)
    signs = re.findall(r"[£€$¥]", re.sub(r"\[[^\]]*\]", "", number_format))
    return next((CURRENCIES[mark.strip().casefold()] for mark in [*marked, *signs] if mark.strip().casefold() in CURRENCIES), "")


def _glued(mark: str) -> tuple[str, Unit] | None:
    """KEUR, MEUR, MUSD: unit and currency in one word."""
    return (CURRENCIES[mark[1:]], UNITS[mark[0]]) if len(mark) == 4 and mark[0] in "km" and mark[1:] in CURRENCIES else None


def _marks(before: str, after: str) -> tuple[str, Unit | None] | Message:
    """Currency and unit written around a number; any other word makes it a sentence, not an amount."""
    currency, unit = "", None
    for mark in MARK.findall(f"{before} {after}".casefold()):
        glued = _glued(mark)
        if glued:
            currency, unit = glued
        elif mark in CURRENCIES:
            currency = CURRENCIES[mark]
        elif mark in UNITS:
            unit = UNITS[mark]
        else:
            return msg("words beside the number")
    rest = re.sub(r"[()+\-%~. ]", "", MARK.sub("", f"{before}{after}"))
    return (currency, unit) if not rest else msg("not one number")


def _number(core: str, decimal: str) -> Decimal | Message:
    """The digits of a number once the decimal sign is known; badly placed thousands signs are refused."""
    if not decimal and _sign(core) == "" and ("," in core or "." in core):
        return msg("comma or point could be a decimal or a thousands sign: say which")
    decimal = decimal or _sign(core) or "."
    whole, sign, part = core.rpartition(decimal) if decimal in core else (core, "", "")
    if decimal in whole or (part and not part.isdigit()):
        return msg("the decimal sign of this column is “%(sign)s”", sign=decimal)
    sure = bool(sign) or whole.count("," if decimal == "." else ".") > 1  # then what is left can only part thousands, if clumsily
    if whole and not whole.isdigit() and not GROUPED.match(whole) and (not sure or not CLUMSY.match(whole)):
        return msg("the decimal sign of this column is “%(sign)s”", sign=decimal)
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits or 0}.{part}" if sign else digits)


def _sign(core: str) -> str:
    """The only decimal sign this number can have, or "" when its comma or point may also part thousands."""
    comma, point = core.rfind(","), core.rfind(".")
    if comma >= 0 and point >= 0:
        return "." if point > comma else ","
    sign, other = (",", ".") if comma >= 0 else (".", ",")
    groups = core.split(sign)
    if len(groups) > 2:
        return other
    whole, part = groups
    return "" if len(part) == 3 and 1 <= len(whole) <= 3 and whole.isdigit() and int(whole) else sign
