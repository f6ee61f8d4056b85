"""Counting working days, against the slow and obvious way."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.kernel.working_days import Calendar

BELGIUM_2026 = Calendar(
    frozenset({date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 21)})
)
DAYS = st.dates(date(2025, 11, 1), date(2027, 3, 1))
CALENDARS = st.builds(Calendar, st.frozensets(DAYS, max_size=40))


def every_day(first, last):
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def test_both_ends_are_counted():
    assert BELGIUM_2026.count(date(2026, 1, 12), date(2026, 2, 20)) == 30


def test_a_holiday_is_not_counted():
    assert BELGIUM_2026.count(date(2026, 3, 16), date(2026, 5, 8)) == 38


def test_a_weekend_has_none():
    assert BELGIUM_2026.count(date(2026, 3, 14), date(2026, 3, 15)) == 0


def test_the_working_day_after_friday_is_monday_unless_monday_is_closed():
    assert BELGIUM_2026.add(date(2026, 3, 13), 1) == date(2026, 3, 16)
    assert BELGIUM_2026.add(date(2026, 4, 3), 1) == date(2026, 4, 7)


def test_zero_days_after_a_closed_day_is_the_next_working_day():
    assert BELGIUM_2026.add(date(2026, 5, 1), 0) == date(2026, 5, 4)
    assert BELGIUM_2026.add(date(2026, 5, 4), 0) == date(2026, 5, 4)


def test_from_friday_to_monday_one_working_day_passes():
    assert BELGIUM_2026.between(date(2026, 3, 13), date(2026, 3, 16)) == 1
    assert BELGIUM_2026.between(date(2026, 3, 13), date(2026, 3, 13)) == 0


@settings(deadline=None)
@given(calendar=CALENDARS, one=DAYS, other=DAYS)
def test_counting_equals_looking_at_every_day(calendar, one, other):
    first, last = min(one, other), max(one, other)
    assert calendar.count(first, last) == sum(map(calendar.is_working, every_day(first, last)))
    assert calendar.between(last, first) == -calendar.between(first, last)


@settings(deadline=None)
@given(calendar=CALENDARS, day=DAYS, days=st.integers(1, 90))
def test_adding_lands_on_the_n_th_working_day(calendar, day, days):
    later, earlier = calendar.add(day, days), calendar.add(day, -days)
    assert calendar.is_working(later)
    assert calendar.is_working(earlier)
    assert calendar.between(day, later) == days
    assert calendar.count(earlier, day - timedelta(1)) == days
