"""What may be laid down about an overall colour, and what counts while it holds."""

from datetime import date

import pytest

from pmo.portfolio.logic import Colour, Dimension
from pmo.status.logic.health import COMPUTED, Facts, Mark, Source
from pmo.status.logic.override import Bounds, Override, Wish, objections
from pmo.status.logic.parts import health_of
from tests.status.test_health import LIMITS, TODAY, declared, milestone

G, A, R = Colour.GREEN, Colour.AMBER, Colour.RED
END = date(2026, 3, 30)
AMBER = Override(1, A, "Contract signed", TODAY, END, "E. Wauters")
LATE = (milestone(baseline=1, forecast=60),)


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (Wish(A, "why", END), []),
        (Wish(A, "why", date(2026, 4, 12)), []),
        (Wish(A, "why", date(2026, 4, 13)), ["ends_on"]),
        (Wish(A, "why", TODAY), ["ends_on"]),
        (Wish(A, "", None), ["reason", "ends_on"]),
        (Wish(None, "", None), ["colour", "reason", "ends_on"]),
        (Wish(R, "why", END), ["colour"]),
        (Wish(Colour.AMBER_RED, "why", END), ["colour"]),
    ],
)
def test_a_colour_a_reason_and_a_day_within_the_rule_are_asked_for(wish, fields):
    assert list(objections(wish, Bounds(R, TODAY, 31))) == fields


def test_where_nothing_can_be_computed_any_colour_may_be_laid_down():
    assert [objections(Wish(colour, "why", END), Bounds(None, TODAY, 31)) for colour in (G, A, R)] == [{}, {}, {}]


def test_a_colour_between_two_cannot_be_overridden_by_the_one_it_is_shown_in():
    assert list(objections(Wish(A, "why", END), Bounds(Colour.AMBER_RED, TODAY, 31))) == ["colour"]


def test_the_overridden_colour_counts_and_the_computed_one_stays_beside_it():
    health = health_of(Facts(LATE, declared=declared(overall=G), override=AMBER), LIMITS, TODAY)

    assert (health.overall.colour, health.overall.source, health.computed.colour) == (A, Source.OVERRIDDEN, R)
    assert str(health.overall.sentence) == "Overridden by E. Wauters until 30 Mar 2026: Contract signed."
    assert str(health.computed.sentence) == "The worst part decides: Schedule."
    assert health.is_said_better


def test_nobody_is_named_where_nobody_is_known():
    assert str(Override(1, A, "Contract signed", TODAY, END).sentence) == "Overridden until 30 Mar 2026: Contract signed."


def test_each_of_both_has_its_own_day():
    marks = {Dimension.OVERALL: Mark(A, TODAY, R), COMPUTED: Mark(R, date(2026, 3, 3), A)}

    health = health_of(Facts(LATE, override=AMBER), LIMITS, TODAY, marks)

    assert (health.overall.since, health.computed.since) == (TODAY, date(2026, 3, 3))
    assert health.move(date(2026, 2, 24)) == "up"


def test_before_it_was_ever_overridden_the_computed_colour_began_when_the_one_that_counts_began():
    marks = {Dimension.OVERALL: Mark(R, date(2026, 3, 3), A)}

    health = health_of(Facts(LATE), LIMITS, TODAY, marks)

    assert health.computed == health.overall
