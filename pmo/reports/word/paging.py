"""On which page a heading falls: a small layout of our own, so that the contents are filled without asking Word.

Widths are those of Calibri (and Carlito, drawn to the same measures); a page number may be wrong by one where a line falls
exactly on the edge of a page. Word and LibreOffice put them right whenever they update the contents.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pmo.reports.word.xml import Look, Pieces, as_pieces

PAGE_HEIGHT = 731.0  # points between the margins of A4
POINTS_A_CM = 28.35
LINE_HEIGHT = 1.2207  # of the font size
BOLD = 1.03
OTHER = 0.55  # em, of a letter that is not in the table
ADVANCES = {  # hundredths of an em
    23: "'il|ìíîïj`",
    26: ",.I·ÌÍÎÏ’:; \N{NO-BREAK SPACE}",
    30: "()-[]f{}J!t",
    36: "r/\\s°",
    41: '"zLcçx',
    46: "kvyýÿ?FSgZ",
    49: "aàáâãäåETYÈÉÊË#*+<=>^_e~×èéêë÷–−$0123456789£«»€",
    53: "KPXCbdhnopquÇßñòóôõöøùúûüBR",
    58: "VAÀÁÂÃÄÅ",
    63: "DHGUÙÚÛÜNÑ",
    68: "OÒÓÔÕÖØQ&…",
    72: "%w",
    80: "mM■▲●",
    90: "@W—",
}
WIDTHS = {letter: hundredths / 100 for hundredths, letters in ADVANCES.items() for letter in letters}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that is not divided: a paragraph, a row, a picture."""

    height: float
    keeps: bool = False  # with what follows
    new_page: bool = False
    mark: str = ""
    repeated: float = 0.0  # of the heading row written again when this row opens a page


def pages(blocks: Sequence[Block], height: float = PAGE_HEIGHT) -> dict[str, int]:
    """The page of every mark."""
    return {block.mark: page for block, page, _ in _laid_out(blocks, height) if block.mark}


def count(blocks: Sequence[Block], height: float = PAGE_HEIGHT) -> int:
    return max((page for _, page, _ in _laid_out(blocks, height)), default=1)


def fill(blocks: Sequence[Block], height: float = PAGE_HEIGHT) -> float:
    """How much of the last page is used."""
    *_, used = (0.0, *(used for _, _, used in _laid_out(blocks, height)))
    return used


def _laid_out(blocks: Sequence[Block], height: float) -> Iterator[tuple[Block, int, float]]:
    """Each block with its page and how full that page is after it."""
    page, used = 1, 0.0
    for number, block in enumerate(blocks):
        needed = _together(blocks, number)
        if used and (block.new_page or used + min(needed, height) > height + 0.5):
            page, used = page + 1, block.repeated
        used += block.height
        yield block, page, used


def _together(blocks: Sequence[Block], first: int) -> float:
    """The height of a block with everything it must stay with."""
    total = 0.0
    for block in blocks[first:]:
        total += block.height
        if not block.keeps:
            break
    return total


def height_of(pieces: Pieces, look: Look, room: float) -> float:
    """Points a paragraph takes in a column of `room` points."""
    parts = as_pieces(pieces, look)
    size = max([look.size, *(part.size for part in parts)])
    return look.before + look.after + lines(parts, look, room) * size * LINE_HEIGHT * look.spacing


def lines(parts: Iterable[object], look: Look, room: float) -> int:
    count, used = 1, 0.0
    for part in as_pieces(parts, look):  # type: ignore[arg-type]
        for word in part.words.split(" "):
            wide = width(word, part.size or look.size, part.bold)
            if used and used + wide > room:
                count, used = count + 1, 0.0
            count += int(wide // room) if wide > room else 0
            used += wide + width(" ", part.size or look.size, part.bold)
    return count


@lru_cache(maxsize=20_000)
def width(word: str, size: float, bold: bool) -> float:
    return sum(WIDTHS.get(letter, OTHER) for letter in word) * size * (BOLD if bold else 1)
