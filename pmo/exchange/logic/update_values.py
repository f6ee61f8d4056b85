"""What a cell of an update sheet says: a day, a word of a list in any of our languages, a text; or why it says none of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.update_sheet import NEVER_EMPTY, Column, Reads, Value, words_of
from pmo.kernel.languages import LANGUAGES, Message, msg, render
from pmo.kernel.sorting import name_key
from pmo.kernel.typed import EARLIEST, LATEST, read_date

EPOCH = date(1899, 12, 30)
FIGURES = re.compile(r"(\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2,4}|\d{4}-\d{1,2}-\d{1,2})")
BROKEN = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
NO_DAY = msg("This day does not exist.")
NOT_A_DAY = msg("This is not a date. Enter one such as 31/03/2026.")
OUT_OF_RANGE = msg("This year cannot be meant.")
NOT_ON_THE_LIST = msg("Choose one from the list.")
TOO_LONG = msg("This is too long.")
FORMULA = msg("A formula without a stored value: open the file in Excel and save it, or type the value itself.")
BROKEN_FORMULA = msg("A formula that failed. Type the value itself.")


@dataclass(frozen=True, slots=True)
class Said:
    """The value of a cell; with `refused`, why there is none."""

    value: Value = None
    refused: Message | None = None


def said(column: Column, cell: Cell, kind: str, today: date, before: Value = None) -> Said:
    """`before` is what the cell held when the sheet left: a text that begins like a formula may be one of ours."""
    text = tidy(cell.text)
    if not text:
        return Said(None if column.reads is Reads.DAY else "", NEVER_EMPTY.get(column.key))
    if text in BROKEN:
        return Said(refused=BROKEN_FORMULA)
    if text.startswith("=") and text != tidy(str(before or "")):
        return Said(refused=FORMULA)
    match column.reads:
        case Reads.DAY:
            return _day(cell, text, today, before)
        case Reads.CHOICE:
            return _word(column.key, cell, text, kind)
    return Said(text) if len(text) <= column.most else Said(refused=TOO_LONG)


def tidy(text: str) -> str:
    """The same whatever program saved it: line ends, spaces around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _day(cell: Cell, text: str, today: date, before: Value) -> Said:
    if cell.moment is not None:
        return _within(cell.moment.date() if isinstance(cell.moment, datetime) else cell.moment)
    if cell.number is not None:
        return _counted(cell.number)
    try:
        return Said(read_date(text, today, before if isinstance(before, date) else None))
    except ValueError:
        return Said(refused=NO_DAY if FIGURES.fullmatch(text) else NOT_A_DAY)


def _counted(number: Decimal) -> Said:
    """A day whose format was lost is the number of days Excel counts."""
    try:
        found = EPOCH + timedelta(days=int(number))
    except OverflowError:
        return Said(refused=NOT_A_DAY)
    return Said(found) if EARLIEST <= found.year <= LATEST else Said(refused=NOT_A_DAY)


def _within(day: date) -> Said:
    return Said(day) if EARLIEST <= day.year <= LATEST else Said(refused=OUT_OF_RANGE)


def _word(key: str, cell: Cell, text: str, kind: str) -> Said:
    """By its name in any language, by its code, or by the number a scale begins with."""
    sought = name_key(text)
    for value, name in words_of(key, kind).items():
        if sought == name_key(str(value)) or any(sought == name_key(render(name, lang)) for lang in LANGUAGES):
            return Said(value)
        if cell.number is not None and cell.number == value:
            return Said(value)
    return Said(refused=NOT_ON_THE_LIST)
