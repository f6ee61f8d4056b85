"""How a status is shown everywhere: shape, letter and word, so that colour is never alone."""

from dataclasses import dataclass
from functools import lru_cache

from pmo.kernel.languages import Message, msg

LETTERS: dict[str, dict[str, str]] = {
    "en": {"green": "G", "amber": "A", "red": "R"},
    "fr": {"green": "V", "amber": "O", "red": "R"},
    "nl": {"green": "G", "amber": "O", "red": "R"},
}
UNKNOWN, DONE = "unknown", "done"


@dataclass(frozen=True, slots=True)
class Glyph:
    """`code` names the shape: g circle, a triangle, r octagon, ag and ar between them, n dashed ring, c square."""

    code: str
    letter: str
    word: Message


@lru_cache(maxsize=64)
def glyph(status: str | None, lang: str) -> Glyph:
    """Of "green", "amber_green", "amber", "amber_red", "red", "done", or None and "unknown" for what nobody reported."""
    if status is None or status == UNKNOWN:
        return Glyph("n", "\N{EN DASH}", msg("not reported"))
    if status == DONE:
        return Glyph("c", "\N{CHECK MARK}", msg("complete"))
    code, word = SHAPES[status]
    letters = LETTERS[lang]
    return Glyph(code, "/".join(letters[part] for part in status.split("_")), word)


SHAPES: dict[str, tuple[str, Message]] = {
    "green": ("g", msg("green")),
    "amber_green": ("ag", msg("amber to green")),
    "amber": ("a", msg("amber")),
    "amber_red": ("ar", msg("amber to red")),
    "red": ("r", msg("red")),
}
