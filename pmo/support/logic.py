"""Support requests in the words of the house: urgency, state, and which step leads where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.kernel.working_days import Calendar


class Urgency(StrEnum):
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


URGENCY_NAMES: dict[Urgency, Message] = {
    Urgency.HIGH: msg("Urgent"),
    Urgency.NORMAL: msg("Normal"),
    Urgency.LOW: msg("Can wait"),
}


class State(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"


STATE_NAMES: dict[State, Message] = {
    State.NEW: msg("New"),
    State.TAKEN: msg("In hand"),
    State.ANSWERED: msg("Answered"),
    State.CLOSED: msg("Closed"),
}
TONES: dict[State, str] = {State.NEW: "amber", State.TAKEN: "act", State.ANSWERED: "green", State.CLOSED: "line"}
WAITING = (State.NEW, State.TAKEN)  # for the PMO


class Step(StrEnum):
    """What can happen to a request."""

    TAKE = "take"  # the PMO: it is mine
    ANSWER = "answer"  # the PMO
    ADD = "add"  # whoever asked says more
    CLOSE = "close"  # whoever asked: it is solved
    FINISH = "finish"  # the PMO: nothing more to say
    REOPEN = "reopen"


STEPS: Mapping[Step, Mapping[State, State]] = {
    Step.TAKE: {State.NEW: State.TAKEN, State.TAKEN: State.TAKEN},
    Step.ANSWER: {State.NEW: State.ANSWERED, State.TAKEN: State.ANSWERED, State.ANSWERED: State.ANSWERED},
    Step.ADD: {State.NEW: State.NEW, State.TAKEN: State.TAKEN, State.ANSWERED: State.TAKEN},
    Step.CLOSE: {State.NEW: State.CLOSED, State.TAKEN: State.CLOSED, State.ANSWERED: State.CLOSED},
    Step.FINISH: {State.ANSWERED: State.CLOSED},
    Step.REOPEN: {State.CLOSED: State.TAKEN},
}


def after(state: State, step: Step) -> State | None:
    """Where a step leads; None when it cannot be done now."""
    return STEPS[step].get(state)


def due_day(asked_on: date, within: int, calendar: Calendar) -> date:
    """The working day up to which an answer is promised."""
    return calendar.add(asked_on, within)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands on a day."""

    state: State
    due: date
    today: date

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.due < self.today
