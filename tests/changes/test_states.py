"""Which moves a change request may make, and how far a date moves."""

from datetime import date
from itertools import product

import pytest

from pmo.changes.logic import AGAIN, MOVES, OPEN, STATE_NAMES, TONES, ChangeState, DateImpact, may_move, verdicts
from pmo.kernel.working_days import Calendar

S = ChangeState
LEGAL = {
    ("submitted", "assessing"), ("submitted", "rejected"), ("submitted", "merged"),
    ("assessing", "waiting"), ("assessing", "rejected"), ("assessing", "merged"),
    ("waiting", "assessing"), ("waiting", "approved"), ("waiting", "rejected"), ("waiting", "postponed"), ("waiting", "merged"),
    ("approved", "implemented"), ("approved", "waiting"),
    ("rejected", "assessing"), ("postponed", "assessing"), ("merged", "assessing"),
}  # fmt: skip


@pytest.mark.parametrize(("here", "there"), list(product(S, S)))
def test_only_the_legal_moves_are_possible(here, there):
    assert may_move(here, there) == ((here.value, there.value) in LEGAL)


def test_every_state_is_reached_from_the_first_one_and_has_a_word_and_a_tone():
    reached, ahead = set(), {S.SUBMITTED}
    while ahead:
        reached |= ahead
        ahead = {there for here in ahead for there in MOVES[here]} - reached

    assert reached == set(S) == set(STATE_NAMES) == set(TONES)


def test_what_is_taken_up_again_goes_a_legal_way_and_is_open_again():
    assert all(may_move(here, there) and there in OPEN for here, there in AGAIN.items())


@pytest.mark.parametrize(
    ("here", "open_to"),
    [
        (S.SUBMITTED, (S.REJECTED, S.MERGED)),
        (S.ASSESSING, (S.REJECTED, S.MERGED)),
        (S.WAITING, (S.APPROVED, S.REJECTED, S.POSTPONED, S.MERGED)),
        (S.APPROVED, ()),
        (S.IMPLEMENTED, ()),
    ],
)
def test_only_what_was_assessed_can_be_approved(here, open_to):
    assert verdicts(here) == open_to


@pytest.mark.parametrize(
    ("before", "after", "days", "working_days"),
    [
        (date(2026, 4, 2), date(2026, 4, 9), 7, 4),  # over Easter Monday
        (date(2026, 4, 9), date(2026, 4, 2), -7, -4),
        (date(2026, 4, 9), date(2026, 4, 9), 0, 0),
        (None, date(2026, 4, 9), None, None),
    ],
)
def test_a_date_impact_is_counted_in_calendar_and_in_working_days(before, after, days, working_days):
    impact = DateImpact(before, after)

    assert (impact.days, impact.working_days(Calendar(frozenset({date(2026, 4, 6)})))) == (days, working_days)
