"""Tables of the report: headings repeated on every page, rows that do not break, status told apart in grey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pmo.kernel.colours import glyph
from pmo.kernel.formats import NBSP, delta
from pmo.portfolio.logic import Colour
from pmo.reports.word.paging import POINTS_A_CM, Block, height_of
from pmo.reports.word.paper import Paper
from pmo.reports.word.xml import (
    AMBER_INK,
    INK,
    INK_2,
    LINE,
    RED_INK,
    SOFT,
    TWIPS_A_CM,
    Align,
    Look,
    Piece,
    Pieces,
    as_pieces,
    element,
    paragraph,
)

HEAD_SIZE = 8.5
MARGIN, TIGHT_MARGIN, PADDING = 40, 16, 70  # twips above and below, left and right in a cell
SHAPES = {Colour.RED: "■", Colour.AMBER: "▲", Colour.GREEN: "●"}  # in every office font; the pages use an octagon for red
FILLS = {Colour.RED: "9E1B15", Colour.AMBER: "FBDD9A"}  # dark, light and (green) white: apart on a grey printer
INKS = {Colour.RED: "FFFFFF", Colour.AMBER: "2B1B00", Colour.GREEN: "14683F"}
TONES = {Colour.RED: RED_INK, Colour.AMBER: AMBER_INK}


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: float  # cm
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Status:
    """A colour as shape and letter; None is what nobody reported."""

    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Slip:
    """Calendar days with how bad they are."""

    days: int | None
    tone: Colour | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A row that names what follows it."""

    title: str


Line = dict[str, str | int]
Cell = str | Status | Slip | Sequence[Piece]
Row = Sequence[Cell] | Group


def table(
    paper: Paper, columns: Sequence[Column], rows: Sequence[Row], title: str, *, together: bool = False, leads: bool = False
) -> None:
    """`title` names the table for those who hear it; `together` keeps a short one on one page, `leads` with what follows it."""
    head, margin = _heading(columns, paper.lang), TIGHT_MARGIN if paper.is_tight else MARGIN
    look = Look(size=HEAD_SIZE, bold=True)
    head_height = max(_height(column.title, look, column.width, margin) for column in columns)
    made = element("w:tbl", _properties(title, margin=margin), _grid(columns), head)
    blocks = [Block(head_height, keeps=True)]
    for number, row in enumerate(rows, start=1):
        base = Look(size=8.5 if paper.is_tight else 9, keep=together and (leads or number < len(rows)))
        made.append(_group(row, columns, paper.lang, base) if isinstance(row, Group) else _row(row, columns, paper.lang, base))
        blocks.append(_block(row, columns, paper.lang, base, (head_height, margin)))
    paper.add(made, *blocks)
    paper.gap(7, keep=leads)


def status_strip(paper: Paper, columns: Sequence[Column], colours: Sequence[Colour | None], title: str) -> None:
    """The dimensions of one project side by side: names above, colours below."""
    look = Look(size=HEAD_SIZE, ink=INK_2, align=Align.CENTRE, keep=True)
    names = [box(column.width, paragraph(column.title, look, paper.lang)) for column in columns]
    pairs = zip(columns, colours, strict=True)
    marks = [_status(Status(colour), column.width, paper.lang, look) for column, colour in pairs]
    made = element("w:tbl", _properties(title, margin=TIGHT_MARGIN), _grid(columns), _tr(names, head=True), _tr(marks))
    paper.add(made, Block(12, keeps=True), Block(13, keeps=True))
    paper.add(paragraph("", Look(size=3, keep=True), paper.lang), Block(3.7, keeps=True))


def signed(days: int | None, lang: str) -> str:
    return delta(days, lang) if days is not None else "–"


def status_words(colour: Colour | None, lang: str) -> str:
    """▲ A: the shape of the colour and its letter in the language."""
    mark = glyph(colour.value if colour else None, lang)
    return mark.letter if colour is None else f"{SHAPES[colour.band]}{NBSP}{mark.letter}"


def plain_table(widths: Sequence[float], cells: Sequence[Any], title: str, *, padding: int = 0) -> Any:
    """One row of cells without lines of its own: the band and the key figures."""
    grid = element("w:tblGrid", *(element("w:gridCol", w=_twips(width)) for width in widths))
    return element("w:tbl", _properties(title, padding=padding), grid, _tr(cells))


def _properties(title: str, *, padding: int = PADDING, margin: int = MARGIN) -> Any:
    sides = (("top", margin), ("left", padding), ("bottom", margin), ("right", padding))
    margins = [element(f"w:{side}", w=room, type="dxa") for side, room in sides]
    return element(
        "w:tblPr",
        element("w:tblW", w=0, type="auto"),
        element("w:tblInd", w=0, type="dxa"),
        element("w:tblLayout", type="fixed"),
        element("w:tblCellMar", *margins),
        element("w:tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        element("w:tblCaption", val=title),
    )


def _grid(columns: Sequence[Column]) -> Any:
    return element("w:tblGrid", *(element("w:gridCol", w=_twips(column.width)) for column in columns))


def _heading(columns: Sequence[Column], lang: str) -> Any:
    cells = []
    for column in columns:
        look = Look(size=HEAD_SIZE, bold=True, ink=INK_2, align=column.align, keep=True)
        cells.append(box(column.width, paragraph(column.title, look, lang), lines={"bottom": line(8, INK)}))
    return _tr(cells, head=True)


def _row(row: Sequence[Cell], columns: Sequence[Column], lang: str, base: Look) -> Any:
    cells = []
    for cell, column in zip(row, columns, strict=True):
        if isinstance(cell, Status):
            cells.append(_status(cell, column.width, lang, base))
        else:
            look = replace(base, align=column.align)
            cells.append(box(column.width, paragraph(_pieces(cell, look, lang), look, lang), lines={"bottom": line(4, LINE)}))
    return _tr(cells)


def _group(group: Group, columns: Sequence[Column], lang: str, base: Look) -> Any:
    words = paragraph(group.title, replace(base, bold=True, keep=True), lang)
    width = sum(column.width for column in columns)
    return _tr([box(width, words, span=len(columns), fill=SOFT, lines={"bottom": line(4, LINE)})])


def _status(cell: Status, width: float, lang: str, base: Look) -> Any:
    """Red is dark, amber light within a frame, green white: a grey print still tells them apart."""
    band = cell.colour.band if cell.colour else None
    ink = INKS.get(band, INK_2) if band else INK_2
    look = replace(base, bold=True, ink=ink, align=Align.CENTRE)
    words = paragraph(status_words(cell.colour, lang), look, lang)
    if band not in FILLS:
        return box(width, words, lines={"bottom": line(4, LINE)})
    return box(width, words, fill=FILLS[band], lines=dict.fromkeys(("top", "left", "bottom", "right"), line(8, ink)))


def _pieces(cell: Cell, look: Look, lang: str) -> Pieces:
    if isinstance(cell, Slip):
        tone = cell.tone.band if cell.tone else None
        return [Piece(signed(cell.days, lang), bold=tone in TONES, ink=TONES.get(tone, INK) if tone else INK)]
    if isinstance(cell, Status):
        return status_words(cell.colour, lang)
    return as_pieces(cell, look)


def _tr(cells: Sequence[Any], *, head: bool = False) -> Any:
    return element("w:tr", element("w:trPr", element("w:cantSplit"), element("w:tblHeader") if head else None), *cells)


def box(
    width: float, *words: Any, span: int = 1, fill: str = "", lines: Mapping[str, Line] | None = None, align: str = "center"
) -> Any:
    """A cell with its paragraphs and, by side, its lines."""
    sides = [element(f"w:{side}", **lines[side]) for side in ("top", "left", "bottom", "right") if lines and side in lines]
    properties = element(
        "w:tcPr",
        element("w:tcW", w=_twips(width), type="dxa"),
        element("w:gridSpan", val=span) if span > 1 else None,
        element("w:tcBorders", *sides) if sides else None,
        element("w:shd", val="clear", color="auto", fill=fill) if fill else None,
        element("w:vAlign", val=align),
    )
    return element("w:tc", properties, *words)


def line(eighths: int, ink: str) -> Line:
    """A line of so many eighths of a point."""
    return {"val": "single", "sz": eighths, "space": 0, "color": ink}


def _twips(cm: float) -> int:
    return round(cm * TWIPS_A_CM)


def _block(row: Row, columns: Sequence[Column], lang: str, look: Look, sizes: tuple[float, int]) -> Block:
    """`sizes` are the height of the heading row and the margin of a cell."""
    head_height, margin = sizes
    if isinstance(row, Group):
        return Block(_height(row.title, replace(look, bold=True), 17, margin), keeps=True, repeated=head_height)
    heights = [_height(_pieces(cell, look, lang), look, column.width, margin) for cell, column in zip(row, columns, strict=True)]
    return Block(max(heights), keeps=look.keep, repeated=head_height)


def _height(pieces: Pieces, look: Look, width: float, margin: int) -> float:
    return height_of(pieces, look, width * POINTS_A_CM - 2 * PADDING / 20) + 2 * margin / 20 + 0.5
