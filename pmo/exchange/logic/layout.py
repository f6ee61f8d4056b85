"""Where the table stands on a sheet: its heading row, whether it lies on its side, what stands above and below."""

from collections.abc import Callable
from dataclasses import dataclass

from pmo.exchange.logic.dates import looks_like_a_day
from pmo.exchange.logic.grid import Cell, Grid, letters
from pmo.exchange.logic.words import squeeze
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

ROWS_LOOKED_AT = 40
COLUMNS_LOOKED_AT = 80
LABELS_LOOKED_AT = 6  # columns in which the labels of a turned table may stand
LONGEST_LABEL = 400

Knows = Callable[[str], str]  # the field a heading clearly means, or ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its table found. `grid` is turned if the table lay on its side; positions are those of `grid`."""

    grid: Grid
    heading_rows: tuple[int, ...]
    headings: tuple[str, ...]  # per column of the grid, unique; "Column K" where nothing stands above
    titles: tuple[str, ...]  # the same as they stand there, "" where nothing stands above
    body: tuple[int, ...]  # positions of the rows below the heading
    hits: int  # headings that are known

    @property
    def heading_row(self) -> int:
        """Row number (column number in a turned table) of the headings, as the file counts."""
        return self.grid.row_numbers[self.heading_rows[-1]] if self.heading_rows else 0


def find_table(grid: Grid, knows: Knows) -> Table:
    """The table of a sheet. Raises Refused for a sheet that holds none."""
    if not grid.rows:
        raise Refused(msg("The sheet holds no cell with anything in it."))
    upright, at = _best_row(grid, knows)
    turned = grid.turned()
    sideways, label_column = _best_row(turned, knows, LABELS_LOOKED_AT)
    if sideways >= 3 and sideways > upright:
        return _table(turned, label_column, sideways, knows)
    if upright < 2 and not (upright and _is_full_of_words(grid, at)):
        at = _looks_like_headings(grid, at)
    return _table(grid, at, upright, knows)


def _best_row(grid: Grid, knows: Knows, most: int = ROWS_LOOKED_AT) -> tuple[int, int]:
    """How many different fields the best row names, and its position."""
    counted = []
    for position, row in enumerate(grid.rows[:most]):
        fields = {knows(squeeze(cell.text)) for cell in row[:COLUMNS_LOOKED_AT] if cell.text} - {""}
        filled = sum(1 for cell in row if cell.text)
        counted.append((len(fields), filled if len(fields) == 1 else 0, -position))
    hits, _, position = max(counted)
    return hits, -position


def _is_full_of_words(grid: Grid, position: int) -> bool:
    """At least three of five cells hold something, and all of those are words."""
    filled = [cell for cell in grid.rows[position] if cell.text]
    widest = max(sum(1 for cell in row if cell.text) for row in grid.rows[:ROWS_LOOKED_AT])
    return len(filled) >= max(1, 0.6 * widest) and all(_is_words(cell) for cell in filled)


def _looks_like_headings(grid: Grid, known: int) -> int:
    """With no known word to go by: of the rows full of words, the last one above the most columns of figures or days."""
    candidates = [position for position in range(min(len(grid.rows), ROWS_LOOKED_AT)) if _is_full_of_words(grid, position)]
    if not candidates:
        return known
    scores = {position: _columns_of_figures_below(grid, position) for position in candidates}
    best = max(scores.values())
    return max(position for position, score in scores.items() if score == best) if best else candidates[0]


def _columns_of_figures_below(grid: Grid, position: int) -> int:
    below = grid.rows[position + 1 : position + 1 + ROWS_LOOKED_AT // 2]
    count = 0
    for column, cell in enumerate(grid.rows[position][:COLUMNS_LOOKED_AT]):
        filled = [row[column] for row in below if row[column].text]
        count += bool(cell.text and filled and 2 * sum(not _is_words(one) for one in filled) > len(filled))
    return count


def _is_words(cell: Cell) -> bool:
    """Neither a figure nor a day nor a comment."""
    bare = cell.text.strip()
    if cell.number is not None or cell.moment is not None or bare.startswith("# "):
        return False
    return not (bare.lstrip("-£€$").replace(".", "").replace(",", "").isdigit() or looks_like_a_day(bare))


def _table(grid: Grid, at: int, hits: int, knows: Knows) -> Table:
    rows = _heading_block(grid, at, knows)
    names = [_heading(grid, rows, column) for column in range(grid.width)]
    body = tuple(position for position in range(rows[-1] + 1, len(grid.rows)))
    return Table(grid, rows, _unique(names, grid), tuple(names), body, hits)


def _heading_block(grid: Grid, at: int, knows: Knows) -> tuple[int, ...]:
    """One heading row, or two where groups of columns carry a common heading above or sub-headings below."""
    if at > 0 and _is_group_row(grid, at - 1, at):
        return (at - 1, at)
    return (at, at + 1) if _has_sub_headings(grid, at) else (at,)


def _has_sub_headings(grid: Grid, at: int) -> bool:
    """Right below stand only words, all of them under groups of this row, and something else than words follows."""
    below = at + 1
    if below + 1 >= len(grid.rows) or not all(_is_words(cell) for cell in grid.rows[below] if cell.text):
        return False
    inside = [column for column, cell in enumerate(grid.rows[below]) if cell.text and cell.text != grid.rows[at][column].text]
    spans = _spans_over(grid, at) or _gaps(grid, at)
    under = {column for left, right in spans for column in range(left, right + 1)}
    follows = any(not _is_words(cell) for cell in grid.rows[below + 1] if cell.text)
    return len(inside) > 1 and set(inside) <= under and (follows or bool(_spans_over(grid, at)))


def _gaps(grid: Grid, row: int) -> list[tuple[int, int]]:
    """Groups without merged cells: a heading and the empty cells right of it that have something below."""
    groups: list[tuple[int, int]] = []
    start = -1
    for column, cell in enumerate(grid.rows[row]):
        if cell.text:
            start = column
        elif start >= 0 and row + 1 < len(grid.rows) and grid.rows[row + 1][column].text:
            groups = [one for one in groups if one[0] != start] + [(start, column)]
    return groups


def _is_group_row(grid: Grid, above: int, at: int) -> bool:
    """A row of group headings right above: several words, and either merged over columns or filling gaps of the row below."""
    if grid.row_numbers[at] - grid.row_numbers[above] != 1:
        return False
    words = [column for column, cell in enumerate(grid.rows[above]) if cell.text]
    if len(words) < 2 or not all(_is_words(grid.rows[above][column]) for column in words):
        return False
    fills = any(not grid.rows[at][column].text for column in words)
    named = [squeeze(cell.text).casefold() for cell in grid.rows[at] if cell.text]
    return fills or (bool(_spans_over(grid, above)) and len(set(named)) < len(named))


def _spans_over(grid: Grid, row: int) -> list[tuple[int, int]]:
    """Column ranges merged in this row, except a title merged over the whole sheet."""
    found = [(span.left, span.right) for span in grid.merged if span.top <= row <= span.bottom and span.right > span.left]
    return [pair for pair in found if pair[1] - pair[0] + 1 < grid.width]


def _heading(grid: Grid, rows: tuple[int, ...], column: int) -> str:
    parts: list[str] = []
    for row in rows:
        text = squeeze(grid.rows[row][column].text)
        if not text and row != rows[-1]:
            groups = _spans_over(grid, row) or _gaps(grid, row)
            text = next((squeeze(grid.rows[row][left].text) for left, right in groups if left <= column <= right), "")
        if text and text not in parts:
            parts.append(text)
    return " ".join(parts)


def _unique(names: list[str], grid: Grid) -> tuple[str, ...]:
    """Every column gets a name of its own: "Column K" without heading, "rating (2)" for the second "rating"."""
    seen: dict[str, int] = {}
    unique = []
    for position, name in enumerate(names):
        number = grid.column_numbers[position]
        shown = name or (f"Row {number}" if grid.transposed else f"Column {letters(number)}")
        seen[shown] = seen.get(shown, 0) + 1
        unique.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return tuple(unique)
