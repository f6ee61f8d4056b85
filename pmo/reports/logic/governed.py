"""Gates and change requests as a report says them: what comes, what was decided, what waits; plain values in no language."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pmo.changes.logic import ChangeState
from pmo.gates.logic import Outcome, Standing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be done after a go with conditions."""

    code: str
    what: str
    owner: str
    due: date
    is_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate: open with how ready its project is, or decided with its outcome."""

    id: int
    project: str
    code: str
    name: str
    name_fr: str = ""
    name_nl: str = ""
    due: date | None = None
    standing: Standing | None = None  # of an open one
    met: int = 0
    musts: int = 0
    percent: int | None = None
    outcome: Outcome | None = None
    decided_on: date | None = None
    decision: str = ""  # its number in the minutes
    reason: str = ""
    conditions: tuple[Condition, ...] = ()

    def called(self, language: str) -> str:
        return {"fr": self.name_fr, "nl": self.name_nl}.get(language, "") or self.name

    @property
    def told(self) -> tuple[int, str, date | None]:
        """What has been told of it once is not told again."""
        return self.id, self.outcome or "", self.decided_on


@dataclass(frozen=True, slots=True)
class Gates:
    until: date  # due ones
    since: date | None = None  # decided ones; None: from the beginning
    due: tuple[GateLine, ...] = ()
    decided: tuple[GateLine, ...] = ()
    more_due: int = 0  # what was decided is a record: all of it is listed

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.decided or self.more_due)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A change somebody wants, with its effect. `cost` is None where it is not known, or not to be seen."""

    id: int
    project: str
    code: str
    title: str
    state: ChangeState
    priority: int
    asked_on: date
    milestone: str = ""  # code and name
    old_date: date | None = None
    new_date: date | None = None
    cost: Decimal | None = None
    currency: str = ""
    decided_on: date | None = None
    decision: str = ""  # its number in the minutes
    reason: str = ""
    until: date | None = None  # postponed

    @property
    def days(self) -> int | None:
        """Calendar days later; less than 0 when it comes earlier."""
        return (self.new_date - self.old_date).days if self.new_date and self.old_date else None

    @property
    def told(self) -> tuple[int, date | None]:
        return self.id, self.decided_on


@dataclass(frozen=True, slots=True)
class Requests:
    since: date | None = None
    waiting: tuple[RequestLine, ...] = ()
    decided: tuple[RequestLine, ...] = ()
    asked: tuple[RequestLine, ...] = ()  # since then, and not ready for a decision
    more_waiting: int = 0  # as with gates, all that was decided is listed
    more_asked: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.decided or self.asked or self.more_waiting or self.more_asked)

    @property
    def cost(self) -> tuple[Decimal, str] | None:
        """Of all that wait, where every one says so in one currency."""
        known = [(line.cost, line.currency) for line in self.waiting if line.cost is not None]
        if not known or len(known) < len(self.waiting) or self.more_waiting or len({currency for _, currency in known}) > 1:
            return None
        return sum((cost for cost, _ in known), Decimal(0)), known[0][1]


def gates(
    open_ones: Sequence[GateLine], decided: Sequence[GateLine], until: date, since: date | None, old: Gates | None, *, most: int
) -> Gates:
    """Without what the report before has told already, although it was decided on the day of it. `most` of those to come."""
    told = {line.told for line in old.decided} if old else set()
    due, more_due = cut(open_ones, most)
    return Gates(until, since, due, tuple(line for line in decided if line.told not in told), more_due)


def requests(lines: Sequence[RequestLine], since: date | None, old: Requests | None, *, most: int) -> Requests:
    """`lines` are all of the projects, the most urgent first; `most` of what waits, and of what was asked."""
    told = {line.told for line in old.decided} if old else set()
    known = {line.id for line in old.asked} if old else set()
    waiting, more_waiting = cut([line for line in lines if line.state is ChangeState.WAITING], most)
    new = [
        line for line in lines if line.state in (ChangeState.SUBMITTED, ChangeState.ASSESSING) and _is_since(line.asked_on, since)
    ]
    asked, more_asked = cut([line for line in new if line.id not in known], most)
    taken = [
        line for line in lines if line.decided_on is not None and _is_since(line.decided_on, since) and line.told not in told
    ]
    return Requests(since, waiting, tuple(taken), asked, more_waiting, more_asked)


def cut(lines: Collection[T], most: int) -> tuple[tuple[T, ...], int]:
    """The first of them, and how many more there are."""
    listed = tuple(lines)
    return listed[:most], max(0, len(listed) - most)


def _is_since(day: date, since: date | None) -> bool:
    return since is None or day >= since
