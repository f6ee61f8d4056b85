"""What is wrong with an indicator: one table of cases for each rule."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.alerts.logic.indicator_rules import IndicatorFacts, find
from pmo.alerts.logic.rules import RuleCode, Severity
from pmo.alerts.logic.sentences import sentence
from pmo.indicators.logic.definition import Direction, Limits
from pmo.kernel.permissions import Place

UP = Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70))


def facts(value=None, limits=UP, **more):
    number = None if value is None else Decimal(value)
    return IndicatorFacts(7, "On time", "%", "month", limits, Place(1), 3, date(2026, 2, 1), number, **more)


@pytest.mark.parametrize(
    ("value", "severity", "limit"),
    [
        ("92", None, None),
        ("87", None, None),  # off the target, beyond no limit
        ("85", None, None),
        ("84.9", Severity.AMBER, "85"),
        ("70", Severity.AMBER, "85"),
        ("69", Severity.RED, "70"),
        (None, None, None),  # missing is missing
    ],
)
def test_a_value_beyond_a_limit_is_found(value, severity, limit):
    found = list(find(facts(value)))

    assert [(one.rule, one.severity, one.owner_id, one.facts["limit"]) for one in found] == (
        [(RuleCode.INDICATOR_BEYOND, severity, 3, limit)] if severity else []
    )


def test_an_indicator_without_limits_is_never_beyond_them():
    assert list(find(facts("1", Limits(Direction.UP, Decimal(90))))) == []


@pytest.mark.parametrize(("late", "since", "rules"), [(0, None, []), (2, date(2026, 3, 6), [RuleCode.INDICATOR_LATE])])
def test_answers_that_did_not_come_by_their_day_are_found(late, since, rules):
    assert [one.rule for one in find(facts(late=late, late_since=since))] == rules


def test_the_sentences_say_value_period_limit_and_how_many_are_late():
    beyond, late = find(facts("69.25", late=2, late_since=date(2026, 3, 6)))

    assert [str(sentence(one.rule, one.facts)).replace("\N{NO-BREAK SPACE}", " ") for one in (beyond, late)] == [
        "On time: 69.2 % in the period from 1 Feb 2026, limit 70 %",
        "On time: 2 values were due, the first on 6 Mar 2026",
    ]
