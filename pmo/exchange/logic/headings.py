"""Which field a heading means: next year's wording, another language, a typing slip."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from pmo.exchange.logic.words import BRACKETS, SMALL_WORDS, folded, stems, without_years

ENOUGH = 0.62  # of 1: below, a heading is not taken for a field
LONGEST_HEADING = 400
WEAK = frozenset({"date", "nam", "name", "number", "valu", "value", "current", "text", "datum", "nom", "naam", "field", "column"})


@dataclass(frozen=True, slots=True)
class Likeness:
    field: str
    score: float


@lru_cache(maxsize=200_000)
def likeness(heading: str, wording: str) -> float:
    """1 for the same words, less for similar ones, 0 for nothing in common."""
    if folded(heading) == folded(wording):
        return 1.0
    if folded(BRACKETS.sub(" ", heading)) == folded(BRACKETS.sub(" ", wording)):
        return 0.97
    if folded(without_years(heading)) == folded(without_years(wording)):
        return 0.95
    mine, theirs = stems(heading), stems(wording)
    if mine == theirs and mine:
        return 0.92
    return 0.9 * max(_overlap(mine, theirs), _within(mine, theirs), _slip(folded(heading), folded(wording)))


def best(heading: str, wordings: Mapping[str, Iterable[str]], least: float = ENOUGH) -> list[Likeness]:
    """The fields this heading may mean, best first."""
    if len(heading) > LONGEST_HEADING:
        return []
    scored = (Likeness(key, max((likeness(heading, word) for word in words), default=0.0)) for key, words in wordings.items())
    return sorted((found for found in scored if found.score >= least), key=lambda found: -found.score)


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Shared words against all words (Dice); words that say little count little."""
    total = _weight(mine) + _weight(theirs)
    return 2 * _weight(mine & theirs) / total if total else 0.0


def _within(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """All words of one stand in the other: "GMPP reference" says at least "reference"."""
    smaller, larger = sorted((mine, theirs), key=len)
    return 0.7 if smaller and smaller <= larger and len(larger) <= 4 and _weight(smaller) >= 1 else 0.0


def _weight(words: frozenset[str]) -> float:
    return sum(0.2 if word in SMALL_WORDS else 0.4 if word in WEAK else 1.0 for word in words)


def _slip(mine: str, theirs: str) -> float:
    """A typing slip: nearly the same letters in the same order, in words long enough to tell."""
    if not 4 <= len(mine) <= 60 or abs(len(mine) - len(theirs)) > 3:
        return 0.0
    matcher = SequenceMatcher(None, mine, theirs)
    return ratio if matcher.quick_ratio() >= 0.85 and (ratio := matcher.ratio()) >= 0.85 else 0.0
