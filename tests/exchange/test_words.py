"""Colours, "no value" words and headings, as different offices write them."""

import pytest

from pmo.exchange.logic.headings import ENOUGH, best, likeness
from pmo.exchange.logic.no_value import Reason, no_value
from pmo.exchange.logic.ratings import colour, points
from pmo.portfolio.logic import Colour


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Green", "green"),
        (" GREEN ", "green"),
        ("G", "green"),
        ("groen", "green"),
        ("Vert", "green"),
        ("on track", "green"),
        ("🟢", "green"),
        ("Amber", "amber"),
        ("oranje", "amber"),
        ("O", "amber"),
        ("Yellow", "amber"),
        ("Red", "red"),
        ("rouge", "red"),
        ("en retard", "red"),
        ("Amber/Green", "amber_green"),
        ("Amber/green", "amber_green"),
        ("amber green", "amber_green"),
        ("Green-Amber", "amber_green"),
        ("A/G", "amber_green"),
        ("Amber/Red", "amber_red"),
        ("AMBER / RED", "amber_red"),
        ("AmberRed", "amber_red"),
        ("AR", "amber_red"),
        ("blauw", None),
        ("", None),
        ("Green/Red", None),
        ("The rating is green because", None),
    ],
)
def test_a_colour_is_known_by_many_names(text, meant):
    assert colour(text) == meant


def test_five_points_are_seen_by_a_two_tone_colour():
    assert (points([Colour.GREEN, Colour.AMBER_RED, None]), points([Colour.GREEN, Colour.RED])) == (5, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.BLANK),
        ("  \u00a0 ", Reason.BLANK),
        ("Exempt under Section 43 of the Freedom of Information Act 2000", Reason.EXEMPT),
        ("Data exempt under section 27", Reason.EXEMPT),
        ("Exemption under Section 24", Reason.EXEMPT),
        ("Reset", Reason.RESET),
        ("No DCA", Reason.NO_RATING),
        ("TBC", Reason.CONFIRM),
        ("tbc", Reason.CONFIRM),
        ("TBD", Reason.DECIDE),
        ("n.t.b.", Reason.DECIDE),
        ("à déterminer", Reason.DECIDE),
        ("#N/A", Reason.NOT_AVAILABLE),
        ("N/A", Reason.NOT_AVAILABLE),
        ("n/a", Reason.NOT_AVAILABLE),
        ("n.v.t.", Reason.NOT_AVAILABLE),
        ("-", Reason.NOT_AVAILABLE),
        ("#REF!", Reason.FORMULA),
        ("No end date", Reason.NO_END),
        ("Data Not Provided", Reason.NOT_PROVIDED),
        ("Not provided", Reason.NOT_PROVIDED),
        ("The GMPP project did not provide data", Reason.NOT_PROVIDED),
        ("The project is not in a position to provide this information.", Reason.NOT_PROVIDED),
        ("Early planning GMPP project \r\r\n(The project has not yet passed SOC)", Reason.PLANNING),
        ("No departmental narrative", Reason.NO_COMMENT),
        ("31/12/2026", None),
        ("£12.5", None),
        ("-12", None),
        ("12 March 2026", None),
        ("Green", None),
        ("blauw", None),
    ],
)
def test_a_missing_value_says_why(text, reason):
    assert no_value(text) is reason


WORDINGS = {
    "name": ("project name",),
    "start": ("start date",),
    "end": ("end date", "project end"),
    "budget": ("whole life cost", "budget"),
    "budget_comment": ("budget comment",),
    "rating": ("IPA Delivery Confidence Assessment",),
}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Project Name", "name"),
        ("PROJECT_NAME", "name"),
        ("ProjectName", "name"),
        ("Projct name", "name"),
        ("Start Date (latest approved)", "start"),
        ("Einddatum", None),
        ("Projected end", "end"),
        ("2023/24 Budget (£m)", "budget"),
        ("Budget commentary", "budget_comment"),
        ("IPA Delivery Confidence Assesment 2024", "rating"),
        ("Something else", None),
    ],
)
def test_next_year_s_wording_means_the_same_field(heading, field):
    found = best(heading, WORDINGS)

    assert (found[0].field if found else None) == field


@pytest.mark.parametrize(
    ("one", "other"), [("start date", "end date"), ("budget", "rating"), ("at", "as at"), ("of", "owner of")]
)
def test_different_things_are_not_alike(one, other):
    assert likeness(one, other) < ENOUGH
