"""The rows of a timeline before they are drawn: their dates, their family, what is folded away, which page they are on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain

from pmo.kernel.languages import Message
from pmo.kernel.working_days import Calendar
from pmo.portfolio.logic import Colour, worst

PAGE_ROWS = 200


class Kind(StrEnum):
    PROGRAMME = "programme"
    PROJECT = "project"
    PHASE = "phase"  # a summary task of a plan
    TASK = "task"
    MILESTONE = "milestone"


BRACKETS = frozenset({Kind.PROGRAMME, Kind.PHASE})  # they have no dates of their own: they end with their latest child


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone drawn on the bar of its folded project."""

    day: date
    name: str
    colour: Colour | None = None
    is_reached: bool = False
    is_gate: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """What a project needs from another one or gives to it: the day of need, the day promised, and both in words."""

    need_by: date
    promised: date | None
    words: Message
    is_broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a timeline. `finish` is what is believed now: the actual date once there is one, else the forecast."""

    key: str
    kind: Kind
    name: str
    code: str = ""
    parent: str = ""
    start: date | None = None
    finish: date | None = None
    baseline_start: date | None = None
    baseline: date | None = None
    commitment: date | None = None
    percent: int | None = None
    colour: Colour | None = None
    is_reached: bool = False
    is_critical: bool = False
    is_gate: bool = False
    is_open: bool = True
    depth: int = 0  # how far the name is indented
    marks: tuple[Mark, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def dates(self) -> tuple[date, ...]:
        """Every date of the row that is drawn."""
        own = (self.start, self.finish, self.baseline_start, self.baseline, self.commitment)
        return tuple(day for day in chain(own, (mark.day for mark in self.marks)) if day is not None)


class LinkKind(StrEnum):
    """From which end of the earlier row to which end of the later one."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


@dataclass(frozen=True, slots=True)
class Link:
    before: str  # key of a row
    after: str
    kind: LinkKind = LinkKind.FS
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The rows one page shows, and which ones stand on the pages before and after it."""

    number: int
    last: int
    rows: tuple[Row, ...]
    above: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()


def visible(rows: Sequence[Row], folded: frozenset[str]) -> tuple[Row, ...]:
    """The rows none of whose ancestors is folded; the folded ones say so and carry their milestones as marks."""
    ancestors = _ancestors(rows)
    shown = [row for row in rows if not folded.intersection(ancestors[row.key])]
    hidden_marks = _hidden_marks(rows, stand_ins(rows, folded))
    return tuple(_folded(row, hidden_marks.get(row.key, ())) if row.key in folded else row for row in shown)


def stand_ins(rows: Sequence[Row], folded: frozenset[str]) -> dict[str, str]:
    """For every row that is folded away: the visible row that stands for it."""
    ancestors = _ancestors(rows)
    hidden = {}
    for row in rows:
        outermost = [key for key in ancestors[row.key] if key in folded]
        if outermost:
            hidden[row.key] = outermost[-1]
    return hidden


def lifted(links: Iterable[Link], stand_in: Mapping[str, str]) -> tuple[Link, ...]:
    """The links between what is visible: an end that is folded away moves to the row that stands for it."""
    kept: dict[tuple[str, str], Link] = {}
    for link in links:
        before, after = stand_in.get(link.before, link.before), stand_in.get(link.after, link.after)
        if before != after and (link.is_critical or (before, after) not in kept):
            kept[before, after] = replace(link, before=before, after=after)
    return tuple(kept.values())


def paged(rows: Sequence[Row], number: int, size: int = PAGE_ROWS) -> Page:
    """One page of the visible rows; a number too high or too low is the last or the first page."""
    last = max(1, -(-len(rows) // size))
    number = min(max(1, number), last)
    first = (number - 1) * size
    keys = [row.key for row in rows]
    return Page(number, last, tuple(rows[first : first + size]), frozenset(keys[:first]), frozenset(keys[first + size :]))


def rolled_up(rows: Sequence[Row], calendar: Calendar) -> tuple[Row, ...]:
    """Programmes and phases from their children: earliest start, latest finish, worst colour, progress by working days.

    A row with dates of its own keeps them, unless it is a programme or a phase.
    """
    children: dict[str, list[Row]] = {}
    done: dict[str, Row] = {}
    for row in reversed(rows):  # children stand below their parents
        row = _from_children(row, children.get(row.key, []), calendar)
        done[row.key] = row
        children.setdefault(row.parent, []).append(row)
    return tuple(done[row.key] for row in rows)


def _from_children(row: Row, children: list[Row], calendar: Calendar) -> Row:
    if not children or (row.kind not in BRACKETS and row.finish is not None):
        return row
    return replace(
        row,
        start=_earliest(child.start or child.finish for child in children),
        finish=_latest(child.finish for child in children),
        baseline_start=_earliest(child.baseline_start or child.baseline for child in children),
        baseline=_latest(child.baseline for child in children),
        commitment=_latest(child.commitment for child in children),
        percent=weighted_percent(children, calendar) if row.percent is None else row.percent,
        colour=row.colour or worst([child.colour for child in children]),
        is_critical=any(child.is_critical for child in children),
    )


def weighted_percent(rows: Iterable[Row], calendar: Calendar) -> int | None:
    """Progress of several bars, each weighing its working days; bars that say nothing are left out. None: nobody says."""
    total = done = 0
    for row in rows:
        if row.percent is not None and row.start is not None and row.finish is not None:
            days = max(1, calendar.count(row.start, row.finish))
            total, done = total + days, done + days * row.percent
    return round(done / total) if total else None


def _ancestors(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """Parent, grandparent and so on of every row; parents stand above their children."""
    known: dict[str, tuple[str, ...]] = {}
    for row in rows:
        known[row.key] = (row.parent, *known.get(row.parent, ())) if row.parent else ()
    return known


def _hidden_marks(rows: Sequence[Row], stand_in: Mapping[str, str]) -> dict[str, list[Mark]]:
    marks: dict[str, list[Mark]] = {}
    for row in rows:
        if row.kind is Kind.MILESTONE and row.finish is not None and row.key in stand_in:
            mark = Mark(row.finish, row.name, row.colour, row.is_reached, row.is_gate, row.key)
            marks.setdefault(stand_in[row.key], []).append(mark)
    return marks


def _folded(row: Row, marks: Sequence[Mark]) -> Row:
    return replace(row, is_open=False, marks=(*row.marks, *marks))


def _earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
