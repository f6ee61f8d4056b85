"""Milestones on time are counted by one definition: on the portfolio page, in the indicator, and in the pure rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pmo.db import transaction
from pmo.indicators import actions as indicators
from pmo.indicators.actions import Definition
from pmo.indicators.computing import running
from pmo.indicators.logic.definition import Direction, Limits, Source
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.rules.queries import rule_book
from pmo.schedule.logic.on_time import fell_due, was_on_time
from pmo.status.asking import Selection
from pmo.status.figures import portfolio_figures
from tests.conftest import TODAY

PMO = Actor(1, "Els", frozenset({Grant(Role.PMO)}))
CASES = [  # days from today: baseline, actual; cancelled
    (0, None, False),
    (-1, -1, False),
    (-1, -2, False),
    (-2, -1, False),
    (-5, None, False),
    (-3, -3, True),
    (1, -1, False),
    (-89, -89, False),
    (-90, -90, False),
    (None, -4, False),
]


def day(count):
    return None if count is None else TODAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("baseline", "actual", "due", "on_time"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), True, True),
        (date(2026, 3, 31), date(2026, 4, 1), True, False),
        (date(2026, 3, 31), None, True, False),
        (date(2026, 4, 1), date(2026, 3, 1), False, True),
        (None, date(2026, 3, 1), False, False),
    ],
)
def test_the_definition(baseline, actual, due, on_time):
    assert fell_due(baseline, date(2026, 3, 1), date(2026, 3, 31)) is due
    assert was_on_time(baseline, actual) is on_time


@pytest.fixture
def programme(make):
    programme = make.programme()
    project = make.project(programme)
    for baseline, actual, is_cancelled in CASES:
        cancelled = {"cancelled_on": TODAY} if is_cancelled else {}
        make.milestone(project, baseline=day(baseline), forecast=day(baseline), actual=day(actual), **cancelled)
    return programme


def test_the_portfolio_counts_by_it_over_its_last_days(programme):
    window = rule_book().days("milestone.on_time.window")
    first = TODAY - timedelta(days=window - 1)
    counted = [(day(b), day(a)) for b, a, gone in CASES if not gone and fell_due(day(b), first, TODAY)]

    slips = portfolio_figures(PMO, Selection()).slips

    assert (slips.due_now, slips.hit_now) == (len(counted), sum(was_on_time(*one) for one in counted)) == (6, 3)


def test_the_indicator_counts_by_it_over_its_period(programme):
    with transaction("test"):
        definition = Definition("On time", Source.ADHERENCE, Limits(Direction.UP))
        indicator = indicators.define(programme.place, definition, starts_on=date(2026, 3, 1))
    counted = [(day(b), day(a)) for b, a, gone in CASES if not gone and fell_due(day(b), date(2026, 3, 1), TODAY)]

    found = running(indicator, rule_book(), TODAY)

    assert found.value == Decimal(100) * sum(was_on_time(*one) for one in counted) / len(counted)
    assert len(found.counted) == len(counted) == 5


def test_both_pages_say_it(login, programme):
    with transaction("test"):
        limits = Limits(Direction.UP)
        indicator = indicators.define(
            programme.place, Definition("On time", Source.ADHERENCE, limits), starts_on=date(2026, 3, 1)
        )
    client, sentence = login(Role.PMO), "those reached on or before it. One not reached yet is not on time"

    assert sentence in client.get("/portfolio").text
    assert sentence in client.get(f"/indicators/{indicator.id}").text
