"""What the cells of a column look like, before anybody says what it means."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pmo.exchange.logic.amounts import CORE, read
from pmo.exchange.logic.dates import looks_like_a_day
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.no_value import no_value
from pmo.exchange.logic.ratings import colour
from pmo.exchange.logic.words import folded

LOOKED_AT = 400
LONG = 80


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0 to 1) of the cells that hold something and do not say "no value"."""

    filled: int
    days: float = 0.0
    figures: float = 0.0
    colours: float = 0.0
    distinct: float = 0.0
    long: float = 0.0  # texts of more than 80 characters, of all filled cells

    words: frozenset[str] = frozenset()  # short texts, folded

    def fits(self, reads: As, choices: Collection[str] | None = None) -> bool:
        """Whether the contents do not speak against reading the column that way; an empty column fits everything."""
        if not self.filled:
            return True
        if reads in {As.DATE, As.MONEY, As.NUMBER, As.INTEGER, As.RATING}:
            return self.share(reads) >= 0.5
        if reads is As.CHOICE:
            return 2 * len(self.words & set(choices or ())) >= len(self.words)
        return reads is not As.LABEL or self.long < 0.5

    def share(self, reads: As) -> float:
        """Of the cells, those that can be read so; 0 for what is not told by looking at a cell."""
        return {
            As.DATE: self.days,
            As.MONEY: self.figures,
            As.NUMBER: self.figures,
            As.INTEGER: self.figures,
            As.RATING: self.colours,
        }.get(reads, 0.0)


def profile(cells: Iterable[Cell]) -> Profile:
    every = [cell for cell in cells if cell.text.strip()][:LOOKED_AT]
    telling = [cell for cell in every if no_value(cell.text) is None and not cell.text.startswith("=")]
    if not telling:
        return Profile(0, long=_share([len(cell.text) > LONG for cell in every]))
    return Profile(
        filled=len(telling),
        days=_share([cell.moment is not None or looks_like_a_day(cell.text) for cell in telling]),
        figures=_share([_is_figure(cell) for cell in telling]),
        colours=_share([colour(cell.text) is not None for cell in telling]),
        distinct=len({cell.text.strip().casefold() for cell in telling}) / len(telling),
        long=_share([len(cell.text) > LONG for cell in every]),
        words=frozenset(folded(cell.text) for cell in telling if len(cell.text) <= LONG),
    )


def _is_figure(cell: Cell) -> bool:
    if cell.number is not None:
        return True
    if cell.moment is not None or len(cell.text) > 40 or looks_like_a_day(cell.text):
        return False
    return CORE.search(cell.text) is not None and read(cell.text, "." if "." in cell.text else ",").refused is None


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
