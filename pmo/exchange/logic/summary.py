"""What a reading says in figures: for the preview, for `--json`, for comparing with what a sender published."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pmo.exchange.logic.amounts import Amount
from pmo.exchange.logic.cells import Read
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.no_value import Reason
from pmo.exchange.logic.reading import Column, Reading, Record
from pmo.exchange.logic.rows import Role
from pmo.exchange.logic.words import squeeze
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import COLOUR_NAMES, Colour

RATING_WORDS = {Reason.EXEMPT: "Exempt", Reason.RESET: "Reset", Reason.NO_RATING: "No DCA", Reason.BLANK: "blank"}
OTHER_TEXT = "Other text"
RATINGS = ("rating", "overall", "rating_schedule", "rating_cost")
TYPED = frozenset({As.DATE, As.MONEY, As.RATING, As.NUMBER, As.INTEGER})
NO_NAME = msg("the row has neither a name nor an identifier")


@dataclass(frozen=True, slots=True)
class Refusal:
    sheet: str
    row: int
    letters: str  # column letters: with the row, the address in the file
    column: str  # heading
    value: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Total:
    column: str
    field: str
    known: int
    unknown: int
    sum: Decimal  # in the column's unit
    currency: str
    unit: str


@dataclass(frozen=True, slots=True)
class Days:
    column: str
    field: str
    order: str
    known: int
    unknown: int
    earliest: date | None
    latest: date | None


def refusals(readings: Sequence[Reading]) -> list[Refusal]:
    """Every refused cell, in the order of the file."""
    return [refusal for reading in readings for refusal in _refusals(reading)]


def ratings(readings: Sequence[Reading]) -> Counter[str]:
    """How many records carry each colour or reason, in the words of the files."""
    field = next((field for field in RATINGS if any(reading.of(field) for reading in readings)), "")
    if not field:
        return Counter()
    return Counter(_rating_word(reading.get(record, field)) for reading in readings for record in reading.kept)


def rating_column(reading: Reading, column: Column) -> Counter[str]:
    return Counter(_rating_word(record.reads[column.position]) for record in reading.kept)


def reasons(readings: Sequence[Reading]) -> Counter[str]:
    """How many cells of typed columns hold no value, per reason."""
    found: Counter[str] = Counter()
    for reading in readings:
        for column in _typed(reading, *TYPED):
            found.update(reason.value for record in reading.kept if (reason := record.reads[column.position].reason) is not None)
    return found


def words(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """The words that say there is no value, as written first, with what they are taken for and how many cells say so."""
    found: Counter[tuple[str, str]] = Counter()
    written: dict[tuple[str, str], str] = {}
    for reading in readings:
        cells = (record.reads[column.position] for column in _typed(reading, *TYPED) for record in reading.kept)
        for cell in cells:
            if cell.reason not in {None, Reason.BLANK} and (word := squeeze(cell.text)):
                key = (word.casefold(), cell.reason.value if cell.reason else "")
                written.setdefault(key, word)
                found[key] += 1
    return [{"word": written[key], "reason": key[1], "count": count} for key, count in found.most_common()]


def totals(readings: Sequence[Reading]) -> list[Total]:
    """Plain sums of the amounts that are known, per column; never across currencies, which belong to a column."""
    return [_total(column, _cells(readings, column)) for column in _typed(readings[0], As.MONEY)] if readings else []


def days(readings: Sequence[Reading]) -> list[Days]:
    return [_days(column, _cells(readings, column)) for column in _typed(readings[0], As.DATE)] if readings else []


def _typed(reading: Reading, *kinds: As) -> Iterator[Column]:
    return (
        column
        for column in reading.columns
        if column.style.reads in kinds and column.field and not column.is_derived(reading.table)
    )


def _cells(readings: Sequence[Reading], column: Column) -> list[Read]:
    return [record.reads[column.position] for reading in readings for record in reading.kept]


def _total(column: Column, cells: list[Read]) -> Total:
    amounts = [cell.value for cell in cells if isinstance(cell.value, Amount)]
    total = sum((amount.figure for amount in amounts), Decimal(0))
    known = len(amounts)
    return Total(column.heading, column.field, known, len(cells) - known, total, column.style.currency, column.style.unit.value)


def _days(column: Column, cells: list[Read]) -> Days:
    known = [cell.value for cell in cells if isinstance(cell.value, date)]
    unknown = len(cells) - len(known)
    order = column.style.order.value
    return Days(column.heading, column.field, order, len(known), unknown, min(known, default=None), max(known, default=None))


def _rating_word(cell: Read) -> str:
    if isinstance(cell.value, Colour):
        return str(COLOUR_NAMES[cell.value])
    return RATING_WORDS.get(cell.reason or Reason.OTHER, OTHER_TEXT)


def _refusals(reading: Reading) -> Iterator[Refusal]:
    for record in reading.having(Role.RECORD, Role.UNNAMED):
        for column in reading.columns:
            if column.is_derived(reading.table):
                continue
            cell = record.reads[column.position]
            reason = NO_NAME if record.role is Role.UNNAMED and cell.text else cell.refused
            if reason is not None:
                yield _refusal(reading, record, column, reason)


def _refusal(reading: Reading, record: Record, column: Column, reason: Message) -> Refusal:
    row, letters = reading.table.grid.place(record.position, column.position)
    return Refusal(reading.table.grid.sheet, row, letters, column.heading, squeeze(record.reads[column.position].text), reason)
