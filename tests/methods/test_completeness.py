"""What is missing, what expired, and how much is there: pure rules."""

from datetime import date

import pytest

from pmo.methods.logic import Answer, Completeness, DocumentState, completeness, state_of
from pmo.portfolio.logic import Phase

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("answer", "asked_in", "expected"),
    [
        (Answer(), Phase.INITIATING, "missing"),
        (Answer(), Phase.EXECUTING, "missing"),
        (Answer(), Phase.CLOSING, "later"),
        (Answer(has_content=True), Phase.CLOSING, "present"),
        (Answer(has_content=True, valid_until=TODAY), Phase.PLANNING, "present"),
        (Answer(has_content=True, valid_until=date(2026, 3, 11)), Phase.PLANNING, "expired"),
        (Answer(valid_until=date(2026, 3, 11)), Phase.PLANNING, "missing"),
        (Answer(has_content=True, not_needed=True), Phase.PLANNING, "not_needed"),
        (Answer(not_needed=True), Phase.CLOSING, "not_needed"),
    ],
)
def test_an_artefact_is_there_or_missing_from_its_phase_on(answer, asked_in, expected):
    assert state_of(answer, asked_in, Phase.EXECUTING, TODAY) == expected


def test_what_expired_is_asked_for_and_not_there():
    found = completeness([DocumentState.PRESENT, DocumentState.EXPIRED, DocumentState.MISSING])

    assert (found, found.is_complete) == (Completeness(1, 3), False)


def test_what_comes_later_or_does_not_apply_counts_neither_way():
    found = completeness([DocumentState.PRESENT, DocumentState.LATER, DocumentState.NOT_NEEDED])

    assert (found, found.is_complete) == (Completeness(1, 1), True)
