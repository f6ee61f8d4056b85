"""A PowerPoint file as it grows: 16:9 slides with a title, texts, tables and charts that PowerPoint can edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt

from pmo.kernel.languages import Message, render
from pmo.portfolio.logic import Colour
from pmo.reports.word.frame import FONT
from pmo.reports.word.tables import FILLS, INKS, status_words
from pmo.reports.word.xml import ACT, INK, INK_2, SOFT, clean

WIDE, HIGH = 33.867, 19.05  # cm, 16:9
LEFT, ROOM = 1.6, 30.667  # cm of the text
TOP, BOTTOM = 3.6, 17.6
TITLE_ONLY = 5  # of the layouts of the library's template
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class Col:
    title: str
    width: float  # cm
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    colour: Colour | None


Cell = str | Status


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, cm."""

    left: float = LEFT
    top: float = TOP
    width: float = ROOM
    height: float = BOTTOM - TOP


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[Decimal | int | None]
    ink: str


class Deck:
    """What is added goes to the newest slide, in the language of the deck."""

    def __init__(self, lang: str, foot: str, title: str, author: str) -> None:
        self.lang, self.foot = lang, foot
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Cm(WIDE), Cm(HIGH)
        core = self.file.core_properties
        core.title, core.author, core.last_modified_by = title[:255], author[:255], author[:255]
        core.language = lang
        self.slide: Any = None

    def say(self, message: Message | str | None) -> str:
        return clean(render(message, self.lang) if isinstance(message, Message) else message or "")

    def add(self, title: str, below: str = "") -> None:
        """A new slide; its title is a real one, for outlines and screen readers."""
        self.slide = self.file.slides.add_slide(self.file.slide_layouts[TITLE_ONLY])
        place = self.slide.shapes.title
        place.left, place.top, place.width, place.height = Cm(LEFT), Cm(0.9), Cm(ROOM), Cm(1.6)
        frame = place.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.margin_left = frame.margin_right = 0
        _write(frame.paragraphs[0], clean(title, 110), 26, INK, bold=True)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        if below:
            self.text([below], Box(top=2.4, height=1.0), 14, INK_2)
        self.text([f"{self.foot}  {len(self.file.slides)}"], Box(top=18.0, height=0.8), 10, INK_2)

    def text(self, lines: Sequence[str], box: Box, size: float = 16, ink: str = INK) -> None:
        frame = self.slide.shapes.add_textbox(Cm(box.left), Cm(box.top), Cm(box.width), Cm(box.height)).text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            _write(paragraph, clean(line), size, ink)

    def table(self, columns: Sequence[Col], rows: Sequence[Sequence[Cell]], box: Box, name: str, size: float = 12) -> None:
        height = Cm(0.8 * (len(rows) + 1))
        place = Cm(box.left), Cm(box.top), Cm(sum(column.width for column in columns)), height
        made = self.slide.shapes.add_table(len(rows) + 1, len(columns), *place)
        _described(made, name, name)
        table = made.table
        table.horz_banding = False
        for number, column in enumerate(columns):
            table.columns[number].width = Cm(column.width)
            _cell(table.cell(0, number), column.title, size, is_right=column.is_right, fill=SOFT, bold=True)
        for line, row in enumerate(rows, start=1):
            for number, (cell, column) in enumerate(zip(row, columns, strict=True)):
                if isinstance(cell, Status):
                    _status(table.cell(line, number), cell.colour, size, self.lang)
                else:
                    _cell(table.cell(line, number), cell, size, is_right=column.is_right)

    def chart(
        self, categories: Sequence[str], series: Sequence[Series], box: Box, name: str, *, is_stacked: bool = False
    ) -> None:
        """Bars from left to right, the first category on top, each series in its ink and with its numbers."""
        data = CategoryChartData(number_format="#,##0")
        data.categories = [clean(category, 40) for category in categories]
        for one in series:
            data.add_series(one.name, [None if value is None else float(value) for value in one.values])
        kind = XL_CHART_TYPE.BAR_STACKED if is_stacked else XL_CHART_TYPE.BAR_CLUSTERED
        place = Cm(box.left), Cm(box.top), Cm(box.width), Cm(box.height)
        made = self.slide.shapes.add_chart(kind, *place, data)
        words = "; ".join(f"{one.name}: {', '.join(str(value) for value in one.values)}" for one in series)
        _described(made, name, f"{name}. {', '.join(categories)}. {words}")
        _drawn(made.chart, series)

    def bytes(self) -> bytes:
        buffer = BytesIO()
        self.file.save(buffer)
        return buffer.getvalue()


def _drawn(chart: Any, series: Sequence[Series]) -> None:
    chart.font.name, chart.font.size = FONT, Pt(12)
    chart.has_title = False
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.category_axis.reverse_order = True
    chart.value_axis.visible, chart.value_axis.has_major_gridlines = False, False
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 60, True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "#,##0;-#,##0;;", False
    plot.data_labels.font.size = Pt(12)
    for drawn, one in zip(plot.series, series, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = RGBColor.from_string(one.ink)


def _write(paragraph: Any, words: str, size: float, ink: str, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = words
    run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(ink)


def _cell(
    cell: Any, words: str, size: float, *, is_right: bool = False, fill: str = "FFFFFF", bold: bool = False, ink: str = INK
) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    cell.margin_top = cell.margin_bottom = Cm(0.08)
    cell.margin_left = cell.margin_right = Cm(0.15)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    _write(paragraph, clean(words), size, ink, bold=bold)


def _status(cell: Any, colour: Colour | None, size: float, lang: str) -> None:
    """Shape and letter, as in the Word report: a grey print still tells them apart."""
    band = colour.band if colour else None
    fill, ink = (FILLS.get(band, "FFFFFF"), INKS.get(band, INK_2)) if band else ("FFFFFF", INK_2)
    _cell(cell, status_words(colour, lang), size, fill=fill, bold=True, ink=ink)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def _described(made: Any, name: str, words: str) -> None:
    """For those who do not see it."""
    properties = made._element.nvGraphicFramePr.cNvPr
    properties.set("name", clean(name, 60))
    properties.set("descr", clean(words, 2000))


BAR = ACT
