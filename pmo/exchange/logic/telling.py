"""The status update a row of a list of projects leads to: what it declares over what was declared before."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from datetime import date

from pmo.exchange.logic.wanted import COLOURS, WORDS, Told

NOTHING = Told(tuple((name, None) for name in COLOURS))


@dataclass(frozen=True, slots=True)
class Stated:
    """A status update that is there."""

    id: int
    told: Told
    on: date  # end of its period
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """The status updates of a project that matter to a list of one day."""

    last: Stated | None = None  # the newest of that day or before
    then: Stated | None = None  # the one this list made when it came in before
    newer: Stated | None = None  # the newest of all, where it was stated after that day


@dataclass(frozen=True, slots=True)
class Telling:
    """A status update to write, or one `held` back because a newer one is here."""

    before: Told
    after: Told
    corrects: int | None = None  # the update of this very list, when it still is the last one
    held: bool = False

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def changes(self) -> list[tuple[str, str | None, str | None]]:
        """What differs: colours by their dimension, then words."""
        before, after = _all(self.before), _all(self.after)
        return [(key, before[key] or None, after[key] or None) for key in after if before[key] != after[key]]


def over(before: Told, said: Told) -> Told:
    """What was declared, with what is said now in its place; what is not said stays."""
    words = dict(before.words) | dict(said.words)
    colours = dict(before.colours) | dict(said.colours)
    return Told(tuple((name, colours.get(name)) for name in COLOURS), tuple((key, words[key]) for key in WORDS if words.get(key)))


def telling(said: Told | None, spoken: Spoken, on: date, *, held: bool = False) -> Telling | None:
    """None where the list has nothing to add: it came in before, or repeats what a person or a list of its day declared."""
    if said is None:
        return None
    if held or spoken.newer:
        here = spoken.newer or spoken.last
        before = here.told if here else NOTHING
        return Telling(before, over(before, said), held=True)
    if spoken.last is None:
        return Telling(NOTHING, over(NOTHING, said))
    if spoken.then is not None and over(spoken.then.told, said) == spoken.then.told:
        return None
    last = spoken.last
    found = Telling(last.told, over(last.told, said))
    if not found.differs and (last.by_hand or last.on >= on):
        return None
    return replace(found, corrects=last.id) if spoken.then is not None and spoken.then.id == last.id else found


def _all(told: Told) -> Dict[str, str | None]:
    return {**dict(NOTHING.colours), **dict(told.colours), **dict.fromkeys(WORDS), **dict(told.words)}
