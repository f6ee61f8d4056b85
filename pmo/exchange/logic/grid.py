"""A sheet as it was sent: its non-empty rows and columns, each still knowing where it stood."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

MOST_CELLS = 400_000  # non-empty, of one file: ten times the largest list we know of
MOST_PLACES = 4_000_000  # rows times columns, empty ones included


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it shows, and its type where the file has types (workbooks have, text files have not)."""

    text: str
    number: Decimal | None = None
    moment: date | datetime | None = None
    format: str = ""  # number format, e.g. "[$£-809]#,##0.00"


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range, in positions of the grid (first and last row, first and last column)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    sheet: str  # "" in a text file
    rows: tuple[tuple[Cell, ...], ...]  # rectangular
    row_numbers: tuple[int, ...]  # 1, 2, ... as a spreadsheet shows them
    column_numbers: tuple[int, ...]
    merged: tuple[Span, ...] = ()
    transposed: bool = False
    hidden: bool = False

    @property
    def width(self) -> int:
        return len(self.column_numbers)

    def turned(self) -> "Grid":
        """Rows become columns; addresses still name the cell as it stands in the file."""
        turned = tuple(Span(span.left, span.top, span.right, span.bottom) for span in self.merged)
        return Grid(
            self.sheet,
            tuple(zip(*self.rows, strict=True)),
            self.column_numbers,
            self.row_numbers,
            turned,
            not self.transposed,
            self.hidden,
        )

    def place(self, row: int, column: int) -> tuple[int, str]:
        """Row number and column letters in the file of a position in this grid."""
        down, across = self.row_numbers[row], self.column_numbers[column]
        return (across, letters(down)) if self.transposed else (down, letters(across))


def letters(number: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def compact(sheet: str, cells: Iterable[tuple[int, int, Cell]], merged: Sequence[Span] = (), hidden: bool = False) -> Grid:
    """A grid of the non-empty cells (row number, column number, cell); merged ranges are given in file numbers."""
    kept = [(row, column, cell) for row, column, cell in cells if cell.text.strip()]
    rows = sorted({row for row, _, _ in kept})
    columns = sorted({column for _, column, _ in kept})
    if len(kept) > MOST_CELLS or len(rows) * len(columns) > MOST_PLACES:
        raise too_many(sheet)
    at_row = {number: position for position, number in enumerate(rows)}
    at_column = {number: position for position, number in enumerate(columns)}
    matrix = [[EMPTY] * len(columns) for _ in rows]
    for row, column, cell in kept:
        matrix[at_row[row]][at_column[column]] = cell
    _fill_down(matrix, merged, at_row, at_column)
    spans = [_inside(span, rows, columns) for span in merged]
    return Grid(
        sheet,
        tuple(map(tuple, matrix)),
        tuple(rows),
        tuple(columns),
        tuple(span for span in spans if span is not None),
        hidden=hidden,
    )


def _fill_down(matrix: list[list[Cell]], merged: Sequence[Span], at_row: dict[int, int], at_column: dict[int, int]) -> None:
    """A text merged over several rows of one column holds for each of them (a department beside its projects)."""
    numbers = list(at_row)
    for span in merged:
        if span.left != span.right or span.top not in at_row or span.left not in at_column:
            continue
        column = at_column[span.left]
        first = matrix[at_row[span.top]][column]
        if first.number is None and first.moment is None:
            for number in numbers[bisect_left(numbers, span.top) + 1 : bisect_right(numbers, span.bottom)]:
                matrix[at_row[number]][column] = first


def _inside(span: Span, rows: list[int], columns: list[int]) -> Span | None:
    """The same range in positions of the kept rows and columns; None where nothing of it was kept."""
    top, bottom = bisect_left(rows, span.top), bisect_right(rows, span.bottom) - 1
    left, right = bisect_left(columns, span.left), bisect_right(columns, span.right) - 1
    return Span(top, left, bottom, right) if top <= bottom and left <= right else None


def too_many(sheet: str) -> Refused:
    return Refused(
        msg(
            "The file holds more than %(most)s cells%(where)s. Keep only the list itself, or split it, and try again.",
            most=MOST_CELLS,
            where=msg(" in sheet “%(sheet)s”", sheet=sheet) if sheet else "",
        )
    )
