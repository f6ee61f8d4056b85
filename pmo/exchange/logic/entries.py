"""Rows of the smaller lists (milestones, RAID items, status updates): about which project, as of which day, saying what."""

from collections import defaultdict
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pmo.exchange.logic.cells import BLANK, Read
from pmo.exchange.logic.no_value import Reason
from pmo.exchange.logic.reading import Reading, Record
from pmo.exchange.logic.words import squeeze

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. A cell left empty says nothing, nor does one that says "none, because ...", unless the mapping says it clears."""

    at: str
    project: str  # code, identifier or name, as written; "" when the list has no such column
    on: date
    cells: Dict[str, Read]
    clears: bool = False
    places: Dict[str, str] = field(default_factory=dict)  # field -> the cell it stands in, such as C12

    def text(self, key: str) -> str:
        value = self.cells.get(key, BLANK).value
        return str(value) if value is not None else ""

    def get(self, key: str, kind: type[T], otherwise: T | None) -> T | None:
        """The value said; `otherwise` where nothing (readable) is said."""
        cell = self.cells.get(key, BLANK)
        if isinstance(cell.value, kind):
            return cell.value
        silent = cell.refused is not None or cell.reason in {None, Reason.BLANK}
        return None if self.clears and not silent else otherwise

    def why_missing(self, key: str) -> str:
        cell = self.cells.get(key, BLANK)
        return cell.reason.value if cell.reason not in {None, Reason.BLANK} else ""


def entries(readings: Sequence[Reading], day: str, otherwise: date) -> list[Entry]:
    """Every record; `day` is the field that dates a row, `otherwise` the day of the list."""
    return [_entry(reading, record, day, otherwise) for reading in readings for record in reading.kept]


def by_day(found: Sequence[Entry]) -> list[tuple[date, list[Entry]]]:
    """The oldest day first: each is brought in as of its own day."""
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in found:
        days[entry.on].append(entry)
    return sorted(days.items())


def _entry(reading: Reading, record: Record, day: str, otherwise: date) -> Entry:
    grid = reading.table.grid
    row, letters = grid.place(record.position, 0)
    here = letters if grid.transposed else str(row)
    stated = reading.value(record, day)
    cells = {column.field: reading.get(record, column.field) for column in reading.columns if column.field}
    return Entry(
        at=f"{grid.sheet}!{here}" if grid.sheet else here,
        project=squeeze(str(reading.value(record, "project") or "")),
        on=stated if isinstance(stated, date) else otherwise,
        cells=cells,
        clears=reading.mapping.clears,
        places={column.field: _cell(reading, record, column.position) for column in reading.columns if column.field},
    )


def _cell(reading: Reading, record: Record, position: int) -> str:
    row, letters = reading.table.grid.place(record.position, position)
    return f"{letters}{row}"
