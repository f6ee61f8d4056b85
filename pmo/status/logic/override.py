"""An overall colour that the PMO lays down for a time beside the computed one: what it says, and what it may be."""

from dataclasses import dataclass
from datetime import date, timedelta

from pmo.kernel.colours import glyph
from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import Colour

ENDS = (".", "!", "?", "…")
COLOURS = (Colour.GREEN, Colour.AMBER, Colour.RED)


@dataclass(frozen=True, slots=True)
class Override:
    """One that counts on the day looked at; `ends_on` is its last day."""

    id: int
    colour: Colour
    reason: str
    starts_on: date
    ends_on: date
    author: str = ""

    @property
    def sentence(self) -> Message:
        """Who, until when, why; it ends with a mark, for others follow it."""
        reason = plain(self.reason if self.reason.endswith(ENDS) else f"{self.reason}.")
        if not self.author:
            return msg("Overridden until %(day)s: %(reason)s", day=self.ends_on, reason=reason)
        return msg("Overridden by %(name)s until %(day)s: %(reason)s", name=plain(self.author), day=self.ends_on, reason=reason)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed who wants to override; None and "" where nothing was typed."""

    colour: Colour | None
    reason: str
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is allowed today: another colour than the computed one, for so many calendar days."""

    computed: Colour | None
    today: date
    longest: int

    @property
    def last_day(self) -> date:
        return self.today + timedelta(days=self.longest)


def objections(wish: Wish, bounds: Bounds) -> dict[str, Message]:
    """A sentence for everything that is missing or not allowed, by field."""
    found = {
        "colour": _of_colour(wish.colour, bounds.computed),
        "reason": None if wish.reason else msg("Say why the computed colour should not count: the committee reads it."),
        "ends_on": _of_end(wish.ends_on, bounds),
    }
    return {field: sentence for field, sentence in found.items() if sentence is not None}


def _of_colour(colour: Colour | None, computed: Colour | None) -> Message | None:
    if colour not in COLOURS:
        return msg("Choose the colour that counts instead.")
    if computed is not None and colour is computed.band:
        return msg("The rules compute %(colour)s already: there is nothing to override.", colour=glyph(colour, "en").word)
    return None


def _of_end(day: date | None, bounds: Bounds) -> Message | None:
    if day is None:
        return msg("Enter the last day on which it counts; it ends by itself after it.")
    if day <= bounds.today:
        return msg("It ends after today: choose a later day.")
    if day > bounds.last_day:
        return msg("At most %(days)s days: choose %(day)s or an earlier day.", days=bounds.longest, day=bounds.last_day)
    return None
