"""Which step leads where, and until when an answer is promised: pure rules."""

from datetime import date

import pytest

from pmo.kernel.working_days import Calendar
from pmo.support.logic import Standing, State, Step, after, due_day

N, T, A, C = State.NEW, State.TAKEN, State.ANSWERED, State.CLOSED


@pytest.mark.parametrize(
    ("step", "leads_to"),
    [
        (Step.TAKE, {N: T, T: T, A: None, C: None}),
        (Step.ANSWER, {N: A, T: A, A: A, C: None}),
        (Step.ADD, {N: N, T: T, A: T, C: None}),
        (Step.CLOSE, {N: C, T: C, A: C, C: None}),
        (Step.FINISH, {N: None, T: None, A: C, C: None}),
        (Step.REOPEN, {N: None, T: None, A: None, C: T}),
    ],
)
def test_a_step_leads_from_some_states_only(step, leads_to):
    assert {state: after(state, step) for state in State} == leads_to


def test_the_answer_is_promised_in_working_days():
    assert due_day(date(2026, 3, 12), 2, Calendar()) == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (N, date(2026, 3, 16), (True, False)),
        (T, date(2026, 3, 17), (True, True)),
        (A, date(2026, 3, 17), (False, False)),
        (C, date(2026, 3, 17), (False, False)),
    ],
)
def test_only_what_waits_for_the_pmo_is_late(state, today, expected):
    one = Standing(state, date(2026, 3, 16), today)

    assert (one.is_waiting, one.is_late) == expected
