"""One typed line of minutes: what it says, and what is not understood. No database, no clock."""

from datetime import date

import pytest

from pmo.committees.logic.decisions import ActionState, days_late, next_number, quorum, state_of
from pmo.committees.logic.minutes import ActionLine, DecisionLine, Member, NotUnderstood, read_line

TODAY = date(2026, 3, 12)
PEOPLE = (
    Member(1, "Sanna Korhonen", "sanna.korhonen@example.org"),
    Member(2, "Wim De Smet"),
    Member(3, "Mathieu Claes"),
    Member(4, "Pieter Claes"),
    Member(5, "An Peeters"),
    Member(6, "Hélène Dupré"),
)


def read(line):
    return read_line(line, PEOPLE, TODAY)


def test_a_decision_is_its_words():
    assert read("D:  Open Oulu   now") == DecisionLine("Open Oulu now")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A: @korhonen due 12 Mar Sign the contract", ActionLine(1, date(2026, 3, 12), "Sign the contract")),
        ("a: @sanna.korhonen due 2026-04-10: Sign", ActionLine(1, date(2026, 4, 10), "Sign")),
        ("A: Sign the contract @desmet by 3 May", ActionLine(2, date(2026, 5, 3), "Sign the contract")),
        ('A: @"An Peeters" due 31/3 write', ActionLine(5, date(2026, 3, 31), "write")),
        ("A: @helene pour le 14 août 2026 relire la note", ActionLine(6, date(2026, 8, 14), "relire la note")),
        ("A: @smet avant le 1er avr. relire", ActionLine(2, date(2026, 4, 1), "relire")),
        ("A: @smet d’ici le 3 février 2027 relire", ActionLine(2, date(2027, 2, 3), "relire")),
        ("A: @smet tegen 3 mei nalezen", ActionLine(2, date(2026, 5, 3), "nalezen")),
        ("A: @smet vóór 12 maart 2027 nalezen", ActionLine(2, date(2027, 3, 12), "nalezen")),
        ("A: @smet due +10d Report", ActionLine(2, date(2026, 3, 22), "Report")),
        ("A: @smet due 12 May 20 sites open", ActionLine(2, date(2026, 5, 12), "20 sites open")),
        ("A: @smet Reply by letter due 12 May", ActionLine(2, date(2026, 5, 12), "Reply by letter")),
    ],
)
def test_an_action_has_an_owner_a_day_and_words_in_three_languages(line, expected):
    assert read(line) == expected


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Open Oulu now", "Begin the line with D: for a decision or A: for an action."),
        ("X: Open Oulu now", "Begin the line with D: for a decision or A: for an action."),
        ("D:", "Nothing stands after the colon."),
        ("A: due 12 May Sign", 'Say who does it: @ and a name, such as @janssens or @"An Peeters".'),
        ("A: @nobody due 12 May Sign", "Nobody here is called @nobody."),
        ("A: @claes due 12 May Sign", "@claes may be several people: Mathieu Claes, Pieter Claes. Write more of the name."),
        ("A: @smet Sign", "Say until when: due and a date, such as due 12 Mar."),
        ("A: @smet due soon Sign", "soon Sign is no date. Write it as 12 Mar, 31/3 or 2026-03-31."),
        ("A: @smet due 31 Feb Sign", "31 Feb is no date. Write it as 12 Mar, 31/3 or 2026-03-31."),
        ("A: @smet due 12 May", "Say what is to be done after the date."),
    ],
)
def test_a_line_that_is_not_understood_says_which_part(line, sentence):
    with pytest.raises(NotUnderstood) as refused:
        read(line)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("due", "done_on", "cancelled_on", "state", "late"),
    [
        (TODAY, None, None, ActionState.OPEN, None),
        (date(2026, 3, 10), None, None, ActionState.LATE, 2),
        (date(2026, 3, 10), TODAY, None, ActionState.DONE, None),
        (date(2026, 3, 10), None, TODAY, ActionState.CANCELLED, None),
    ],
)
def test_the_state_of_an_action_is_said_by_its_days(due, done_on, cancelled_on, state, late):
    assert (state_of(due, done_on, cancelled_on, TODAY), days_late(due, done_on, cancelled_on, TODAY)) == (state, late)


@pytest.mark.parametrize(
    ("codes", "prefix", "width", "expected"),
    [
        ([], "D", 0, "D1"),
        (["D1", "D9"], "D", 0, "D10"),
        (["A-061", "A-3"], "A-", 3, "A-062"),
        (["2025-09", "2026-07"], "2026-", 2, "2026-08"),
        (["D-x"], "D", 0, "D1"),
    ],
)
def test_numbers_go_on_after_the_highest(codes, prefix, width, expected):
    assert next_number(codes, prefix, width) == expected


@pytest.mark.parametrize(("members", "percent", "expected"), [(11, 50, 6), (10, 50, 5), (3, 100, 3), (0, 50, 1), (1, 10, 1)])
def test_a_quorum_is_a_share_of_the_members(members, percent, expected):
    assert quorum(members, percent) == expected
