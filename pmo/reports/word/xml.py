"""Elements of a Word document in the order the format wants them, and the words that go into them, made safe."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from pmo.kernel.formats import NBSP, month

INK, INK_2, LINE, SOFT, ACT, COMMITTEE = "15232C", "485A66", "DDE3E7", "F3F5F6", "0B5A7A", "6238A8"
AMBER_INK, RED_INK = "7D4B00", "A8201A"
TWIPS_A_CM = 567
GAP = f"{NBSP} "  # between a number or code and what follows
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # a name must not turn the text around it
SPACES = re.compile("[^\\S\u00a0\u202f]+")  # all but those that keep words together


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in one look. `size` in points; 0 is the size of the paragraph around it."""

    words: str
    bold: bool = False
    ink: str = INK
    size: float = 0


Pieces = str | Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a paragraph is set; sizes and spaces in points."""

    style: str = ""
    size: float = 11
    bold: bool = False
    ink: str = INK
    align: Align = Align.LEFT
    before: float = 0
    after: float = 0
    spacing: float = 1.0
    keep: bool = False  # on the page of what follows
    new_page: bool = False


def element(tag: str, *children: Any, **attributes: str | int | float) -> Any:
    """`element("w:tcW", w=1200, type="dxa")`: attributes are of the w: namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    for child in children:
        if child is not None:
            made.append(child)
    return made


def clean(words: str, longest: int = 0) -> str:
    """On one line, without what XML refuses or what reorders the text around it; cut where it is too long for its place."""
    safe = SPACES.sub(" ", REORDERING.sub("", FORBIDDEN.sub("", words)))
    return f"{safe[: longest - 1].rstrip()}…" if longest and len(safe) > longest else safe


def paragraph(pieces: Pieces, look: Look, lang: str) -> Any:
    """A paragraph of our own look, beyond what its style says."""
    runs = [run(piece, look, lang) for piece in as_pieces(pieces, look)]
    return element("w:p", paragraph_properties(look), *runs)


def paragraph_properties(look: Look, *more: Any) -> Any:
    """`more` are tabs, which stand before the spacing."""
    flags = [
        element(tag)
        for tag, on in (("w:keepNext", look.keep), ("w:keepLines", look.keep), ("w:pageBreakBefore", look.new_page))
        if on
    ]
    style = element("w:pStyle", val=look.style) if look.style else None
    space = element(
        "w:spacing", before=round(look.before * 20), after=round(look.after * 20), line=round(look.spacing * 240), lineRule="auto"
    )
    align = element("w:jc", val=look.align) if look.align is not Align.LEFT else None
    mark = element("w:rPr", element("w:sz", val=round(look.size * 2)))  # an empty paragraph is as high as its mark
    return element("w:pPr", style, *flags, *more, space, align, mark)


def as_pieces(pieces: Pieces, look: Look) -> Sequence[Piece]:
    return [Piece(pieces, look.bold, look.ink)] if isinstance(pieces, str) else pieces


def run(piece: Piece, look: Look, lang: str) -> Any:
    return element("w:r", run_properties(piece, look), words_element(glued(clean(piece.words), lang)))


def run_properties(piece: Piece, look: Look) -> Any:
    size = round((piece.size or look.size) * 2)
    bold = (element("w:b"), element("w:bCs")) if piece.bold else ()
    return element("w:rPr", *bold, element("w:color", val=piece.ink), element("w:sz", val=size), element("w:szCs", val=size))


def words_element(words: str) -> Any:
    made = element("w:t")
    made.text = words
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def glued(words: str, lang: str) -> str:
    """No line break inside a date or before a French colon; no double full stop after an abbreviated month."""
    words = _dates(lang).sub(rf"\1{NBSP}\2", words)
    if lang == "fr":
        words = re.sub(r" ([:;?!»])", rf"{NBSP}\1", words).replace("« ", f"«{NBSP}")
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", words)


@cache
def _dates(lang: str) -> re.Pattern[str]:
    months = sorted({month(date(2000, number, 1), lang) for number in range(1, 13)}, key=len, reverse=True)
    return re.compile(rf"(\d{{1,2}}|1er) ({'|'.join(map(re.escape, months))})(?!\w)")
