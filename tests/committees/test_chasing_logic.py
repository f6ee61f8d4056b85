"""The ladder of an update asked: who is next and when, hours, what became of it."""

from datetime import UTC, date, datetime

import pytest

from pmo.committees.logic.chasing import Asking, Due, Ladder, Standing, Step, next_due, standing
from pmo.kernel.working_days import Calendar

LADDER, CALENDAR = Ladder(), Calendar(frozenset({date(2026, 4, 6)}))
ALL = set(Step)
TUESDAY, FRIDAY = date(2026, 3, 10), date(2026, 3, 13)


def noon(day):
    return datetime(2026, 3, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "reachable", "due"),
    [
        ({}, ALL, Due(Step.OWNER, FRIDAY)),
        ({}, {Step.PMO}, Due(Step.PMO, FRIDAY)),
        ({Step.OWNER: TUESDAY}, ALL - {Step.OWNER}, Due(Step.PROGRAMME_MANAGER, date(2026, 3, 12))),
        ({Step.OWNER: date(2026, 3, 12)}, ALL - {Step.OWNER}, Due(Step.PROGRAMME_MANAGER, date(2026, 3, 16))),
        ({Step.OWNER: TUESDAY}, {Step.PMO}, Due(Step.PMO, FRIDAY)),
        ({Step.OWNER: TUESDAY, Step.PMO: FRIDAY}, {Step.PROGRAMME_MANAGER, Step.SPONSOR}, Due(Step.SPONSOR, date(2026, 3, 16))),
        ({Step.OWNER: date(2026, 4, 2)}, ALL - {Step.OWNER}, Due(Step.PROGRAMME_MANAGER, date(2026, 4, 7))),
        ({Step.SPONSOR: TUESDAY}, ALL, None),
        ({}, set(), None),
    ],
)
def test_the_next_step_comes_after_its_working_days(told, reachable, due):
    assert next_due(told, reachable, LADDER, CALENDAR, FRIDAY) == due


def test_asking_begins_a_working_week_before_the_cut_off():
    assert LADDER.begins(date(2026, 4, 10), CALENDAR) == date(2026, 4, 2)


@pytest.mark.parametrize(("heard_on", "is_stale"), [(None, True), (date(2026, 2, 27), True), (date(2026, 2, 28), False)])
def test_a_project_is_asked_after_two_weeks_without_a_word(heard_on, is_stale):
    assert LADDER.is_stale(heard_on, FRIDAY) is is_stale


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 13, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 13, 7, tzinfo=UTC), True),
        (datetime(2026, 3, 13, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 13, 19, tzinfo=UTC), False),
        (datetime(2026, 3, 14, 12, tzinfo=UTC), False),
    ],
)
def test_nobody_is_written_to_in_the_evening_or_on_a_day_off(moment, is_open):
    assert LADDER.is_open(moment, CALENDAR) is is_open


@pytest.mark.parametrize(
    ("asking", "is_stale", "stands"),
    [
        (Asking(FRIDAY), False, Standing.FRESH),
        (Asking(FRIDAY), True, Standing.WAITING),
        (Asking(date(2026, 3, 14), noon(10)), True, Standing.ASKED),
        (Asking(FRIDAY, noon(10)), True, Standing.SILENT),
        (Asking(FRIDAY, noon(10), noon(9)), True, Standing.SILENT),
        (Asking(FRIDAY, noon(10), noon(11)), False, Standing.ANSWERED),
        (Asking(FRIDAY, noon(10), is_excused=True), True, Standing.EXCUSED),
    ],
)
def test_where_a_project_stands(asking, is_stale, stands):
    assert standing(asking, is_stale=is_stale, today=FRIDAY) is stands
