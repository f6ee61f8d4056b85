"""Status colours as offices write them, on scales of three and of five points, which are never mixed."""

from collections.abc import Iterable

from pmo.exchange.logic.words import folded
from pmo.portfolio.logic import Colour

GREEN, AMBER, RED = Colour.GREEN, Colour.AMBER, Colour.RED
LONGEST = 40
ONE_TONE = {
    GREEN: "green g groen vert verte v on track ontrack op schema ok 🟢 conforme en bonne voie",
    AMBER: "amber a orange o oranje yellow y geel jaune at risk atrisk risico 🟡 🟠 a risque",
    RED: "red r rood rouge off track offtrack late 🔴 en retard kritiek critical critique",
}
PHRASES = ("on track", "at risk", "off track", "op schema", "en bonne voie", "a risque", "en retard")
TWO_TONES = {
    frozenset((GREEN, AMBER)): Colour.AMBER_GREEN,
    frozenset((RED, AMBER)): Colour.AMBER_RED,
}


def _known() -> dict[str, Colour]:
    words: dict[str, Colour] = {}
    for colour, text in ONE_TONE.items():
        for phrase in PHRASES:
            if phrase in text:
                words[phrase] = colour
                text = text.replace(phrase, "")
        words |= dict.fromkeys(text.split(), colour)
    words |= {"🟢": GREEN, "🟡": AMBER, "🟠": AMBER, "🔴": RED}
    return words


KNOWN = _known()


def colour(text: str) -> Colour | None:
    """Green, Amber/Green, AMBER-RED, "Amber / red", oranje, R: the colour meant; None when it is no colour."""
    if len(text) > LONGEST:
        return None
    words = folded(text) or text.strip()
    if words in KNOWN:
        return KNOWN[words]
    for joined in ("ambergreen", "greenamber", "amberred", "redamber"):
        if words.replace(" ", "") == joined:
            return Colour.AMBER_RED if "red" in joined else Colour.AMBER_GREEN
    if words in {"ag", "ga", "ar", "ra"}:
        return Colour.AMBER_GREEN if "g" in words else Colour.AMBER_RED
    parts = [KNOWN.get(word) for word in words.split()]
    if len(parts) == 2 and None not in parts:
        return TWO_TONES.get(frozenset(part for part in parts if part))
    return None


def points(colours: Iterable[Colour | None]) -> int:
    """Of a scale: five where a two-tone colour occurs, else three."""
    return 5 if any(found in (Colour.AMBER_GREEN, Colour.AMBER_RED) for found in colours) else 3


def by_threshold(percent: float, green_below: float, amber_below: float) -> Colour:
    """The colour of a deviation: its size counts, not its sign."""
    size = abs(percent)
    return GREEN if size < green_below else AMBER if size < amber_below else RED
