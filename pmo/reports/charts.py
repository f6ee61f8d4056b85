"""Timeline and milestone trend on paper: the shapes of the pages, painted by matplotlib."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Circle as RoundPatch
from matplotlib.patches import Patch
from matplotlib.patches import Polygon as PolygonPatch
from matplotlib.patches import Rectangle as RectanglePatch
from matplotlib.textpath import text_to_path

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, render
from pmo.portfolio.logic import Colour
from pmo.reports.inks import AMBER_TEXT, INKS, RED_TEXT, TEXT, TEXT_2, Ink
from pmo.schedule.logic.gantt import Drawing, Frame, layout, span
from pmo.schedule.logic.gantt_axis import HEAD_HEIGHT
from pmo.schedule.logic.gantt_bars import ROW_HEIGHT
from pmo.schedule.logic.gantt_rows import Kind, Page, Row
from pmo.schedule.logic.shapes import Anchor, Circle, Look, Polygon, Polyline, Rect, Shape, Text, say
from pmo.schedule.logic.trend import Trend

mpl.rcParams.update({"hatch.linewidth": 0.6, "svg.fonttype": "path", "svg.hashsalt": "pmo"})

for _file in sorted((Path(__file__).parent / "fonts").glob("*.ttf")):
    fontManager.addfont(_file)

FAMILIES = ["PMO Sans", "DejaVu Sans"]  # ours, and the one matplotlib brings for letters ours does not have
DPI = 200
POINTS = 72  # per inch
PAPER = 6.9 * POINTS  # the text width of the report
CODE, NAME, SLIP, GAP = 44.0, 150.0, 34.0, 6.0  # pt, the columns beside the drawing
ROW, LOWEST_ROW = 23.5, 18.8  # pt of a row: a name and, below it, the next milestone
ROOM = 640.0  # pt of a page for a drawing with its head, between heading and caption
UPPER, MIDDLE, LOWER = 0.46, 0.6, 0.86  # of a row: base lines of its texts
SLIP_INK = {Colour.AMBER: AMBER_TEXT, Colour.RED: RED_TEXT}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure for a document: `png` for everybody, `svg` of the same size for those who can show it."""

    png: bytes
    svg: bytes
    alt: str
    width: float  # inches
    height: float


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of the printed timeline with what stands beside it."""

    row: Row
    note: Message | None = None  # e.g. the next milestone, below the name
    to_baseline: Colour | None = None  # how bad the two slips are
    to_commitment: Colour | None = None


def timeline(rows: Sequence[PrintedRow], frame: Frame, lang: str, first: float = ROOM) -> tuple[Picture, ...]:
    """The timeline of a report, in as many pictures as it takes pages, all on the same time axis.

    Names stand in a column of their own, so that no line crosses them. `first` is what the first page has left, in points.
    """
    days = span(printed.row for printed in rows)
    height = _row_height(len(rows), first)
    drawn: list[Picture] = []
    at = 0
    while at < len(rows):
        until = at + _rows_in(ROOM if drawn else first, height)
        drawn.append(_timeline(rows[at:until], replace(frame, row_height=height), days, lang))
        at = until
    return tuple(drawn)


def _row_height(rows: int, first: float) -> float:
    """The highest rows that take no more pages than the lowest ones do."""
    more = max(0, rows - _rows_in(first, LOWEST_ROW))
    pages = -(-more // _rows_in(ROOM, LOWEST_ROW))
    steps = int((ROW - LOWEST_ROW) * 10)
    heights = (ROW - step / 10 for step in range(steps))
    return next((height for height in heights if _rows_in(first, height) + pages * _rows_in(ROOM, height) >= rows), LOWEST_ROW)


def _rows_in(room: float, height: float) -> int:
    """Below the head, which is drawn to the same scale."""
    return max(1, int(room / height - HEAD_HEIGHT / ROW_HEIGHT))


def trend(chart: Trend, lang: str) -> Picture:
    return drawn(chart.shapes, chart.width, chart.height, chart.label, lang)


def drawn(shapes: Iterable[Shape], width: float, height: float, label: Message, lang: str) -> Picture:
    """A chart of the pages, as wide as the text."""
    scale = PAPER / width
    canvas = Canvas(PAPER, height * scale, lang)
    canvas.paint(shapes, 0, 0, scale)
    return canvas.picture(render(label, lang))


class Canvas:
    """A sheet measured in points from its top left corner."""

    def __init__(self, width: float, height: float, lang: str) -> None:
        self.width, self.height, self.lang = width, height, lang
        self.figure = Figure(figsize=(width / POINTS, height / POINTS), dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)

    def paint(self, shapes: Iterable[Shape], left: float, top: float, scale: float) -> None:
        """Shapes in the order they lie upon each other."""
        for shape in shapes:
            ink = INKS[shape.look]
            order = len(self.axes.get_children())
            if isinstance(shape, Text):
                at = left + shape.x * scale, top + shape.y * scale
                self.write(say(shape.words, self.lang), at, ink, shape.anchor)
            elif isinstance(shape, Polyline):
                self.axes.add_line(_stroke(shape, ink, left, top, scale, order))
            else:
                self.axes.add_patch(_patch(shape, ink, left, top, scale, order))

    def write(self, words: str, at: tuple[float, float], ink: Ink, anchor: Anchor = Anchor.START, room: float = 0) -> None:
        """A text on its baseline, shortened with an ellipsis where it has less room than it needs (0: as much as it likes)."""
        font = _font(ink.size, ink.bold)
        words = _drawable(words)
        self.axes.text(
            *at,
            _fitted(words, font, room) if room else words,
            fontproperties=font,
            color=ink.fill,
            ha={Anchor.START: "left", Anchor.MIDDLE: "center", Anchor.END: "right"}[anchor],
            va="baseline",
            parse_math=False,
            zorder=len(self.axes.get_children()),
        )

    def picture(self, alt: str) -> Picture:
        png, svg = BytesIO(), BytesIO()
        self.figure.savefig(svg, format="svg", facecolor="white", metadata={"Date": None})
        self.figure.savefig(png, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
        return Picture(png.getvalue(), svg.getvalue(), alt, self.width / POINTS, self.height / POINTS)


def _timeline(rows: Sequence[PrintedRow], frame: Frame, days: tuple[date, ...], lang: str) -> Picture:
    """`frame.row_height` is the height of a row on paper, in points."""
    height = frame.row_height
    scale = height / ROW_HEIGHT
    left = CODE + NAME + GAP
    room = PAPER - left - 2 * SLIP - GAP
    page = Page(1, 1, tuple(printed.row for printed in rows))
    drawing = layout(page, (), replace(frame, width=room / scale, row_height=ROW_HEIGHT, shows_links=False), days)
    head = drawing.head_height * scale
    canvas = Canvas(PAPER, head + len(rows) * height + 4, lang)
    _sheet(canvas, drawing, left, scale)
    for number, (printed, drawn) in enumerate(zip(rows, drawing.rows, strict=True)):
        top = head + number * height
        canvas.paint(_unlabelled(drawn.shapes), left, top, scale)
        _names(canvas, printed, top, height)
        _slips(canvas, printed, top, height)
    return canvas.picture("; ".join(render(drawn.label, lang) for drawn in drawing.rows))


def _sheet(canvas: Canvas, drawing: Drawing, left: float, scale: float) -> None:
    """Header, grid and the titles of the columns."""
    head = drawing.head_height * scale
    canvas.paint((shape for shape in drawing.head if shape.look is not Look.HEAD_TEXT_SMALL), left, 0, scale)
    canvas.paint(drawing.background, left, head, scale)
    both = 2 * SLIP + GAP
    for title, right in ((msg("baseline"), PAPER - SLIP - GAP), (msg("told"), PAPER)):
        canvas.write(render(title, canvas.lang), (right, head - 4), INKS[Look.LABEL], Anchor.END, SLIP + GAP)
    canvas.write(render(msg("Slip to"), canvas.lang), (PAPER - both / 2, head - 14), INKS[Look.LABEL], Anchor.MIDDLE, both)
    rule = head - 11.5
    canvas.axes.add_line(Line2D((PAPER - both, PAPER), (rule, rule), color=INKS[Look.HEAD_LINE_STRONG].edge, lw=0.5))


def _unlabelled(shapes: Iterable[Shape]) -> Iterable[Shape]:
    """Names have their column."""
    return (shape for shape in shapes if shape.look not in (Look.LABEL, Look.LABEL_SELECTED))


def _names(canvas: Canvas, printed: PrintedRow, top: float, height: float) -> None:
    row = printed.row
    strong = Ink(TEXT, size=8, bold=True)
    canvas.axes.add_line(Line2D((0, PAPER), (top + height, top + height), color="#e6ebee", lw=0.5, zorder=0))
    if row.kind is Kind.PROGRAMME:
        canvas.write(row.name, (0, top + MIDDLE * height), strong, room=CODE + NAME)
        return
    upper = top + (UPPER if printed.note else MIDDLE) * height
    canvas.write(row.code, (0, upper), Ink(TEXT_2), room=CODE - 4)
    canvas.write(row.name, (CODE, upper), strong, room=NAME)
    if printed.note:
        canvas.write(say(printed.note, canvas.lang), (CODE, top + LOWER * height), Ink(TEXT_2, size=7.4), room=NAME)


def _slips(canvas: Canvas, printed: PrintedRow, top: float, height: float) -> None:
    row = printed.row
    for promise, colour, right in (
        (row.baseline, printed.to_baseline, PAPER - SLIP - GAP),
        (row.commitment, printed.to_commitment, PAPER),
    ):
        if row.finish is not None and promise is not None:
            words = formats.delta((row.finish - promise).days, canvas.lang)
            ink = Ink(SLIP_INK.get(colour, TEXT) if colour else TEXT, size=7.8, bold=colour in SLIP_INK)
            canvas.write(words, (right, top + MIDDLE * height), ink, Anchor.END)


def _stroke(shape: Polyline, ink: Ink, left: float, top: float, scale: float, order: int) -> Line2D:
    across, down = zip(*shape.points, strict=True)
    dash = tuple(length * 0.7 for length in shape.dash) or ink.dash
    return Line2D(
        [left + x * scale for x in across],
        [top + y * scale for y in down],
        color=ink.edge,
        lw=ink.width,
        ls=(0, dash) if dash else "-",
        solid_capstyle="butt",
        zorder=order,
    )


def _patch(shape: Rect | Polygon | Circle, ink: Ink, left: float, top: float, scale: float, order: int) -> Patch:
    match shape:
        case Rect():
            at = left + shape.x * scale, top + shape.y * scale
            patch: Patch = RectanglePatch(at, shape.width * scale, shape.height * scale)
        case Circle():
            patch = RoundPatch((left + shape.x * scale, top + shape.y * scale), shape.radius * scale)
        case Polygon():
            patch = PolygonPatch([(left + x * scale, top + y * scale) for x, y in shape.points], closed=True)
    patch.set(facecolor=ink.fill, edgecolor=ink.edge, linewidth=ink.width, hatch=ink.hatch or None, zorder=order)
    return patch


def _fitted(words: str, font: FontProperties, room: float) -> str:
    width = _width(words, font)
    if width <= room:
        return words
    kept = words[: max(1, int(len(words) * room / width))]
    while len(kept) > 1 and _width(f"{kept}…", font) > room:
        kept = kept[:-1]
    return f"{kept.rstrip(' ,')}…"


def _width(words: str, font: FontProperties) -> float:
    """Points."""
    width, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(width)


def _drawable(words: str) -> str:
    """Letters no font of ours has become a box, as a printer would do, instead of a warning per letter."""
    return "".join(letter if ord(letter) in _letters() else "\N{WHITE SQUARE}" for letter in words)


@cache
def _letters() -> frozenset[int]:
    files = [fontManager.findfont(FontProperties(family=family)) for family in FAMILIES]
    return frozenset().union(*(get_font(file).get_charmap() for file in files))


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FAMILIES, size=size, weight="bold" if bold else "normal")
