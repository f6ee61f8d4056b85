"""The life of a change request: its states and the legal moves between them, and what it means for a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.kernel.working_days import Calendar

PRIORITIES = range(1, 6)


class ChangeState(StrEnum):
    """The words of the PM² change log (v3.1)."""

    SUBMITTED = "submitted"
    ASSESSING = "assessing"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    POSTPONED = "postponed"
    MERGED = "merged"
    IMPLEMENTED = "implemented"


class Category(StrEnum):
    REQUIREMENT = "requirement"
    IMPROVEMENT = "improvement"
    PROBLEM = "problem"
    PLANNING = "planning"
    BUDGET = "budget"
    LAW = "law"
    OTHER = "other"


S = ChangeState
OPEN = (S.SUBMITTED, S.ASSESSING, S.WAITING, S.POSTPONED, S.APPROVED)  # somebody still has to do something
CHANGEABLE = frozenset({S.SUBMITTED, S.ASSESSING})  # what waits for a decision is not changed under the eyes of who decides
VERDICTS = (S.APPROVED, S.REJECTED, S.POSTPONED, S.MERGED)
AGAIN: Mapping[ChangeState, ChangeState] = {  # where one goes whose decision is taken back, or that is taken up again
    S.APPROVED: S.WAITING,
    S.REJECTED: S.ASSESSING,
    S.POSTPONED: S.ASSESSING,
    S.MERGED: S.ASSESSING,
}
MOVES: Mapping[ChangeState, frozenset[ChangeState]] = {
    S.SUBMITTED: frozenset({S.ASSESSING, S.REJECTED, S.MERGED}),
    S.ASSESSING: frozenset({S.WAITING, S.REJECTED, S.MERGED}),
    S.WAITING: frozenset({S.ASSESSING, *VERDICTS}),
    S.APPROVED: frozenset({S.IMPLEMENTED, S.WAITING}),
    S.REJECTED: frozenset({S.ASSESSING}),
    S.POSTPONED: frozenset({S.ASSESSING}),
    S.MERGED: frozenset({S.ASSESSING}),
    S.IMPLEMENTED: frozenset(),
}
STATE_NAMES: dict[ChangeState, Message] = {
    S.SUBMITTED: msg("Newly submitted"),
    S.ASSESSING: msg("Being assessed"),
    S.WAITING: msg("Waiting for approval"),
    S.APPROVED: msg("Approved"),
    S.REJECTED: msg("Rejected"),
    S.POSTPONED: msg("Postponed"),
    S.MERGED: msg("Merged"),
    S.IMPLEMENTED: msg("Implemented"),
}
TONES: dict[ChangeState, str] = {
    S.SUBMITTED: "line",
    S.ASSESSING: "",
    S.WAITING: "com",
    S.APPROVED: "green",
    S.REJECTED: "red",
    S.POSTPONED: "amber",
    S.MERGED: "line",
    S.IMPLEMENTED: "green",
}
CATEGORY_NAMES: dict[Category, Message] = {
    Category.REQUIREMENT: msg("New requirement"),
    Category.IMPROVEMENT: msg("Improvement"),
    Category.PROBLEM: msg("Problem to solve"),
    Category.PLANNING: msg("Planning"),
    Category.BUDGET: msg("Budget"),
    Category.LAW: msg("Law or authority"),
    Category.OTHER: msg("Other"),
}
PRIORITY_NAMES: dict[int, Message] = {
    5: msg("Very high"),
    4: msg("High"),
    3: msg("Medium"),
    2: msg("Low"),
    1: msg("Very low"),
}


@dataclass(frozen=True, slots=True)
class DateImpact:
    """From the forecast of a milestone when the request was written, to the day it would have."""

    before: date | None
    after: date

    @property
    def days(self) -> int | None:
        """Calendar days later; less than 0 when it comes earlier."""
        return (self.after - self.before).days if self.before else None

    def working_days(self, calendar: Calendar) -> int | None:
        return calendar.between(self.before, self.after) if self.before else None


def may_move(here: ChangeState, there: ChangeState) -> bool:
    return there in MOVES[here]


def verdicts(here: ChangeState) -> tuple[ChangeState, ...]:
    """How a request may be decided as it stands: what nobody assessed is not approved."""
    return tuple(one for one in VERDICTS if one in MOVES[here])
