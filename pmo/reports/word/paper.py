"""A Word document as it grows: paragraphs, headings and pictures, each noted for the table of contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pmo.kernel import formats
from pmo.kernel.languages import Message, render
from pmo.reports.charts import Picture
from pmo.reports.word.paging import PAGE_HEIGHT, POINTS_A_CM, Block, count, fill, height_of
from pmo.reports.word.xml import INK, INK_2, Look, Piece, Pieces, clean, element, paragraph, run

WIDTH = 17.2  # cm between the margins
MOSTLY = 0.55
FRAME = 13.0  # points a picture takes above and below
BODY = Look(size=10, after=3, spacing=1.05)
HEADINGS = {
    1: Look(style="Heading1", size=18, bold=True, before=6, after=2),
    2: Look(style="Heading2", size=12.5, bold=True, before=10, after=3),
}
SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"  # the extension that holds the drawing beside its picture
SVG_SPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    title: str
    mark: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a document to come back to."""

    last: Any
    blocks: int
    entries: int


class Paper:
    """What is written goes to the end, in the language of the document."""

    def __init__(self, lang: str, *, is_tight: bool = False) -> None:
        self.lang = lang
        self.is_tight = is_tight  # many projects: smaller tables, shorter sheets
        self.document = Document()
        _drop_the_thumbnail(self.document)
        self.end = self.document.element.body.sectPr
        self.blocks: list[Block] = []
        self.entries: list[Entry] = []
        self._marks = 0
        self._figures = 0

    def say(self, message: Message | str | None) -> str:
        return render(message, self.lang) if isinstance(message, Message) else message or ""

    def day(self, value: Any, *, year: bool = False) -> str:
        """In a report dates of this year need no year; the caller knows."""
        return formats.day(value, self.lang, year)

    def add(self, made: Any, *blocks: Block) -> Any:
        self.end.addprevious(made)
        self.blocks.extend(blocks)
        return made

    def write(self, pieces: Pieces, look: Look = BODY, *, room: float = WIDTH) -> None:
        height = height_of(pieces, look, room * POINTS_A_CM)
        self.add(paragraph(pieces, look, self.lang), Block(height, look.keep, look.new_page))

    def heading(self, words: Pieces, level: int = 1, *, new_page: bool = False) -> None:
        """A real heading, with a bookmark; those of the first level stand in the contents."""
        self._marks += 1
        look, mark = HEADINGS[level], f"_Toc{self._marks:06}"
        pieces = [Piece(words)] if isinstance(words, str) else words
        runs = [_styled(piece, self.lang) for piece in pieces]
        made = element(
            "w:p",
            element("w:pPr", element("w:pStyle", val=look.style), element("w:pageBreakBefore") if new_page else None),
            element("w:bookmarkStart", id=self._marks, name=mark),
            *runs,
            element("w:bookmarkEnd", id=self._marks),
        )
        title = clean("".join(piece.words for piece in pieces))
        if level == 1:
            self.entries.append(Entry(title, mark))
        height = height_of(title, look, WIDTH * POINTS_A_CM)
        self.add(made, Block(height, keeps=True, new_page=new_page, mark=mark))

    def bullet(self, pieces: Sequence[Piece]) -> None:
        look = Look(style="ListBullet", size=10.5, after=2, spacing=1.05)
        self.write(pieces, look, room=WIDTH - 0.9)

    def note(self, words: str, *, after: float = 8) -> None:
        """Small print below a table or a figure."""
        self.write(words, Look(size=8.5, ink=INK_2, after=after))

    def gap(self, points: float, *, keep: bool = False) -> None:
        """Room between two tables, which would grow together without a paragraph between them."""
        self.write("", Look(size=max(1, points / 1.22), keep=keep))

    def picture(self, picture: Picture, title: str, *, keep: bool = True) -> None:
        """As wide as the text, with words for those who do not see it; the drawing itself for programs that can show it.

        It stays with what follows, its caption, unless it goes on there.
        """
        self._figures += 1
        self.document.add_picture(BytesIO(picture.png), width=Cm(WIDTH))
        inline = self.document.inline_shapes[-1]._inline
        made = self.document.paragraphs[-1].paragraph_format
        made.keep_with_next, made.space_before, made.space_after = keep, Pt(0), Pt(0)
        for side in "TBLR":  # where nothing is said, LibreOffice leaves room around a picture
            inline.set(f"dist{side}", "0")
        described = inline.docPr
        described.set("name", clean(title, 60))
        described.set("descr", clean(picture.alt, 4000))
        self._with_drawing(inline, picture)
        self.blocks.append(Block(WIDTH * POINTS_A_CM * picture.height / picture.width + FRAME, keeps=keep))

    def _with_drawing(self, inline: Any, picture: Picture) -> None:
        part = self.document.part
        name = PackURI(f"/word/media/figure{self._figures}.svg")
        related = part.relate_to(Part(name, "image/svg+xml", picture.svg, part.package), RELATIONSHIP_TYPE.IMAGE)
        blip = inline.find(f".//{qn('a:blip')}")
        extension = blip.makeelement(qn("a:ext"), {"uri": SVG})
        drawing = extension.makeelement(f"{{{SVG_SPACE}}}svgBlip", {qn("r:embed"): related}, nsmap={"asvg": SVG_SPACE})
        extension.append(drawing)
        listed = blip.makeelement(qn("a:extLst"), {})
        listed.append(extension)
        blip.append(listed)

    def place(self) -> Place:
        """Where the document ends now."""
        return Place(self.end.getprevious(), len(self.blocks), len(self.entries))

    def back_to(self, place: Place) -> None:
        """Take away what was written since."""
        while self.end.getprevious() is not place.last:
            self.end.getparent().remove(self.end.getprevious())
        del self.blocks[place.blocks :], self.entries[place.entries :]

    @property
    def pages(self) -> int:
        return count(self.blocks)

    @property
    def left(self) -> float:
        """Points of this page that are still empty."""
        return PAGE_HEIGHT - fill(self.blocks)

    @property
    def is_mostly_full(self) -> bool:
        """Whether a new part had better begin on a new page."""
        return self.left < (1 - MOSTLY) * PAGE_HEIGHT

    def bytes(self) -> bytes:
        buffer = BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()


def _drop_the_thumbnail(made: Any) -> None:
    """The template of the library brings a picture of itself."""
    related = made.part.package.rels
    for key in [key for key, relation in related.items() if relation.reltype.endswith("/thumbnail")]:
        del related[key]


def _styled(piece: Piece, lang: str) -> Any:
    """A run of a heading: its look comes from the style, unless it has an ink of its own."""
    made = run(piece, Look(), lang)
    properties = made.find(qn("w:rPr"))
    made.remove(properties)
    if piece.ink != INK:
        made.insert(0, element("w:rPr", element("w:color", val=piece.ink)))
    return made
