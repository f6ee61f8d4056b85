"""What one row of a list of projects says, in the house's own terms: facts, dates, a status, a reported position."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pmo.exchange.logic.amounts import Amount
from pmo.exchange.logic.cells import Read, Value
from pmo.exchange.logic.mapping import MilestoneRule
from pmo.exchange.logic.no_value import Reason
from pmo.exchange.logic.ratings import points
from pmo.exchange.logic.reading import Reading, Record
from pmo.exchange.logic.words import squeeze
from pmo.kernel.sorting import name_key
from pmo.portfolio.logic import Colour, Kind, State

MONEY = ("budget", "spent", "committed", "forecast_cost")
TEXTS = ("description", "sponsor", "kind", "method", "phase")
NUMBERS = ("tolerance_days", "tolerance_percent")
COLOURS = {  # dimension of a status update -> column
    "overall": "rating",
    "schedule": "rating_schedule",
    "cost": "rating_cost",
    "scope": "rating_scope",
    "resources": "rating_resources",
    "risk": "rating_risk",
    "quality": "rating_quality",
}
WORDS = ("done", "next", "attention", "back_to_green")
POSITION_COLUMNS = frozenset({"rating", "start", "end", "budget", "forecast_cost", "year_budget", "year_forecast"})


@dataclass(frozen=True, slots=True)
class Group:
    """The programme a project belongs to, as the list names it."""

    name: str = ""
    code: str = ""
    organisation: str = ""

    @property
    def key(self) -> str:
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class Promise:
    """The dates of one milestone in this list; `reasons` says why one is missing, by date."""

    name: str
    forecast: date | None = None
    baseline: date | None = None
    actual: date | None = None
    reasons: tuple[tuple[str, str], ...] = ()
    has_baseline: bool = False  # the list has a column for it
    clears: bool = False  # a reason takes the date away that is known here
    starts: bool = False  # a day in the past is the day it happened

    @property
    def has_dates(self) -> bool:
        return any(day is not None for day in (self.forecast, self.baseline, self.actual))


@dataclass(frozen=True, slots=True)
class Told:
    """What a row or an update declares about the project's state; a dimension that is absent is not spoken of."""

    colours: tuple[tuple[str, str | None], ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """The row as a reported position: what it said on that day."""

    rating: str | None
    rating_scale: int | None
    start_on: date | None
    end_on: date | None
    currency: str
    budget: Decimal | None
    forecast_cost: Decimal | None
    year_budget: Decimal | None
    year_forecast: Decimal | None
    values: tuple[tuple[str, str], ...]
    no_value: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row. `facts` are columns of a project the list has something to say about."""

    at: str  # row in the file, with the sheet where there are several
    name: str
    external_id: str | None
    code: str
    group: Group
    facts: tuple[tuple[str, object], ...]
    no_value: tuple[tuple[str, str], ...]
    manager: str
    promises: tuple[Promise, ...]
    told: Told | None
    reported: Reported
    tags: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        return name_key(self.name)

    @property
    def group_key(self) -> str:
        return self.group.key


def wanted_rows(reading: Reading, on: date, year: int | None, currency: str) -> list[Wanted]:
    """Every record as of the list's day; amounts without a currency of their own are in `currency`."""
    scale = reading.mapping.scale(year) or _points(reading)
    return [_wanted(reading, record, on, scale, currency) for record in reading.kept]


def _wanted(reading: Reading, record: Record, on: date, scale: int, currency: str) -> Wanted:
    reported = _reported(reading, record, scale, currency)
    external_id = _text(reading, record, "external_id")
    code = _text(reading, record, "code")
    return Wanted(
        at=_at(reading, record),
        name=_text(reading, record, "name") or external_id or code,
        external_id=external_id or None,
        code=code,
        group=Group(*(_text(reading, record, key) for key in ("programme", "programme_code", "organisation"))),
        facts=_facts(reading, record, on, currency),
        no_value=tuple((key, _reason(reading.get(record, key))) for key in MONEY if _lacks(reading, record, key)),
        manager=_text(reading, record, "manager"),
        promises=_promises(reading, record, on),
        told=_told(reading, record),
        reported=reported,
        tags=_tags(reading, record),
    )


def _at(reading: Reading, record: Record) -> str:
    grid = reading.table.grid
    row, letters = grid.place(record.position, 0)
    here = letters if grid.transposed else str(row)
    return f"{grid.sheet}!{here}" if grid.sheet else here


def _facts(reading: Reading, record: Record, on: date, currency: str) -> tuple[tuple[str, object], ...]:
    """A cell that is empty, refused or without a value says nothing; an amount taken away by a complete list becomes unknown."""
    found: dict[str, object] = {key: value for key in (*TEXTS, *NUMBERS) if (value := reading.value(record, key)) is not None}
    category = _text(reading, record, "category").casefold()
    if "kind" not in found and category in {kind.value for kind in Kind}:
        found["kind"] = category
    if isinstance(percent := found.get("tolerance_percent"), Decimal):
        found["tolerance_percent"] = round(percent, 2)
    for key in MONEY:
        cell = reading.get(record, key)
        if cell.value is not None or (reading.mapping.clears and reading.of(key) and cell.refused is None):
            found[key] = _exact(cell.value)
    if any(found.get(key) is not None for key in MONEY):
        found |= {"currency": _currency(reading, record, currency), "money_on": on}
    state = reading.value(record, "state")
    if isinstance(state, str):
        closed = {"closed_on": on, "closing_reason": "–"} if state != State.OPEN else {"closed_on": None, "closing_reason": ""}
        found |= {"state": state, **closed}
    return tuple(sorted(found.items()))


def _promises(reading: Reading, record: Record, on: date) -> tuple[Promise, ...]:
    ruled = [
        _promise(reading, record, rule, on)
        for rule in reading.mapping.milestones
        if reading.of(rule.forecast) or reading.of(rule.baseline)
    ]
    own = []
    for column in reading.of("milestone"):
        cell = record.reads[column.position]
        if cell.refused is None and cell.reason is not Reason.BLANK:
            reasons = _missing("forecast", cell)
            own.append(Promise(column.heading, _day(cell.value), reasons=reasons, clears=reading.mapping.clears))
    return (*ruled, *own)


def _promise(reading: Reading, record: Record, rule: MilestoneRule, on: date) -> Promise:
    forecast, baseline = reading.get(record, rule.forecast), reading.get(record, rule.baseline)
    day = _day(forecast.value)
    return Promise(
        name=rule.name,
        forecast=day,
        baseline=_day(baseline.value),
        actual=day if rule.starts and day is not None and day <= on else None,
        reasons=_missing("forecast", forecast) + (_missing("baseline", baseline) if reading.of(rule.baseline) else ()),
        has_baseline=bool(reading.of(rule.baseline)) and baseline.refused is None,
        starts=rule.starts,
        clears=reading.mapping.clears,
    )


def _told(reading: Reading, record: Record) -> Told | None:
    clears = reading.mapping.clears
    said = [(key, _text(reading, record, key)) for key in WORDS if reading.of(key)]
    words = tuple((key, text) for key, text in said if text or clears)
    cells = [(name, reading.get(record, key)) for name, key in COLOURS.items() if reading.of(key)]
    colours = tuple((name, _word(cell.value)) for name, cell in cells if cell.value is not None or (clears and not cell.refused))
    return Told(colours, words) if colours or any(text for _, text in words) else None


def _reported(reading: Reading, record: Record, scale: int, currency: str) -> Reported:
    rating = reading.value(record, "rating") or reading.value(record, "rating_schedule")
    amounts = {key: _exact(reading.value(record, key)) for key in ("budget", "forecast_cost", "year_budget", "year_forecast")}
    missing = [(column.field, record.reads[column.position]) for column in reading.columns if column.field in POSITION_COLUMNS]
    return Reported(
        rating=_word(rating),
        rating_scale=scale if rating is not None else None,
        start_on=_day(reading.value(record, "start")),
        end_on=_day(reading.value(record, "end")),
        currency=_currency(reading, record, currency) if any(amount is not None for amount in amounts.values()) else "",
        values=_values(reading, record),
        no_value=tuple(
            sorted({key: _reason(reading.get(record, key)) for key, _ in missing if _lacks(reading, record, key)}.items())
        ),
        **amounts,
    )


def _values(reading: Reading, record: Record) -> tuple[tuple[str, str], ...]:
    """Every cell that no column of its own keeps, and every refused one, as written."""
    found = []
    for column in reading.columns:
        cell = record.reads[column.position]
        kept = column.field in POSITION_COLUMNS and cell.value is not None
        if cell.text.strip() and not kept and not column.is_derived(reading.table):
            found.append((column.heading, cell.text.strip()))
    return tuple(sorted(found))


def _points(reading: Reading) -> int:
    columns = (*reading.of("rating"), *reading.of("rating_schedule"))
    return points(
        value for record in reading.kept for column in columns if isinstance(value := record.reads[column.position].value, Colour)
    )


def _tags(reading: Reading, record: Record) -> tuple[str, ...]:
    text = _text(reading, record, "tags").replace(";", ",") or _text(reading, record, "category").replace(",", " ")
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := squeeze(part))))


def _currency(reading: Reading, record: Record, default: str) -> str:
    """Of the row's amounts; a row has one, because a column has."""
    values = (reading.value(record, key) for key in (*MONEY, "year_budget", "year_forecast"))
    return next((value.currency for value in values if isinstance(value, Amount) and value.currency), default)


def _lacks(reading: Reading, record: Record, key: str) -> bool:
    cell = reading.get(record, key)
    return bool(reading.of(key)) and cell.value is None


def _reason(cell: Read) -> str:
    return (cell.reason or Reason.OTHER).value


def _missing(name: str, cell: Read) -> tuple[tuple[str, str], ...]:
    return ((name, cell.reason.value),) if cell.reason is not None else ()


def _text(reading: Reading, record: Record, key: str) -> str:
    value = reading.value(record, key)
    return squeeze(value) if isinstance(value, str) and key not in WORDS else str(value or "")


def _exact(value: Value | None) -> Decimal | None:
    return value.exact if isinstance(value, Amount) else None


def _day(value: Value | None) -> date | None:
    return value if isinstance(value, date) else None


def _word(value: Value | None) -> str | None:
    return value.value if isinstance(value, Colour) else None
