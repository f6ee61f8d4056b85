"""What a project must have by its method and phase, and how much of it is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Phase


class DocumentState(StrEnum):
    PRESENT = "present"
    EXPIRED = "expired"
    MISSING = "missing"
    LATER = "later"
    NOT_NEEDED = "not_needed"


STATE_NAMES: dict[DocumentState, Message] = {
    DocumentState.PRESENT: msg("Present"),
    DocumentState.EXPIRED: msg("Expired"),
    DocumentState.MISSING: msg("Missing"),
    DocumentState.LATER: msg("Later"),
    DocumentState.NOT_NEEDED: msg("Not applicable"),
}
TONES: dict[DocumentState, str] = {
    DocumentState.PRESENT: "green",
    DocumentState.EXPIRED: "amber",
    DocumentState.MISSING: "red",
    DocumentState.LATER: "line",
    DocumentState.NOT_NEEDED: "",
}
PHASE_ORDER = {phase: number for number, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a project holds against one artefact."""

    has_content: bool = False  # a file or a link
    valid_until: date | None = None  # the last day it counts; None: for ever
    not_needed: bool = False


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the artefacts that a project must have by now are present and valid."""

    present: int
    due: int

    @property
    def is_complete(self) -> bool:
        return self.present == self.due


def state_of(answer: Answer, asked_in: Phase, phase: Phase, today: date) -> DocumentState:
    """An artefact is missing from the phase on that asks for it; before, it comes later."""
    if answer.not_needed:
        return DocumentState.NOT_NEEDED
    if answer.has_content:
        is_over = answer.valid_until is not None and answer.valid_until < today
        return DocumentState.EXPIRED if is_over else DocumentState.PRESENT
    return DocumentState.MISSING if PHASE_ORDER[asked_in] <= PHASE_ORDER[phase] else DocumentState.LATER


def completeness(states: Iterable[DocumentState]) -> Completeness:
    """What comes later or does not apply counts neither way."""
    counted = [state for state in states if state not in (DocumentState.LATER, DocumentState.NOT_NEEDED)]
    return Completeness(counted.count(DocumentState.PRESENT), len(counted))
