"""The paper the sample template is set on: styles a house can change in Word, tables with a heading row, figures in a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from pmo.kernel.languages import Message, render
from pmo.reports.word.xml import ACT, COMMITTEE, INK, INK_2, LINE, SOFT, TWIPS_A_CM, clean, element

WIDTH = 17.0  # cm of the text
FONT = "Calibri"
FULL = ("start", "end")


@dataclass(frozen=True, slots=True)
class Column:
    """Title, width in cm, and what stands in its cell; figures are set to the right."""

    title: Message
    width: float
    field: str
    is_figure: bool = False


class Sheet:
    """Writes paragraphs and tables, in the language of who asked for the sample."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
        _styles(self.document)

    def say(self, message: Message) -> str:
        return clean(render(message, self.lang))

    def bytes(self) -> bytes:
        made = BytesIO()
        self.document.save(made)
        return made.getvalue()

    def write(self, text: str, style: str = "Normal") -> Any:
        return self.document.add_paragraph(text, style=style)

    def heading(self, title: Message, level: int = 1) -> None:
        self.document.add_heading(self.say(title), level)

    def rows(self, loop: str, columns: Sequence[Column]) -> None:
        """A table whose middle row is repeated for every row of the list."""
        table = self.document.add_table(4, len(columns))
        table.style, table.autofit = self.document.styles["PMO table"], False
        _widths(table, [column.width for column in columns])
        for number, column in enumerate(columns):
            self._cell(table.rows[0].cells[number], self.say(column.title), column, "PMO heading")
            self._cell(table.rows[2].cells[number], column.field, column, "PMO cell")
        self._cell(table.rows[1].cells[0], f"{{%tr for {loop} %}}", columns[0], "PMO cell")
        self._cell(table.rows[3].cells[0], "{%tr endfor %}", columns[0], "PMO cell")
        _repeat(table.rows[0])
        for row in table.rows:
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        self.write("", "PMO gap")

    def figures(self, shown: Sequence[tuple[Message, str, str]]) -> None:
        """Side by side: what it is, the figure, what it is measured against."""
        table = self.document.add_table(1, len(shown))
        table.autofit = False
        _widths(table, [WIDTH / len(shown)] * len(shown))
        for cell, (title, figure, against) in zip(table.rows[0].cells, shown, strict=True):
            _shade(cell, SOFT)
            cell.paragraphs[0].text, cell.paragraphs[0].style = self.say(title), self.document.styles["PMO small"]
            for text, style in ((figure, "PMO figure"), (against, "PMO small")):
                cell.add_paragraph(text, style=self.document.styles[style])
        self.write("", "PMO gap")

    def facts(self, shown: Sequence[tuple[Message, str]]) -> None:
        """Names and values in two columns of two."""
        table = self.document.add_table(-(-len(shown) // 2), 4)
        table.autofit = False
        _widths(table, [2.8, 5.7, 2.8, 5.7])
        for number, (title, field) in enumerate(shown):
            row, at = table.rows[number // 2], 2 * (number % 2)
            for cell, text, style in ((row.cells[at], self.say(title), "PMO small"), (row.cells[at + 1], field, "PMO cell")):
                cell.paragraphs[0].text, cell.paragraphs[0].style = text, self.document.styles[style]
        self.write("", "PMO gap")

    def heads(self, left: str, right: str, foot: str, pages: str) -> None:
        """Above and below every page; the page numbers are Word's own."""
        section = self.document.sections[0]
        for paragraph, text in ((section.header.paragraphs[0], f"{left}\t{right}"), (section.footer.paragraphs[0], f"{foot}\t")):
            paragraph.style = self.document.styles["PMO small"]
            paragraph.text = text
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        before, between, after = pages.split("|")
        paragraph = section.footer.paragraphs[0]
        for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            paragraph.add_run(words)
            if field:
                number = element("w:fldSimple", element("w:r", element("w:t")), instr=field)
                paragraph._p.append(number)

    def _cell(self, cell: Any, text: str, column: Column, style: str) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.text, paragraph.style = text, self.document.styles[style]
        if column.is_figure:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _styles(document: Any) -> None:
    """Named, so that a house makes them its own in one place."""
    styles = document.styles
    for name, size, ink, before, after in (
        ("Title", 25, INK, 2, 2), ("Subtitle", 11, INK_2, 0, 10), ("Heading 1", 15, ACT, 16, 5), ("Heading 2", 12, INK, 10, 3),
        ("Normal", 10.5, INK, 0, 4), ("List Bullet", 10.5, INK, 0, 3),
    ):  # fmt: skip
        _set(styles[name], size, ink, before, after)
    for name, size, ink, before, after in (
        ("PMO kicker", 10, ACT, 0, 0), ("PMO committee", 12, COMMITTEE, 0, 6), ("PMO finding", 17, INK, 8, 2),
        ("PMO small", 8.5, INK_2, 1, 1), ("PMO figure", 19, INK, 0, 0), ("PMO heading", 8.5, INK_2, 2, 2),
        ("PMO cell", 9.5, INK, 2, 2), ("PMO gap", 4, INK, 0, 2), ("PMO mark", 9, INK_2, 0, 0),
    ):  # fmt: skip
        _set(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), size, ink, before, after)
    for name in ("PMO kicker", "PMO committee", "PMO finding", "PMO figure", "PMO heading"):
        styles[name].font.bold = True
    styles["Subtitle"].font.italic = False
    for spacing in styles["Subtitle"].element.findall(f".//{qn('w:rPr')}/{qn('w:spacing')}"):
        spacing.getparent().remove(spacing)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    table = styles.add_style("PMO table", WD_STYLE_TYPE.TABLE)
    lines = [element(f"w:{side}", val="single", sz=4, space=0, color=LINE) for side in ("top", "bottom", "insideH")]
    table.element.append(element("w:tblPr", element("w:tblBorders", *lines), _margins()))


def _margins() -> Any:
    sides = (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))
    return element("w:tblCellMar", *(element(f"w:{side}", w=width, type="dxa") for side, width in sides))


def _set(style: Any, size: float, ink: str, before: float, after: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor.from_string(ink)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    fonts.set(qn("w:hAnsi"), FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _widths(table: Any, widths: Sequence[float]) -> None:
    """In the grid and in every cell: Word reads the one, LibreOffice the other."""
    for number, width in enumerate(widths):
        table.columns[number].width = Cm(width)
        for row in table.rows:
            row.cells[number].width = Cm(width)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def _shade(cell: Any, fill: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(element("w:shd", val="clear", color="auto", fill=fill))
    properties.append(element("w:tcMar", *(element(f"w:{side}", w=round(0.25 * TWIPS_A_CM), type="dxa") for side in FULL)))
