"""What a committee's report says of decisions and actions, as plain values in no language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.committees.logic.decisions import ActionState, Outcome


@dataclass(frozen=True, slots=True)
class OptionLine:
    name: str
    consequence: str
    cost: Decimal | None  # None: not known
    currency: str
    payer: str
    is_recommended: bool = False


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question the next meeting has to answer."""

    code: str
    question: str
    asker: str
    about: str  # code and name
    why: str
    options: tuple[OptionLine, ...]
    if_not: str
    needed_by: date | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    code: str
    what: str
    owner: str
    due: date
    origin: str  # code of a decision, "" for the meeting itself
    given_on: date  # the day of its meeting
    state: ActionState
    days_late: int | None = None
    ended_on: date | None = None
    words: str = ""  # what shows that it is done, or why it was cancelled


@dataclass(frozen=True, slots=True)
class TakenLine:
    code: str
    decided_on: date
    text: str
    outcome: Outcome
    change: str
    reason: str
    about: str  # code
    question: str  # code of what was asked, "" for a decision nobody asked for
    deferred_to: date | None
    actions: tuple[str, ...]  # codes


@dataclass(frozen=True, slots=True)
class Carried:
    """What the last meeting left: its decisions, its actions, and older ones that are not done."""

    held_on: date
    decisions: tuple[TakenLine, ...] = ()
    actions: tuple[ActionLine, ...] = ()

    @property
    def late(self) -> tuple[ActionLine, ...]:
        return tuple(line for line in self.actions if line.state is ActionState.LATE)
