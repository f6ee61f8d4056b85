"""What one typed line of minutes says: `D: Open Oulu now` or `A: @korhonen due 12 Mar Sign the contract`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key
from pmo.kernel.typed import read_date

KINDS = {"d": "decision", "a": "action"}
HEAD = re.compile(r"\s*(\w+)\s*:\s*(.*)", re.DOTALL)
OWNER = re.compile(r"@(?:\"([^\"]+)\"|([^\s,;]+))[,;]?\s*")
DUE_WORDS = ("avant le", "d'ici le", "pour le", "tegen", "vóór", "voor", "due", "by", "op")  # those of several words first
DUE = re.compile(rf"(?<!\w)(?:{'|'.join(DUE_WORDS)})(?!\w):?\s*", re.IGNORECASE)
LONGEST_DATE = 3  # words: 12 Mar 2026
YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can be given an action."""

    id: int
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class DecisionLine:
    text: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    owner_id: int
    due: date
    text: str


class NotUnderstood(ValueError):
    """Carries a sentence that says which part of the line is not understood."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def read_line(line: str, people: Sequence[Member], today: date) -> DecisionLine | ActionLine:
    """The decision or the action of a line. Raises NotUnderstood."""
    found = HEAD.fullmatch(line)
    kind = KINDS.get(found[1].casefold()) if found else None
    if found is None or kind is None:
        raise NotUnderstood(msg("Begin the line with D: for a decision or A: for an action."))
    text = " ".join(found[2].split())
    if not text:
        raise NotUnderstood(msg("Nothing stands after the colon."))
    return DecisionLine(text) if kind == "decision" else _action(text, people, today)


def _action(text: str, people: Sequence[Member], today: date) -> ActionLine:
    owner, rest = _owner(text, people)
    due, rest = _due(rest, today)
    if not rest:
        raise NotUnderstood(msg("Say what is to be done after the date."))
    return ActionLine(owner.id, due, rest)


def _owner(text: str, people: Sequence[Member]) -> tuple[Member, str]:
    """Who is meant by @..., and the line without it."""
    found = OWNER.search(text)
    if found is None:
        raise NotUnderstood(msg('Say who does it: @ and a name, such as @janssens or @"An Peeters".'))
    typed = found[1] or found[2]
    fitting = _fitting(typed, people)
    if not fitting:
        raise NotUnderstood(msg("Nobody here is called @%(name)s.", name=typed))
    if len(fitting) > 1:
        names = ", ".join(member.name for member in fitting[:5])
        raise NotUnderstood(msg("@%(name)s may be several people: %(names)s. Write more of the name.", name=typed, names=names))
    return fitting[0], f"{text[: found.start()]}{text[found.end() :]}".strip()


def _fitting(typed: str, people: Sequence[Member]) -> list[Member]:
    """The whole name or address, else the beginning of a word of the name; dots and hyphens part words, accents do not count."""
    sought = _plain(typed)
    exact = [member for member in people if sought in (_plain(member.name), _plain(member.email.partition("@")[0]))]
    if exact or not sought:
        return exact
    return [member for member in people if _begins(_plain(member.name), sought)]


def _begins(name: str, sought: str) -> bool:
    """From any word of the name on: "de smet" and "smet" are both Wim De Smet."""
    words = name.split()
    tails = [" ".join(words[start:]) for start in range(len(words))]
    return any(tail.startswith(sought) or tail.replace(" ", "").startswith(sought) for tail in tails)


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[._\-]+", " ", name_key(name)).split())


def _due(text: str, today: date) -> tuple[date, str]:
    """The day after a word such as "due", and the line without both."""
    places = [found.span() for found in DUE.finditer(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))]
    if not places:
        raise NotUnderstood(msg("Say until when: due and a date, such as due 12 Mar."))
    for start, end in places:
        words = text[end:].split()
        for count in range(min(LONGEST_DATE, len(words)), 0, -1):
            day = _day(words[:count], today)
            if day is not None:
                left = (text[:start].strip().rstrip(",;"), " ".join(words[count:]).lstrip(",;:- "))
                return day, " ".join(part for part in left if part)
    typed = " ".join(text[places[0][1] :].split()[:2])
    raise NotUnderstood(msg("%(typed)s is no date. Write it as 12 Mar, 31/3 or 2026-03-31.", typed=typed or "…"))


def _day(words: Sequence[str], today: date) -> date | None:
    """A third word belongs to the day only as a year of four figures: "12 Mar 20 sites open" is due on 12 March."""
    text = " ".join(words).rstrip(",;:")
    if len(words) == LONGEST_DATE and not YEAR.fullmatch(text.split()[-1]):
        return None
    try:
        return read_date(text, today)
    except ValueError:
        return None
