"""Which version counts, whom it is for, how somebody stands towards it: pure rules."""

from datetime import date

import pytest

from pmo.kernel.permissions import Role
from pmo.procedures.logic import Followed, Issue, coming, in_force, is_for, mine

FIRST, SECOND, THIRD = (Issue(1, 1, date(2026, 1, 1)), Issue(2, 2, date(2026, 3, 1)), Issue(3, 3, date(2026, 4, 1)))


@pytest.mark.parametrize(
    ("today", "now", "later"),
    [
        (date(2025, 12, 31), None, THIRD),
        (date(2026, 1, 1), FIRST, THIRD),
        (date(2026, 3, 31), SECOND, THIRD),
        (date(2026, 4, 1), THIRD, None),
    ],
)
def test_the_newest_version_whose_day_has_come_is_in_force(today, now, later):
    issues = [FIRST, SECOND, THIRD]

    assert (in_force(issues, today), coming(issues, today)) == (now, later)


@pytest.mark.parametrize(
    ("audience", "roles", "expected"),
    [
        ([], [Role.FINANCE], True),
        ([], [], False),
        (["PJM", "CTR"], [Role.CONTRIBUTOR, Role.FINANCE], True),
        (["PJM"], [Role.FINANCE], False),
    ],
)
def test_it_is_for_who_holds_one_of_its_roles(audience, roles, expected):
    assert is_for(audience, roles) == expected


@pytest.mark.parametrize(
    ("current", "confirmed", "is_asked", "expected"),
    [
        (FIRST, False, True, "to_read"),
        (FIRST, True, True, "confirmed"),
        (FIRST, True, False, "confirmed"),
        (FIRST, False, False, "not_asked"),
        (None, False, True, "not_asked"),
    ],
)
def test_somebody_has_something_to_read_while_asked_and_not_confirmed(current, confirmed, is_asked, expected):
    assert mine(current, confirmed=confirmed, is_asked=is_asked) == expected


def test_it_is_complete_when_all_who_are_asked_have_confirmed():
    assert (Followed(2, 3).is_complete, Followed(3, 3).is_complete) == (False, True)
