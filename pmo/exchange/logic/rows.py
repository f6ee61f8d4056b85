"""Which rows below the headings are records, and what the others are: totals, repetitions, footnotes."""

import re
from collections.abc import Sequence
from enum import StrEnum

from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.layout import Table
from pmo.exchange.logic.words import folded, squeeze


class Role(StrEnum):
    RECORD = "record"
    SUBTOTAL = "subtotal"
    DUPLICATE = "duplicate"  # every cell as in an earlier row
    UNNAMED = "unnamed"  # something stands in it, but neither a name nor an identifier
    REPEATED = "repeated heading"
    NOTE = "note"  # a footnote or a heading between rows


TOTAL = re.compile(
    r"^(?:grand |sub ?|sous |eind|algemeen |generaal )?(?:total|totals|totaal|totaux|subtotaal|somme|sum|gesamt)\b(?: general)?"
)
NOTE = re.compile(
    r"^(?:[*†‡§#]|\(?\d{1,2}\)|\[\d|--|(?:notes?|footnotes?|source|remark|remarque|bron|opmerking|nb|end of|einde|fin du)\b)",
    re.I,
)
LONG_NOTE = 60


def roles(table: Table, name: int | None, identifier: int | None, kinds: Sequence[bool]) -> dict[int, Role]:
    """The role of each body row. `name` and `identifier` are columns; `kinds` says which columns hold figures."""
    found: dict[int, Role] = {}
    seen: set[tuple[str, ...]] = set()
    last = _last_full_row(table)
    headings = [folded(heading) for heading in table.headings]
    is_below = False
    for position in table.body:
        row = table.grid.rows[position]
        role = _role(row, name, identifier, kinds, headings)
        is_below = is_below or (role is Role.REPEATED and _begins_another(table, position, headings))
        if is_below:
            found[position] = Role.NOTE
            continue
        if role in {Role.RECORD, Role.UNNAMED} and _is_note(table, position, position > last):
            role = Role.NOTE
        if role is Role.RECORD:
            texts = tuple(squeeze(cell.text) for cell in row)
            role = Role.DUPLICATE if texts in seen else role
            seen.add(texts)
        found[position] = role
    return found


def _role(row: Sequence[Cell], name: int | None, identifier: int | None, kinds: Sequence[bool], headings: Sequence[str]) -> Role:
    filled = [column for column, cell in enumerate(row) if cell.text]
    named = name is not None and bool(squeeze(row[name].text))
    code = row[identifier].text if identifier is not None else ""
    identified = bool(code.strip()) and not TOTAL.match(folded(code))
    if _is_heading(row, name, filled, headings):
        return Role.REPEATED
    if not named and not identified:
        return Role.SUBTOTAL if TOTAL.match(folded(row[filled[0]].text)) else Role.UNNAMED
    totals = name is not None and TOTAL.match(folded(row[name].text)) and len(filled) > 1
    only_figures = all(column == name or kinds[column] for column in filled)
    return Role.SUBTOTAL if totals and only_figures and not identified else Role.RECORD


def _is_heading(row: Sequence[Cell], name: int | None, filled: Sequence[int], headings: Sequence[str]) -> bool:
    """Every cell says a heading; or name and another cell say their own, as below a heading merged over several rows."""
    if len(filled) > 1 and all(folded(row[column].text) in headings for column in filled):
        return True
    own = [column for column in filled if folded(row[column].text) == headings[column]]
    return name in own and len(own) > 1


def _begins_another(table: Table, position: int, headings: Sequence[str]) -> bool:
    """Headings of the list in other columns than their own, after an empty row: a legend of the scales, say."""
    numbers, row = table.grid.row_numbers, table.grid.rows[position]
    apart = position > 0 and numbers[position] - numbers[position - 1] > 1
    return apart and not any(cell.text and folded(cell.text) == headings[column] for column, cell in enumerate(row))


def _last_full_row(table: Table) -> int:
    """The last row with more than one cell: below it only notes can stand."""
    full = [position for position in table.body if sum(1 for cell in table.grid.rows[position] if cell.text) > 1]
    return full[-1] if full else len(table.grid.rows)


def _is_note(table: Table, position: int, below: bool) -> bool:
    """A lone cell in a table of several columns that is marked or long, or stands apart below the last full row."""
    filled = [cell.text for cell in table.grid.rows[position] if cell.text]
    if len(filled) != 1 or table.grid.width < 3:
        return False
    numbers = table.grid.row_numbers
    apart = position > 0 and numbers[position] - numbers[position - 1] > 1
    marked = bool(NOTE.match(filled[0].strip())) or len(filled[0]) > LONG_NOTE
    return marked or (below and apart)
