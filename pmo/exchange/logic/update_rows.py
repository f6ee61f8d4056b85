"""A workbook that came back, as rows of an update sheet: each cell under its column, however rows and columns were moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmo.exchange.logic.grid import EMPTY, Cell, Grid
from pmo.exchange.logic.update_sheet import COLUMNS, EXPLANATION, FORM, MOST_ROWS, ORIGIN, TABLE_NAMES, Table
from pmo.kernel.errors import Refused
from pmo.kernel.languages import LANGUAGES, Message, msg, render
from pmo.kernel.sorting import name_key

MOST_NOTES = 200
ENOUGH = 3  # headings that make a row the heading row
FOREIGN = msg("This is not an update sheet made here, or its hidden sheet is gone. Download a new one and fill that in.")
OTHER_FORM = msg("This update sheet was made by another version of the application. Download a new one and fill that in.")
NO_TABLE = msg("The tables of this update sheet are gone. Download a new one and fill that in.")
NOT_OURS = msg("not one of the sheets that were sent: not read")


@dataclass(frozen=True, slots=True)
class Passport:
    """What the hidden sheet says: its language, its number, and the secret only we could have written."""

    language: str
    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A row as it came back: its cells by column, each with its address."""

    table: Table
    sheet: str
    row: int
    mark: str
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, EMPTY)

    def at(self, key: str) -> str:
        """Milestones!F7; the row alone for a column that is not there."""
        return f"{self.sheet}!{self.letters.get(key, '')}{self.row}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something in the workbook that is not read, and where."""

    at: str
    text: str
    why: Message


@dataclass(frozen=True, slots=True)
class Brought:
    passport: Passport
    rows: tuple[Returned, ...]
    notes: tuple[Note, ...]


def brought(grids: Sequence[Grid]) -> Brought:
    """Raises Refused for a workbook that is no update sheet of ours."""
    passport, own = _passport(grids)
    rows: list[Returned] = []
    notes: list[Note] = []
    tables = 0
    for grid in grids:
        if grid is own or grid.sheet in _names(EXPLANATION) or not grid.rows:
            continue
        heading = _heading(grid)
        if heading is None:
            notes.append(Note(grid.sheet, "", NOT_OURS))
            continue
        tables += 1
        notes += heading.notes(grid)
        rows += _rows(grid, heading)
    if not tables:
        raise Refused(NO_TABLE)
    if len(rows) > MOST_ROWS:
        raise Refused(msg("This file has more than %(most)s rows, which no update sheet has.", most=MOST_ROWS))
    return Brought(passport, tuple(rows), _few(notes))


def _few(notes: list[Note]) -> tuple[Note, ...]:
    """As many as somebody reads; the others are counted."""
    rest = len(notes) - MOST_NOTES
    return tuple(notes) if rest <= 0 else (*notes[:MOST_NOTES], Note("", "", msg("%(num)s more are not read", num=rest)))


def _passport(grids: Sequence[Grid]) -> tuple[Passport, Grid]:
    own = next((grid for grid in grids if grid.rows and grid.rows[0][0].text == ORIGIN), None)
    if own is None:
        raise Refused(FOREIGN)
    said = [row[0].text for row in own.rows[1:5]]
    if len(said) < 4 or said[0] != FORM:  # noqa: PLR2004 form, language, number, secret
        raise Refused(OTHER_FORM if said and said[0] != FORM else FOREIGN)
    _, language, number, key = said
    if language not in LANGUAGES or not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004
        raise Refused(FOREIGN)
    return Passport(language, int(number), key), own


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row of a table: where it stands, and which position of the grid is which column; -1 where there is none."""

    table: Table
    position: int
    mark: int
    columns: Mapping[str, int]
    others: tuple[int, ...]

    def notes(self, grid: Grid) -> Iterator[Note]:
        for across in self.others:
            for down in range(self.position, len(grid.rows)):
                row, letters = grid.place(down, across)
                if text := grid.rows[down][across].text:
                    yield Note(f"{grid.sheet}!{letters}{row}", text, msg("not one of the columns that were sent: not read"))
        for column in COLUMNS[self.table]:
            if column.is_open and column.key not in self.columns:
                yield Note(grid.sheet, "", msg("The column “%(name)s” is gone: nothing of it changes.", name=column.title))
        for position in range(self.position):
            row, _ = grid.place(position, 0)
            text = " ".join(cell.text for cell in grid.rows[position] if cell.text)
            yield Note(f"{grid.sheet}!{row}", text, msg("above the table: not read"))


def _heading(grid: Grid) -> Heading | None:
    """The first row with enough headings of one table; which table, its hidden column says, else the number of them."""
    for position, row in enumerate(grid.rows):
        texts = [name_key(cell.text) for cell in row]
        found = [(_found(texts, table), table) for table in Table]
        columns, table = max(found, key=lambda pair: (pair[1].heading in texts, len(pair[0])))
        if len(columns) >= ENOUGH or (table.heading in texts and columns):
            mark = texts.index(table.heading) if table.heading in texts else -1
            known = {*columns.values(), mark}
            return Heading(table, position, mark, columns, tuple(at for at in range(grid.width) if at not in known))
    return None


def _found(texts: Sequence[str], table: Table) -> dict[str, int]:
    """Positions by column; of a heading that stands twice, the first."""
    found: dict[str, int] = {}
    for column in COLUMNS[table]:
        names = {name_key(name) for name in _names(column.title)}
        position = next((at for at, text in enumerate(texts) if text in names), -1)
        if position >= 0:
            found[column.key] = position
    return found


def _names(title: Message) -> set[str]:
    return {render(title, lang) for lang in LANGUAGES}


def _rows(grid: Grid, heading: Heading) -> Iterator[Returned]:
    letters = {key: grid.place(heading.position, at)[1] for key, at in heading.columns.items()}
    for position in range(heading.position + 1, len(grid.rows)):
        row = grid.rows[position]
        cells = {key: row[at] for key, at in heading.columns.items()}
        mark = row[heading.mark].text if heading.mark >= 0 else ""
        if mark or any(cell.text for cell in cells.values()):
            number, _ = grid.place(position, 0)
            yield Returned(heading.table, grid.sheet or render(TABLE_NAMES[heading.table], "en"), number, mark, cells, letters)
