"""The calendar of the house: public holidays of its country."""

from datetime import date

from pmo.schedule.calendars import calendar_around, house_calendar


def test_belgian_holidays_are_no_working_days():
    calendar = house_calendar("BE", 2026, 2026)
    assert [calendar.is_working(day) for day in (date(2026, 5, 1), date(2026, 7, 21), date(2026, 12, 24))] == [False, False, True]


def test_a_country_nobody_knows_has_no_holidays():
    assert house_calendar("XX", 2026, 2026).holidays == frozenset()


def test_one_calendar_serves_a_page_and_the_years_around_it():
    calendar = calendar_around("BE", date(2026, 3, 1), date(2026, 9, 1))
    assert not calendar.is_working(date(2025, 12, 25))
    assert not calendar.is_working(date(2027, 1, 1))


def test_a_plan_of_centuries_is_not_loaded_for_centuries():
    assert len(house_calendar("BE", 1, 9998).holidays) < 61 * 15
