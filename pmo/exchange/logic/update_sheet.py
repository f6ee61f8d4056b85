"""An update sheet: which columns its two tables have, what may be typed there, and how a row says which row of ours it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pmo.kernel.languages import Message, msg
from pmo.raid.logic import (
    CONFIDENCE_NAMES,
    OWN,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    SCALE,
    STATUS_NAMES,
    STATUSES,
    RaidType,
)
from pmo.schedule.logic.moves import PICK_LIST

FORM = "1"  # of the workbook; a sheet of another form is not read
ORIGIN = "pmo update sheet"  # first cell of the hidden sheet that says where a workbook comes from
HIDDEN_SHEET = "pmo"
MOST_ROWS = 5_000  # operational: of one sheet
Value = date | str | int | None
Values = Mapping[str, Value]


class Table(StrEnum):
    """The tables of a sheet, by the name they have in the database."""

    MILESTONES = "milestone"
    RAID = "raid_item"

    @property
    def heading(self) -> str:
        """Of the hidden column with the numbers of the rows."""
        return f"pmo {self.value}"


TABLE_NAMES: dict[Table, Message] = {Table.MILESTONES: msg("Milestones"), Table.RAID: msg("RAID")}
EXPLANATION = msg("Explanation")


class Reads(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `is_open` ones are filled in by people, `is_asked` ones say only why another one changes."""

    key: str
    title: Message
    reads: Reads
    width: int
    is_open: bool = False
    is_asked: bool = False
    most: int = 200  # characters


def _shown(key: str, title: Message, reads: Reads, width: int) -> Column:
    return Column(key, title, reads, width)


def _open(key: str, title: Message, reads: Reads, width: int, *, is_asked: bool = False, most: int = 200) -> Column:
    return Column(key, title, reads, width, is_open=True, is_asked=is_asked, most=most)


COLUMNS: dict[Table, tuple[Column, ...]] = {
    Table.MILESTONES: (
        _shown("project", msg("Project"), Reads.TEXT, 12),
        _shown("code", msg("Code"), Reads.TEXT, 8),
        _shown("name", msg("Milestone"), Reads.TEXT, 44),
        _shown("baseline", msg("Baseline"), Reads.DAY, 13),
        _shown("commitment", msg("Commitment"), Reads.DAY, 13),
        _open("forecast", msg("Forecast"), Reads.DAY, 13),
        _open("reason", msg("Reason"), Reads.CHOICE, 26, is_asked=True),
        _open("words", msg("Words"), Reads.TEXT, 36, is_asked=True),
        _open("actual", msg("Reached on"), Reads.DAY, 13),
    ),
    Table.RAID: (
        _shown("project", msg("Project"), Reads.TEXT, 12),
        _shown("code", msg("Code"), Reads.TEXT, 8),
        _shown("title", msg("Title"), Reads.TEXT, 44),
        _open("probability", msg("Likelihood"), Reads.CHOICE, 15),
        _open("impact", msg("Impact"), Reads.CHOICE, 15),
        _open("response", msg("Response"), Reads.CHOICE, 14),
        _open("due", msg("Due"), Reads.DAY, 13),
        _open("status", msg("State"), Reads.CHOICE, 24),
        _open("response_text", msg("Response in words"), Reads.TEXT, 44, most=20_000),
        _open("closing_reason", msg("How it ended"), Reads.TEXT, 36),
        _open("trigger", msg("Trigger"), Reads.TEXT, 36),
        _open("proximity", msg("Proximity"), Reads.CHOICE, 18),
        _open("confidence", msg("Confidence"), Reads.CHOICE, 14),
    ),
}
OF_SOME = frozenset({"trigger", "proximity", "confidence"})  # columns that only some types of items have
NEVER_EMPTY: dict[str, Message] = {
    "forecast": msg("Enter the new date."),
    "status": msg("Choose one from the list."),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Which row of ours a row of the sheet is, and as of which version it left."""

    table: Table
    id: int
    version: int

    def __str__(self) -> str:
        return f"{self.table.value}:{self.id}:{self.version}"


MARKED = re.compile(r"(milestone|raid_item):(\d{1,9}):(\d{1,9})")


def read_mark(text: str) -> Mark | None:
    found = MARKED.fullmatch(text.strip())
    return Mark(Table(found[1]), int(found[2]), int(found[3])) if found else None


@dataclass(frozen=True, slots=True)
class Line:
    """A row to write: its mark, its type within the register ("" of a milestone), what stands in its columns."""

    mark: Mark
    kind: str
    values: Values


def belongs(key: str, kind: str) -> bool:
    """Whether a row of this type has this column: some are only of risks, one only of assumptions."""
    return key not in OF_SOME or (bool(kind) and key in OWN[RaidType(kind)])


def words_of(key: str, kind: str) -> Mapping[Value, Message]:
    """The values of a choice in words, in their order; the states of an item depend on its type."""
    if key == "status":
        return {status.value: STATUS_NAMES[status] for status in STATUSES[RaidType(kind)]}
    return CHOICES.get(key, {})


def _named(names: Mapping[Any, Message]) -> Mapping[Value, Message]:
    """What may be chosen: nothing at all is an empty cell."""
    return {choice.value: name for choice, name in names.items() if choice}


CHOICES: dict[str, Mapping[Value, Message]] = {
    "reason": _named(PICK_LIST),
    "probability": {number: name for number, name in SCALE.items()},
    "impact": {number: name for number, name in SCALE.items()},
    "response": _named(RESPONSE_NAMES),
    "proximity": _named(PROXIMITY_NAMES),
    "confidence": _named(CONFIDENCE_NAMES),
}
