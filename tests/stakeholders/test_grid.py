"""Where a stakeholder stands, and whom a filter shows: pure rules."""

import pytest

from pmo.stakeholders.logic import Engagement, Quadrant, Standing, Wanted, count_short, quadrant

NEUTRAL = Standing("an agency", Quadrant.MANAGE, Engagement.NEUTRAL, Engagement.SUPPORTIVE)
LEADING = Standing("a sponsor", Quadrant.SATISFY, Engagement.LEADING, Engagement.SUPPORTIVE)
GONE = Standing("gone", Quadrant.MANAGE, Engagement.RESISTANT, Engagement.NEUTRAL, is_archived=True)


@pytest.mark.parametrize(
    ("power", "interest", "expected"),
    [(4, 4, "manage"), (5, 3, "satisfy"), (3, 4, "inform"), (3, 3, "monitor"), (5, 5, "manage"), (1, 1, "monitor")],
)
def test_power_and_interest_say_which_attention_somebody_needs(power, interest, expected):
    assert quadrant(power, interest, high_from=4) == expected


def test_who_stands_below_what_is_needed_counts_while_in_the_register():
    assert (NEUTRAL.is_short, LEADING.is_short, GONE.is_short) == (True, False, True)
    assert count_short([NEUTRAL, LEADING, GONE]) == 1


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Wanted(), [NEUTRAL, LEADING]),
        (Wanted(words="agen"), [NEUTRAL]),
        (Wanted(quadrant=Quadrant.SATISFY), [LEADING]),
        (Wanted(short_only=True), [NEUTRAL]),
        (Wanted(archived=True), [GONE]),
    ],
)
def test_a_filter_shows_who_fits(wanted, shown):
    assert [one for one in (NEUTRAL, LEADING, GONE) if wanted.shows(one)] == shown
