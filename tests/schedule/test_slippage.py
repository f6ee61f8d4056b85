"""How late a milestone is, and what colour that makes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pmo.portfolio.logic import Colour
from pmo.rules.logic import Entry, Unit, book
from pmo.schedule.logic.slippage import colour, days_overdue, last, limits, next_open, slip, to_baseline, to_commitment

TODAY = date(2026, 3, 12)
VALUES = {
    "milestone.slip_to_baseline.amber": 8, "milestone.slip_to_baseline.red": 31,
    "milestone.slip_to_commitment.amber": 1, "milestone.slip_to_commitment.red": 15,
    "milestone.overdue.amber": 1, "milestone.overdue.red": 15,
}  # fmt: skip
RULES = book((Entry(code, Decimal(days), Unit.CALENDAR_DAYS, date(2000, 1, 1)) for code, days in VALUES.items()), TODAY)
LIMITS = limits(RULES)


@dataclass(frozen=True)
class At:
    """A milestone by its dates; numbers are days from today."""

    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None
    actual: date | None = None
    cancelled_on: date | None = None


def at(**days):
    return At(**{field: TODAY + timedelta(days=count) for field, count in days.items()})


@pytest.mark.parametrize(
    ("milestone", "baseline", "commitment"),
    [
        (at(baseline=10, commitment=20, forecast=26), 16, 6),
        (at(baseline=10, commitment=20, forecast=26, actual=9), -1, -11),
        (at(baseline=10, forecast=10), 0, None),
        (at(forecast=10), None, None),
        (at(baseline=10), None, None),
    ],
)
def test_slip_is_told_twice_and_a_fact_replaces_the_forecast(milestone, baseline, commitment):
    assert (to_baseline(milestone), to_commitment(milestone)) == (baseline, commitment)


def test_slip_counts_calendar_days():
    assert slip(date(2026, 2, 27), date(2026, 3, 2)) == 3


@pytest.mark.parametrize(
    ("milestone", "expected"),
    [
        (at(baseline=10, forecast=17), Colour.GREEN),
        (at(baseline=10, forecast=18), Colour.AMBER),
        (at(baseline=10, forecast=40), Colour.AMBER),
        (at(baseline=10, forecast=41), Colour.RED),
        (at(baseline=10, commitment=16, forecast=16), Colour.GREEN),
        (at(baseline=10, commitment=15, forecast=16), Colour.AMBER),
        (at(baseline=10, commitment=1, forecast=16), Colour.RED),
        (at(baseline=-1, forecast=0), Colour.GREEN),
        (at(baseline=-1, forecast=-1), Colour.AMBER),
        (at(baseline=-15, forecast=-15), Colour.RED),
        (at(baseline=-15, forecast=-15, actual=-15), Colour.GREEN),
        (at(forecast=5), None),
        (at(baseline=5), None),
        (at(forecast=-1), Colour.AMBER),
    ],
)
def test_the_worst_of_three_latenesses_colours_a_milestone(milestone, expected):
    assert colour(milestone, TODAY, LIMITS) == expected


@pytest.mark.parametrize(("tolerance", "amber", "red"), [(None, 8, 31), (0, 1, 24), (7, 8, 31), (20, 21, 44)])
def test_a_projects_own_tolerance_moves_both_limits(tolerance, amber, red):
    own = limits(RULES, tolerance_days=tolerance)

    assert (own.baseline.amber, own.baseline.red, own.tolerance_days) == (amber, red, amber - 1)
    assert (own.commitment.amber, own.commitment.red) == (1, 15)


@pytest.mark.parametrize(
    ("milestone", "days"),
    [
        (at(forecast=-3), 3),
        (at(forecast=0), None),
        (at(forecast=-3, actual=-1), None),
        (at(forecast=-3, cancelled_on=-1), None),
        (at(), None),
    ],
)
def test_only_an_open_milestone_past_its_forecast_is_overdue(milestone, days):
    assert days_overdue(milestone, TODAY) == days


def test_the_next_milestone_is_the_earliest_open_one_even_if_it_is_overdue():
    reached, overdue, ahead, unknown = at(forecast=-9, actual=-9), at(forecast=-2), at(forecast=4), at()

    assert next_open([unknown, ahead, overdue, reached]) == overdue
    assert next_open([reached]) is None


def test_a_project_ends_with_its_latest_milestone_that_was_not_cancelled():
    early, late, gone, unknown = at(forecast=4, actual=5), at(forecast=40), at(forecast=99, cancelled_on=0), at()

    assert last([late, early, gone, unknown]) == late
    assert last([gone]) is None
