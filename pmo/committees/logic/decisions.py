"""The vocabularies of decisions and actions, and how they are numbered."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg

LEAST_OPTIONS, MOST_OPTIONS = 2, 5  # a question with one answer is no question


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    CHANGED = "changed"  # accepted with change
    DEFERRED = "deferred"
    REFUSED = "refused"


class ActionState(StrEnum):
    """Never stored: said by the dates of the action and today."""

    OPEN = "open"
    LATE = "late"
    DONE = "done"
    CANCELLED = "cancelled"


STATE_NAMES: dict[RequestState, Message] = {
    RequestState.DRAFT: msg("Draft"),
    RequestState.SUBMITTED: msg("Submitted"),
    RequestState.DECIDED: msg("Decided"),
    RequestState.WITHDRAWN: msg("Withdrawn"),
}
OUTCOME_NAMES: dict[Outcome, Message] = {
    Outcome.ACCEPTED: msg("Accepted"),
    Outcome.CHANGED: msg("Accepted with change"),
    Outcome.DEFERRED: msg("Deferred"),
    Outcome.REFUSED: msg("Refused"),
}
ACTION_STATE_NAMES: dict[ActionState, Message] = {
    ActionState.OPEN: msg("Open"),
    ActionState.LATE: msg("Overdue"),
    ActionState.DONE: msg("Done"),
    ActionState.CANCELLED: msg("Cancelled"),
}


def state_of(due: date | None, done_on: date | None, cancelled_on: date | None, today: date) -> ActionState:
    """An action is late from the day after its due day."""
    if cancelled_on is not None:
        return ActionState.CANCELLED
    if done_on is not None:
        return ActionState.DONE
    return ActionState.LATE if due is not None and due < today else ActionState.OPEN


def days_late(due: date | None, done_on: date | None, cancelled_on: date | None, today: date) -> int | None:
    """Calendar days after the due day; None for what is not late."""
    late = state_of(due, done_on, cancelled_on, today) is ActionState.LATE
    return (today - due).days if late and due is not None else None


def next_number(codes: Collection[str], prefix: str, width: int = 0) -> str:
    """The code after the highest one: D12, A-062, 2026-08. Gaps stay gaps."""
    numbers = [
        int(code.removeprefix(prefix)) for code in codes if code.startswith(prefix) and code.removeprefix(prefix).isdigit()
    ]
    return f"{prefix}{max(numbers, default=0) + 1:0{width}}"


def quorum(members: int, percent: int) -> int:
    """How many of the members must be there: at least that share of them, and somebody."""
    return max(1, -(-members * percent // 100))
