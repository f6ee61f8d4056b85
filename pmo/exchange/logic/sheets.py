"""From the sheets of a file to one reading: which mapping, which sheets, what is left out."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import NAMES, Kind
from pmo.exchange.logic.grid import Cell, Grid
from pmo.exchange.logic.headings import likeness
from pmo.exchange.logic.layout import LONGEST_LABEL, Table, find_table
from pmo.exchange.logic.mapping import Mapping, Words, guessed
from pmo.exchange.logic.position import Position, position
from pmo.exchange.logic.reading import Reading, read_table
from pmo.exchange.logic.words import BRACKETS, folded, squeeze, stems, without_years
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg

ENOUGH_MARKS = 3
CELLS_SEARCHED = 3_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose cells have been read, and how its text was stored."""

    file_name: str
    grids: tuple[Grid, ...]
    encoding: str = ""
    separator: str = ""
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided before or after seeing the preview."""

    mapping: str = ""
    columns: Dict[str, str] | None = None  # heading -> field, "" for not used
    position_on: date | None = None
    sheet: str = ""
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A file understood as a list: the sheets used, those left out, the day it shows."""

    source: Source
    readings: tuple[Reading, ...]
    left_out: tuple[Grid, ...]
    position: Position


def understand(source: Source, kind: Kind, mappings: Sequence[Mapping], words: Words, choices: Choices) -> Heard:
    """The list in a file. Raises Refused with what is missing and what to do."""
    usable = [grid for grid in source.grids if grid.rows and (grid.sheet == choices.sheet if choices.sheet else not grid.hidden)]
    if not usable:
        raise Refused(msg("No sheet with anything in it%(sheet)s.", sheet=f" ({choices.sheet})" if choices.sheet else ""))
    fitting = [mapping for mapping in mappings if mapping.kind is kind]
    known = knows(words, kind, tuple(fitting))
    tables = [find_table(grid, known) for grid in usable]
    best = max(tables, key=lambda table: (table.hits, len(table.body)))
    mapping = _mapping(best, source.file_name, fitting, kind, choices.mapping)
    columns = choices.columns or {}
    alike = [table for table in tables if table is best or (table.headings == best.headings and table.hits > 0)]
    readings = tuple(read_table(table, mapping, words, columns, choices.order) for table in alike)
    _must_have_names(readings[0], kind)
    used = {reading.table.grid.sheet for reading in readings}
    left_out = tuple(grid for grid in source.grids if grid.sheet not in used and grid.rows)
    return Heard(source, readings, left_out, position(readings[0], source.file_name, _texts_above(best), choices.position_on))


def knows(words: Words, kind: Kind, mappings: tuple[Mapping, ...]) -> Callable[[str], str]:
    """A quick test whether a text is surely a heading, and of which field: for finding the heading row."""
    exact: dict[str, str] = {}
    stemmed: dict[frozenset[str], str] = {}
    for wordings in (words.headings[kind], *(mapping.wordings for mapping in mappings)):
        for field, texts in wordings.items():
            for text in texts:
                exact.setdefault(folded(text), field)
                exact.setdefault(folded(without_years(text)), field)
                stemmed.setdefault(stems(text), field)

    @lru_cache(maxsize=10_000)
    def known(text: str) -> str:
        if not text or len(text) > LONGEST_LABEL:
            return ""
        forms = (folded(text), folded(BRACKETS.sub(" ", text)), folded(without_years(text)))
        return next((exact[form] for form in forms if form in exact), "") or stemmed.get(stems(text), "")

    return known


def _mapping(table: Table, file_name: str, mappings: Sequence[Mapping], kind: Kind, wanted: str) -> Mapping:
    """The one asked for, else the one whose marks are found, else none: then common wordings have to do."""
    if wanted:
        found = next((mapping for mapping in mappings if mapping.name == wanted), None)
        if found is None:
            raise Refused(msg("There is no mapping “%(name)s” for this kind of list.", name=wanted))
        return found
    scored = [(recognised(table, file_name, mapping), mapping) for mapping in mappings]
    score, best = max(scored, key=lambda pair: pair[0], default=(0, guessed(kind)))
    return best if score >= ENOUGH_MARKS else guessed(kind)


def recognised(table: Table, file_name: str, mapping: Mapping) -> int:
    """How many marks of this sender the list carries: headings of its own, and words in the file name or the cells."""
    marks = sum(any(likeness(heading, mark) >= 0.92 for mark in mapping.marks) for heading in table.headings)
    if not mapping.contents:
        return marks
    cells = [cell.text for row in table.grid.rows for cell in row if cell.text][:CELLS_SEARCHED]
    text = folded(" ".join((file_name, *cells)))
    return marks + sum(folded(word) in text for word in mapping.contents)


def _must_have_names(reading: Reading, kind: Kind) -> None:
    if reading.of(NAMES[kind]) or (kind is Kind.PORTFOLIO and (reading.of("external_id") or reading.of("code"))):
        if reading.kept or (reading.mapping.name and not reading.table.body):
            return  # a known list may be empty
        raise Refused(msg("There is no row with a name below the headings in row %(row)s.", row=str(reading.table.heading_row)))
    seen = ", ".join(f"“{heading}”" for heading in reading.table.headings[:12])
    raise Refused(
        msg(
            "No column with names was found%(where)s: row %(row)s was taken as headings and says %(seen)s."
            " Give the headings their usual names, or name the columns in a mapping.",
            where=msg(" in sheet “%(sheet)s”", sheet=reading.table.grid.sheet) if reading.table.grid.sheet else "",
            row=str(reading.table.heading_row),
            seen=seen or "–",
        )
    )


def _texts_above(table: Table) -> list[str]:
    """What stands above the headings: titles and "state on ..." lines."""
    rows: Sequence[Sequence[Cell]] = table.grid.rows[: table.heading_rows[0]]
    return [squeeze(cell.text) for row in rows for cell in row if cell.text]
