"""What is known about one sender's lists: wordings, units, dates, colours. Read from TOML, checked when loaded."""

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pmo.exchange.logic.amounts import Unit
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import FIELDS, As, Field, Kind
from pmo.exchange.logic.words import folded
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg, plain

Wordings = Dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """The wordings every list shares, and the words of pick lists."""

    headings: Dict[Kind, Wordings]
    choices: Dict[str, Dict[str, str]]  # field -> folded word -> code


@dataclass(frozen=True, slots=True)
class PositionRule:
    """Lists of these years show the state of this day."""

    month: int
    day: int
    shift_years: int = 0
    first: int = 0
    last: int = 9999

    def applies(self, year: int) -> bool:
        return self.first <= year <= self.last

    def on(self, year: int) -> date:
        return date(year + self.shift_years, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Scale:
    """Lists of these years use a colour scale of so many points."""

    points: int
    first: int = 0
    last: int = 9999


@dataclass(frozen=True, slots=True)
class Derived:
    """A colour that follows from a deviation in percent."""

    field: str
    source: str
    green_below: float
    amber_below: float


@dataclass(frozen=True, slots=True)
class MilestoneRule:
    """A milestone every project of the list has, and the columns its dates come from."""

    name: str
    forecast: str = ""
    baseline: str = ""
    starts: bool = False  # a day in the past is then the day it happened


@dataclass(frozen=True, slots=True)
class Mapping:
    name: str
    kind: Kind
    title: str = ""
    wordings: Wordings = field(default_factory=dict)
    fields: Dict[str, Field] = field(default_factory=dict)
    marks: tuple[str, ...] = ()  # headings only this sender uses
    contents: tuple[str, ...] = ()  # words of the file name or the cells
    currency: str = ""
    unit: Unit | None = None
    decimal: str = ""
    date_order: Order | None = None
    position_field: str = ""  # the newest day of this column
    positions: tuple[PositionRule, ...] = ()
    scales: tuple[Scale, ...] = ()
    derived: tuple[Derived, ...] = ()
    milestones: tuple[MilestoneRule, ...] = ()
    portfolio: str = ""  # code of the portfolio such lists go to when nobody says
    below_zero: bool = False  # amounts may be: income counted with the costs
    clears: bool = False  # "TBC", "Exempt" or nothing in a cell takes away what is known here

    def scale(self, year: int | None) -> int | None:
        return next((scale.points for scale in self.scales if year is not None and scale.first <= year <= scale.last), None)


USUAL_MILESTONES = (
    MilestoneRule("Project start", forecast="start", starts=True),
    MilestoneRule("Project end", forecast="end", baseline="end_baseline"),
)


def guessed(kind: Kind) -> Mapping:
    """Nothing known about the sender: headings are read by the common wordings alone."""
    return Mapping("", kind, fields=FIELDS[kind], milestones=USUAL_MILESTONES if kind is Kind.PORTFOLIO else ())


def parse(text: str, name: str) -> Mapping:
    """A mapping file. Raises Refused with the place of the first mistake."""
    try:
        raw = tomllib.loads(text)
        return _mapping(raw, name)
    except (tomllib.TOMLDecodeError, ValueError, TypeError, KeyError) as error:
        raise Refused(msg("The mapping “%(name)s” cannot be used: %(error)s.", name=name, error=str(error))) from error


def parse_words(text: str) -> Words:
    raw = tomllib.loads(text)
    headings = {kind: {key: tuple(words) for key, words in raw[kind.value].items()} for kind in Kind}
    choices = {
        key: {folded(word): code for code, words in codes.items() for word in words} for key, codes in raw["values"].items()
    }
    return Words(headings, choices)


def _mapping(raw: Dict[str, Any], name: str) -> Mapping:
    kind = Kind(raw.get("kind", "portfolio"))
    fields = dict(FIELDS[kind])
    for key, extra in raw.get("extra", {}).items():
        fields[key] = Field(key, As(extra["reads"]), plain(extra.get("title", key)))
    wordings = {key: tuple(words) for key, words in raw.get("headings", {}).items()}
    unknown = sorted(set(wordings) - set(fields))
    if unknown:
        raise ValueError(f"it names the unknown field {unknown[0]!r}")
    position = raw.get("position", {})
    return Mapping(
        name=name,
        kind=kind,
        title=raw.get("title", name),
        wordings=wordings,
        fields=fields,
        marks=tuple(raw.get("marks", ())),
        contents=tuple(raw.get("contents", ())),
        currency=raw.get("currency", ""),
        unit=Unit(raw["unit"]) if "unit" in raw else None,
        decimal=raw.get("decimal", ""),
        date_order=Order(raw["date_order"]) if "date_order" in raw else None,
        position_field=position.get("newest_of", ""),
        positions=tuple(PositionRule(**rule) for rule in position.get("rules", ())),
        scales=tuple(Scale(**scale) for scale in raw.get("scales", ())),
        derived=tuple(Derived(**rule) for rule in raw.get("derived", ())),
        milestones=tuple(MilestoneRule(**rule) for rule in raw["milestones"]) if "milestones" in raw else _usual(kind),
        portfolio=raw.get("portfolio", ""),
        below_zero=bool(raw.get("below_zero", False)),
        clears=bool(raw.get("no_value_clears", False)),
    )


def _usual(kind: Kind) -> tuple[MilestoneRule, ...]:
    return USUAL_MILESTONES if kind is Kind.PORTFOLIO else ()
