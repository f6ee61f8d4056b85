"""The agenda of a meeting: what is computed, put in the order and with the words that somebody gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from pmo.kernel.languages import Message, msg

A_DAY = 24 * 60  # minutes


class Kind(StrEnum):
    """In the order in which a meeting goes through them where nobody says otherwise."""

    LAST = "last"
    ACTION = "action"
    RED = "red"
    ESCALATION = "escalation"
    GATE = "gate"
    CHANGE = "change"
    MILESTONE = "milestone"
    REQUEST = "request"
    OWN = "own"  # nothing is computed: somebody added it


KIND_NAMES: Mapping[Kind, Message] = {
    Kind.LAST: msg("Decisions of the last meeting"),
    Kind.ACTION: msg("Overdue action"),
    Kind.RED: msg("Red project"),
    Kind.ESCALATION: msg("Escalation"),
    Kind.GATE: msg("Stage gate due"),
    Kind.CHANGE: msg("Change to approve"),
    Kind.MILESTONE: msg("Gate milestone due"),
    Kind.REQUEST: msg("Decision asked"),
    Kind.OWN: msg("Added"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """Something computed that the meeting has to go through. `presenter` is who would be asked."""

    kind: Kind
    id: int
    code: str = ""
    title: str = ""
    about: str = ""  # code of its project or programme
    presenter: str = ""
    title_fr: str = ""  # "": the title above
    title_nl: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody said about a line; of an own line this is all there is."""

    id: int
    kind: Kind
    subject_id: int | None
    title: str
    presenter: str = ""
    note: str = ""
    minutes: int | None = None
    position: int = 0
    left_out_on: date | None = None
    left_out_by: str = ""
    left_out_reason: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id if self.kind is Kind.OWN else self.subject_id}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a topic, what was given to it, or both. `starts` is None where the meeting has no start."""

    topic: Topic | None
    given: Given | None
    number: int = 0
    starts: time | None = None
    is_new: bool = False  # came up after somebody had arranged the agenda

    @property
    def kind(self) -> Kind:
        return self.topic.kind if self.topic else Kind.OWN

    @property
    def key(self) -> str:
        return self.topic.key if self.topic else self.given.key if self.given else ""

    @property
    def code(self) -> str:
        return self.topic.code if self.topic else ""

    @property
    def about(self) -> str:
        return self.topic.about if self.topic else ""

    @property
    def presenter(self) -> str:
        """Who was named; else who would be asked."""
        named = self.given.presenter if self.given else ""
        return named or (self.topic.presenter if self.topic else "")

    @property
    def note(self) -> str:
        return self.given.note if self.given else ""

    @property
    def minutes(self) -> int | None:
        return self.given.minutes if self.given else None

    def called(self, language: str) -> str:
        if self.topic is None:
            return self.given.title if self.given else ""
        return {"fr": self.topic.title_fr, "nl": self.topic.title_nl}.get(language, "") or self.topic.title


@dataclass(frozen=True, slots=True)
class Arranged:
    """The lines in their order; what was left out; what was arranged once and is gone since."""

    lines: tuple[Line, ...] = ()
    left_out: tuple[Line, ...] = ()
    gone: tuple[Given, ...] = ()
    ends: time | None = None

    @property
    def minutes(self) -> int:
        return sum(line.minutes or 0 for line in self.lines)

    @property
    def untimed(self) -> int:
        """Lines nobody gave minutes to."""
        return sum(line.minutes is None for line in self.lines)

    @property
    def new(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(line.key for line in self.lines)

    def line(self, key: str) -> Line | None:
        return next((line for line in (*self.lines, *self.left_out) if line.key == key), None)


def arrange(topics: Sequence[Topic], given: Sequence[Given], starts: time | None = None) -> Arranged:
    """Topics nobody placed follow the last line of their kind; without one they come in the usual order, at the end."""
    by_key = {topic.key: topic for topic in topics}
    placed = sorted(given, key=lambda one: (one.position, one.id))
    found = [Line(by_key.get(one.key), one) for one in placed if one.kind is Kind.OWN or one.key in by_key]
    order = [line for line in found if line.given and line.given.left_out_on is None]
    known = {one.key for one in given}
    for topic in topics:
        if topic.key not in known:
            order.insert(_after_its_kind(order, topic.kind), Line(topic, None, is_new=bool(given)))
    gone = tuple(one for one in placed if one.kind is not Kind.OWN and one.key not in by_key and one.left_out_on is None)
    left_out = tuple(line for line in found if line.given and line.given.left_out_on is not None)
    return Arranged(*_timed(order, left_out, gone, starts))


def reordered(keys: Sequence[str], wanted: Mapping[str, int]) -> tuple[str, ...]:
    """`wanted` are places counted from 1: what has another than its own is moved there, the rest keeps its order."""
    moved = {key: wanted[key] for place, key in enumerate(keys, start=1) if wanted.get(key, place) != place}
    order = [key for key in keys if key not in moved]
    for key in sorted(moved, key=lambda one: (moved[one], keys.index(one))):
        order.insert(max(0, moved[key] - 1), key)
    return tuple(order)


def shifted(keys: Sequence[str], key: str, by: int) -> tuple[str, ...]:
    """One line up (-1) or down (1); at the end it stays where it is."""
    order = list(keys)
    if key in order:
        place = order.index(key)
        order.insert(min(max(0, place + by), len(order) - 1), order.pop(place))
    return tuple(order)


def _after_its_kind(order: Sequence[Line], kind: Kind) -> int:
    return max((place for place, line in enumerate(order, start=1) if line.kind is kind), default=len(order))


def _timed(
    order: Sequence[Line], left_out: tuple[Line, ...], gone: tuple[Given, ...], starts: time | None
) -> tuple[tuple[Line, ...], tuple[Line, ...], tuple[Given, ...], time | None]:
    """With numbers, and the clock time at which each begins."""
    passed, lines = 0, []
    for number, line in enumerate(order, start=1):
        lines.append(replace(line, number=number, starts=_later(starts, passed)))
        passed += line.minutes or 0
    return tuple(lines), left_out, gone, _later(starts, passed) if passed else None


def _later(starts: time | None, minutes: int) -> time | None:
    if starts is None:
        return None
    hours, rest = divmod((starts.hour * 60 + starts.minute + minutes) % A_DAY, 60)
    return time(hours, rest)
