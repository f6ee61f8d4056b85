"""What colour a project has, and the sentences that say why."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pmo.portfolio.logic import Colour, Dimension
from pmo.rules.logic import Entry, Unit, book
from pmo.status.logic.costs import bound_percent, cost, over_percent
from pmo.status.logic.health import Declared, Facts, Mark, Milestone, Money, Risk, Risks, Source
from pmo.status.logic.parts import health_of, limits_of, risk, schedule

TODAY = date(2026, 3, 12)
G, A, R = Colour.GREEN, Colour.AMBER, Colour.RED
VALUES = {
    "milestone.slip_to_baseline.amber": 8, "milestone.slip_to_baseline.red": 31,
    "milestone.slip_to_commitment.amber": 1, "milestone.slip_to_commitment.red": 15,
    "milestone.overdue.amber": 1, "milestone.overdue.red": 15,
    "cost.over_budget.amber": 5, "cost.over_budget.red": 10,
    "cost.bound_over_budget.amber": 0, "cost.bound_over_budget.red": 10,
    "risk.project.amber_from": 12, "risk.band.red_from": 20,
}  # fmt: skip
RULES = book((Entry(code, Decimal(value), Unit.SCORE, date(2000, 1, 1)) for code, value in VALUES.items()), TODAY)
LIMITS = limits_of(RULES, None, None, None)


def milestone(name="Ethics opinion", **days):
    dates = {field: TODAY + timedelta(days=count) for field, count in days.items()}
    return Milestone(id=sum(map(ord, name)), code="M01", name=name, **dates)


def money(budget, spent=None, forecast=None, committed=None, **more):
    amounts = [None if value is None else Decimal(value) for value in (budget, spent, forecast)]
    bound = None if committed is None else Decimal(committed)
    more |= {"committed": bound, "bound_percent": bound_percent(*amounts[:2], bound)}
    return Money("EUR", *amounts, over_percent=over_percent(*amounts), **more)


def declared(**colours):
    return Declared({Dimension(name): colour for name, colour in colours.items()}, datetime(2026, 3, 9, tzinfo=UTC), "W. De Smet")


def said(health):
    return [str(reason.sentence).replace("\N{NO-BREAK SPACE}", " ") for reason in health.reasons]


@pytest.mark.parametrize(
    ("milestones", "colour", "sentences"),
    [
        ([], None, ["There are no milestones yet."]),
        ([milestone(forecast=9)], None, ["No milestone has dates that could be compared."]),
        ([milestone(baseline=9, forecast=9)], G, ["Every open milestone is within its limits."]),
        ([milestone(baseline=-9, forecast=-9, actual=30)], G, ["Every milestone is reached."]),
        ([milestone(baseline=9, forecast=99, cancelled_on=0)], None, ["There are no milestones yet."]),
        (
            [milestone(baseline=9, forecast=17), milestone("Rehearsal", baseline=1, forecast=36)],
            R,
            ["Rehearsal: 35 d after baseline. Red from 31 d."],
        ),
        (
            [milestone(baseline=9, commitment=20, forecast=23)],
            A,
            [
                "Ethics opinion: 14 d after baseline. Amber from 8 d, red from 31 d.",
                "Ethics opinion: 3 d after what the committee was told. Amber from 1 d, red from 15 d.",
            ],
        ),
        (
            [milestone(baseline=-20, forecast=-20), milestone("Later", baseline=3, forecast=12)],
            R,
            [
                "Ethics opinion: 20 d past its forecast and not reported. Red from 15 d.",
                "Later: 9 d after baseline. Amber from 8 d, red from 31 d.",
            ],
        ),
    ],
)
def test_schedule_is_the_worst_of_what_lies_ahead(milestones, colour, sentences):
    health = schedule(tuple(milestones), LIMITS, TODAY)

    assert (health.colour, said(health)) == (colour, sentences)


@pytest.mark.parametrize(
    ("amounts", "colour", "sentence"),
    [
        ((520, 369, 577), R, "Forecast € 577 k against € 520 k: 11 % over. Red above 10 %."),
        ((410, 156, 434), A, "Forecast € 434 k against € 410 k: 5.9 % over. Amber above 5 %, red above 10 %."),
        ((400, 0, 420), G, "Forecast € 420 k against € 400 k: 5 % over. Amber above 5 %, red above 10 %."),
        ((400, 0, 440), A, "Forecast € 440 k against € 400 k: 10 % over. Amber above 5 %, red above 10 %."),
        ((400, 0, 400), G, "Forecast € 400 k, as budgeted. Amber above 5 %, red above 10 %."),
        ((400, 0, 300), G, "Forecast € 300 k against € 400 k: 25 % under. Amber above 5 %, red above 10 %."),
        ((400, 500, None), R, "Spent € 500 k of € 400 k: 25 % over. Red above 10 %."),
        ((400, 100, None), None, "No forecast at completion was given. Not counted, not green."),
        ((None, 100, 100), None, "No budget was given. Not counted, not green."),
        ((0, 0, 0), None, "No forecast at completion was given. Not counted, not green."),
    ],
)
def test_cost_compares_the_forecast_with_the_budget(amounts, colour, sentence):
    health = cost(money(*(None if amount is None else amount * 1000 for amount in amounts)), LIMITS.cost)

    assert (health.colour, said(health)) == (colour, [sentence])


@pytest.mark.parametrize(
    ("amounts", "colour", "sentences"),
    [
        ((400, 300, 400, 100), G, ["Forecast € 400 k, as budgeted. Amber above 5 %, red above 10 %."]),
        (
            (400, 300, 400, 120),
            A,
            [
                "Spent and committed € 420 k of € 400 k: 5 % over. Amber above 0 %, red above 10 %.",
            ],
        ),
        ((400, 300, None, 142), R, ["Spent and committed € 442 k of € 400 k: 10.5 % over. Red above 10 %."]),
        ((400, None, None, 404), A, ["Committed alone € 404 k of € 400 k: 1 % over. Amber above 0 %, red above 10 %."]),
        ((400, None, None, 400), None, ["No forecast at completion was given. Not counted, not green."]),
        ((400, 390, None, None), None, ["No forecast at completion was given. Not counted, not green."]),
        ((None, 390, None, 100), None, ["No budget was given. Not counted, not green."]),
    ],
)
def test_what_is_bound_beyond_the_budget_is_said_whatever_the_forecast_says(amounts, colour, sentences):
    health = cost(money(*(None if amount is None else amount * 1000 for amount in amounts)), LIMITS.cost)

    assert (health.colour, said(health)) == (colour, sentences)


def test_what_is_bound_has_the_rule_its_limit_comes_from():
    health = cost(money(400, 300, 300, 150), LIMITS.cost)

    assert [reason.rule for reason in health.reasons] == ["cost.bound_over_budget.red"]


def test_the_tolerance_of_a_project_holds_for_what_is_bound_too():
    wider = limits_of(RULES, None, None, Decimal(12)).cost

    assert cost(money(400, 300, 400, 148), wider).colour is G
    assert cost(money(400, 300, 400, 149), wider).colour is A


def test_what_is_bound_may_be_said_where_amounts_may_not():
    hidden = Money("EUR", bound_percent=Decimal(4), is_shown=False)

    assert said(cost(hidden, LIMITS.cost)) == ["More is spent and committed than the budget. Amber above 0 %, red above 10 %."]


def test_a_colour_may_be_seen_where_amounts_may_not():
    hidden = Money("EUR", over_percent=Decimal(11), is_shown=False)

    assert said(cost(hidden, LIMITS.cost)) == ["The forecast is above the budget. Red above 10 %."]


@pytest.mark.parametrize(
    ("level", "colour", "sentence"),
    [
        (25, R, "R-019 Tampere contract scores 25. Red from 20."),
        (20, R, "R-019 Tampere contract scores 20. Red from 20."),
        (16, A, "R-019 Tampere contract scores 16. Amber from 12, red from 20."),
        (12, A, "R-019 Tampere contract scores 12. Amber from 12, red from 20."),
        (10, G, "R-019 Tampere contract scores 10. Amber from 12, red from 20."),
    ],
)
def test_risk_follows_the_worst_open_risk(level, colour, sentence):
    health = risk(Risks(True, Risk("R-019", "Tampere contract", level)), LIMITS.risk)

    assert (health.colour, said(health)) == (colour, [sentence])


def test_no_open_risk_is_green_and_no_risk_ever_is_grey():
    assert risk(Risks(True), LIMITS.risk).colour is G
    assert risk(Risks(), LIMITS.risk).colour is None


def test_overall_is_the_worst_known_part_and_grey_parts_are_listed_last():
    facts = Facts((milestone(baseline=9, forecast=18),), money(400, 0, 500), Risks(), declared(scope=G, resources=A, overall=A))

    health = health_of(facts, LIMITS, TODAY)

    assert [(part.dimension, part.colour) for part in health.parts] == [
        (Dimension.SCHEDULE, A), (Dimension.COST, R), (Dimension.SCOPE, G),
        (Dimension.RESOURCES, A), (Dimension.RISK, None), (Dimension.QUALITY, None),
    ]  # fmt: skip
    assert (health.overall.colour, said(health.overall)) == (R, ["The worst part decides: Cost."])
    assert [(colour, [str(part.dimension) for part in parts]) for colour, parts in health.not_green] == [
        (R, ["cost"]), (A, ["schedule", "resources"]), (None, ["risk", "quality"]),
    ]  # fmt: skip


def test_nothing_known_is_grey():
    health = health_of(Facts(), LIMITS, TODAY)

    assert (health.overall.colour, said(health.overall)) == (None, ["Nothing is known about this project yet."])


def test_an_imported_five_point_rating_keeps_its_scale_where_no_part_is_known():
    rated = Declared({Dimension.OVERALL: Colour.AMBER_RED}, datetime(2026, 3, 9, tzinfo=UTC), source="gmpp_2025.csv")

    health = health_of(Facts(declared=rated), LIMITS, TODAY)

    assert (health.overall.colour, health.overall.source, said(health.overall)) == (
        Colour.AMBER_RED, Source.DECLARED, ["As reported in gmpp_2025.csv."],
    )  # fmt: skip
    assert not health.is_said_better


def test_a_declared_colour_stands_in_for_a_computed_one_of_which_nothing_is_known():
    health = health_of(Facts(declared=declared(cost=A)), LIMITS, TODAY)

    assert (health.part(Dimension.COST).colour, health.part(Dimension.COST).source) == (A, Source.DECLARED)
    assert said(health.part(Dimension.COST)) == ["Declared by W. De Smet on 9 Mar 2026."]


@pytest.mark.parametrize(
    ("said_colour", "is_better"),
    [(G, True), (Colour.AMBER_GREEN, True), (A, True), (Colour.AMBER_RED, True), (R, False), (None, False)],
)
def test_declared_better_than_computed_is_flagged(said_colour, is_better):
    colours = {} if said_colour is None else {"overall": said_colour}
    health = health_of(Facts((milestone(baseline=1, forecast=60),), declared=declared(**colours)), LIMITS, TODAY)

    assert health.overall.colour is R
    assert health.is_said_better is is_better


def test_a_worse_declaration_is_not_flagged():
    health = health_of(Facts((milestone(baseline=1, forecast=1),), declared=declared(overall=R)), LIMITS, TODAY)

    assert (health.overall.colour, health.is_said_better) == (G, False)


LAST = date(2026, 2, 24)


@pytest.mark.parametrize(
    ("mark", "since", "move"),
    [
        (Mark(R, date(2026, 3, 3), A), date(2026, 3, 3), "down"),
        (Mark(R, date(2026, 2, 20), A), date(2026, 2, 20), ""),
        (Mark(R, date(2026, 3, 3), None), date(2026, 3, 3), ""),
        (Mark(A, date(2026, 1, 5), G), TODAY, "down"),
        (None, None, ""),
    ],
)
def test_since_comes_from_the_mark_or_is_today_when_the_mark_has_not_followed_yet(mark, since, move):
    marks = {Dimension.OVERALL: mark} if mark else {}

    health = health_of(Facts((milestone(baseline=1, forecast=60),)), LIMITS, TODAY, marks)

    assert (health.overall.since, health.move(LAST)) == (since, move)


@pytest.mark.parametrize(
    ("mark", "since"),
    [
        (Mark(A, date(2026, 1, 5), G), TODAY - timedelta(days=5)),
        (Mark(A, TODAY - timedelta(days=2), G), TODAY - timedelta(days=2)),
    ],
)
def test_a_date_that_is_overdue_for_twenty_days_is_red_since_the_fifteenth_of_them_whoever_noted_it(mark, since):
    late = Milestone(1, "M01", "Pilot", forecast=TODAY - timedelta(days=20))

    health = health_of(Facts((late,)), LIMITS, TODAY, {Dimension.SCHEDULE: mark, Dimension.OVERALL: mark})

    assert (health.part(Dimension.SCHEDULE).since, health.overall.since) == (since, since)


def test_a_project_that_got_better_moves_up():
    marks = {Dimension.OVERALL: Mark(G, date(2026, 3, 5), R)}

    assert health_of(Facts((milestone(baseline=1, forecast=1),)), LIMITS, TODAY, marks).move(LAST) == "up"


def test_a_projects_own_tolerances_move_its_limits():
    own = limits_of(RULES, None, 20, Decimal(0))

    assert (own.cost.amber, own.cost.red) == (Decimal(0), Decimal(5))
    assert (own.schedule.baseline.amber, own.schedule.baseline.red) == (21, 44)
