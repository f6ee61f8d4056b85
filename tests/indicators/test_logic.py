"""Formulas, periods, limits and totals of indicators, computed by hand."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.indicators import showing
from pmo.indicators.logic.chart import chart
from pmo.indicators.logic.definition import Combine, Direction, Given, Limits, Source, Total, total
from pmo.indicators.logic.formulas import Action, Decision, Document, Facts, Milestone, Project, Risk, compute
from pmo.indicators.logic.periods import Frequency, last_closed, last_day, period_name, period_of, periods
from pmo.methods.logic import DocumentState
from pmo.portfolio.logic import Colour

MONTH, QUARTER = Frequency.MONTH, Frequency.QUARTER
FEBRUARY = {"first": date(2026, 2, 1), "last": date(2026, 2, 28), "day": date(2026, 2, 28), "stale_after": 14}


def value(source, **facts):
    return compute(source, Facts(**FEBRUARY, **facts)).value


def test_periods_are_known_by_their_first_day():
    assert (period_of(date(2026, 2, 17), MONTH), period_of(date(2026, 12, 31), QUARTER)) == (date(2026, 2, 1), date(2026, 10, 1))
    assert (last_day(date(2026, 2, 1), MONTH), last_day(date(2026, 10, 1), QUARTER)) == (date(2026, 2, 28), date(2026, 12, 31))
    assert (last_closed(date(2026, 1, 31), MONTH), last_closed(date(2026, 1, 1), QUARTER)) == (
        date(2025, 12, 1),
        date(2025, 10, 1),
    )
    assert list(periods(date(2025, 11, 5), date(2026, 1, 1), MONTH)) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


def test_a_period_is_called_as_the_language_does():
    first = date(2026, 4, 1)

    assert [period_name(first, MONTH, lang) for lang in ("en", "fr", "nl")] == ["April 2026", "avril 2026", "april 2026"]
    assert [period_name(first, QUARTER, lang) for lang in ("en", "fr", "nl")] == ["Q2 2026", "T2 2026", "K2 2026"]
    assert period_name(first, MONTH, "en", short=True) == "Apr 26"


def test_adherence_counts_milestones_with_their_baseline_in_the_period():
    milestones = (
        Milestone("A", "on time", date(2026, 2, 10), actual=date(2026, 2, 10)),
        Milestone("A", "late", date(2026, 2, 10), actual=date(2026, 2, 11)),
        Milestone("A", "open", date(2026, 2, 28)),
        Milestone("A", "cancelled", date(2026, 2, 3), cancelled_on=date(2026, 1, 9)),
        Milestone("A", "of March", date(2026, 3, 1), actual=date(2026, 2, 20)),
    )

    result = compute(Source.ADHERENCE, Facts(**FEBRUARY, milestones=milestones))

    assert round(result.value, 4) == Decimal("33.3333")
    assert [row.name for row in result.counted] == ["on time", "late", "open"]
    assert [row.name for row in result.left_out] == ["cancelled"]


def test_mean_slip_is_the_mean_of_open_milestones_with_both_dates():
    milestones = (
        Milestone("A", "late", date(2026, 3, 1), date(2026, 3, 11)),
        Milestone("A", "early", date(2026, 3, 10), date(2026, 3, 6)),
        Milestone("A", "reached", date(2026, 1, 1), date(2026, 5, 1), actual=date(2026, 1, 1)),
        Milestone("A", "never promised", None, date(2026, 5, 1)),
    )

    assert value(Source.SLIP, milestones=milestones) == Decimal(3)  # (10 - 4) / 2


def test_stability_is_the_share_of_forecasts_that_did_not_move():
    forecast = date(2026, 6, 1)
    milestones = (
        Milestone("A", "moved", None, forecast, is_moved=True),
        *[Milestone("A", f"still {number}", None, forecast) for number in range(3)],
        Milestone("A", "without forecast"),
    )

    assert value(Source.STABILITY, milestones=milestones) == Decimal(75)


def test_freshness_takes_an_update_of_exactly_the_limit_as_fresh():
    projects = (
        Project("A", "fresh", date(2026, 2, 14)), Project("B", "a day too old", date(2026, 2, 13)), Project("C", "never"),
        Project("D", "today", date(2026, 2, 28)),
    )  # fmt: skip

    assert value(Source.FRESHNESS, projects=projects) == Decimal(50)


def test_exposure_adds_scores_and_leaves_out_what_has_none():
    result = compute(Source.EXPOSURE, Facts(**FEBRUARY, risks=(Risk("A", "one", 16), Risk("A", "two", 6), Risk("A", "three"))))

    assert (result.value, [row.name for row in result.left_out]) == (Decimal(22), ["three"])


def test_overdue_actions_are_counted_from_the_day_after():
    actions = (Action("A", "yesterday", date(2026, 2, 27)), Action("A", "today", date(2026, 2, 28)))

    assert value(Source.OVERDUE, actions=actions) == Decimal(1)
    assert value(Source.OVERDUE, actions=actions[1:]) == Decimal(0)


def test_lead_time_is_the_mean_from_asking_to_deciding_of_the_period():
    decisions = (
        Decision("A", "eight days", date(2026, 2, 20), date(2026, 2, 12)),
        Decision("A", "at once", date(2026, 2, 3), date(2026, 2, 3)),
        Decision("A", "not asked", date(2026, 2, 3)), Decision("A", "of January", date(2026, 1, 30), date(2026, 1, 1)),
    )  # fmt: skip

    assert value(Source.LEAD_TIME, decisions=decisions) == Decimal(4)


ASKED = (
    Document("A", "Alpha", "Charter", DocumentState.PRESENT),
    Document("A", "Alpha", "Plan", DocumentState.MISSING),
    Document("A", "Alpha", "Handover", DocumentState.LATER),
    Document("B", "Beta", "Charter", DocumentState.PRESENT),
    Document("B", "Beta", "Plan", DocumentState.NOT_NEEDED),
    Document("C", "Gamma", "Charter", DocumentState.EXPIRED),
    Document("D", "Delta", "Charter", DocumentState.LATER),
)


def test_documentation_is_what_is_there_of_what_is_asked_for_by_now():
    result = compute(Source.DOCUMENTS, Facts(**FEBRUARY, documents=ASKED))

    assert result.value == Decimal(50)
    assert [(row.project, row.name) for row in result.left_out] == [("A", "Handover"), ("B", "Plan"), ("D", "Charter")]


def test_a_project_follows_its_method_when_it_has_everything_asked_for_by_now():
    result = compute(Source.METHOD, Facts(**FEBRUARY, documents=ASKED))

    assert round(result.value, 4) == Decimal("33.3333")
    assert [(row.project, row.amount) for row in result.rows] == [("A", 0), ("B", 1), ("C", 0), ("D", None)]
    assert [compute(source, Facts(**FEBRUARY)).value for source in (Source.DOCUMENTS, Source.METHOD)] == [None, None]


def test_budget_accuracy_is_the_mean_of_projects_with_both_amounts():
    projects = (
        Project("A", "over", budget=Decimal(200), forecast_cost=Decimal(220)),  # 90
        Project("B", "under", budget=Decimal(100), forecast_cost=Decimal(80)),  # 80
        Project("C", "far over", budget=Decimal(100), forecast_cost=Decimal(300)),  # 0, not -100
        Project("D", "no forecast", budget=Decimal(100)),
        Project("E", "no budget", forecast_cost=Decimal(100)),
    )

    assert round(value(Source.BUDGET, projects=projects), 4) == Decimal("56.6667")


@pytest.mark.parametrize("source", [source for source in Source if source.is_computed])
def test_where_nothing_counts_there_is_no_value(source):
    assert value(source) is None


@pytest.mark.parametrize(
    ("limits", "number", "colour"),
    [
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "90", Colour.GREEN),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "85", Colour.AMBER),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "84.9", Colour.AMBER),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "69", Colour.RED),
        (Limits(Direction.DOWN, Decimal(5), Decimal(7), Decimal(14)), "7", Colour.AMBER),
        (Limits(Direction.DOWN, Decimal(5), Decimal(7), Decimal(14)), "5", Colour.GREEN),
        (Limits(Direction.DOWN, Decimal(5), Decimal(7), Decimal(14)), "15", Colour.RED),
        (Limits(Direction.DOWN, Decimal(5)), "99", Colour.AMBER),
        (Limits(Direction.DOWN, Decimal(5)), "4", Colour.GREEN),
        (Limits(Direction.DOWN, None, Decimal(7), Decimal(14)), "7", Colour.GREEN),
        (Limits(Direction.DOWN), "99", None),
    ],
)
def test_off_the_target_or_beyond_the_warning_limit_is_amber_and_beyond_the_alert_limit_red(limits, number, colour):
    assert limits.colour(Decimal(number)) == colour


@pytest.mark.parametrize(
    ("limits", "number", "sentence"),
    [
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "92", "Meets the target of 90 %."),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "87", "Misses the target of 90 %, beyond no limit."),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "80", "Beyond the warning limit of 85 %."),
        (Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)), "12", "Beyond the alert limit of 70 %."),
        (Limits(Direction.UP, None, Decimal(85)), "90", "Within its limits; it has no target."),
        (Limits(Direction.UP), "90", "None"),
    ],
)
def test_every_colour_says_why(limits, number, sentence):
    assert str(showing.why(limits, Decimal(number), "%", "en")).replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_limits_lie_in_the_order_from_good_to_bad():
    assert Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70)).is_ordered
    assert not Limits(Direction.UP, Decimal(90), Decimal(70), Decimal(85)).is_ordered
    assert not Limits(Direction.DOWN, Decimal(90), Decimal(85)).is_ordered


DUE = date(2026, 3, 6)


def test_a_missing_part_leaves_the_total_missing():
    parts = [Given(DUE, Decimal(58), date(2026, 3, 5)), Given(DUE)]

    assert total(parts, Source.COLLECTED, Combine.SUM) == Total(None, 1, 2)
    assert total([], Source.COLLECTED, Combine.SUM) == Total(None, 0, 0)


def test_parts_are_added_or_averaged_and_marks_stay():
    parts = [Given(DUE, Decimal(58), date(2026, 3, 7)), Given(DUE, Decimal(40), date(2026, 3, 6), is_estimated=True)]

    assert total(parts, Source.COLLECTED, Combine.SUM) == Total(Decimal(98), 2, 2, is_late=True, is_estimated=True)
    assert total(parts, Source.COLLECTED, Combine.MEAN).value == Decimal(49)


def test_a_survey_is_the_mean_of_those_who_answered():
    parts = [Given(DUE, Decimal(5), DUE), Given(DUE, Decimal(4), DUE), Given(DUE)]

    assert total(parts, Source.SURVEY, Combine.SUM) == Total(Decimal("4.5"), 2, 3)


def test_an_answer_is_overdue_only_while_nobody_gave_it():
    assert (Given(DUE).is_overdue(date(2026, 3, 7)), Given(DUE).is_overdue(DUE)) == (True, False)
    assert not Given(DUE, None, date(2026, 3, 8)).is_overdue(date(2026, 3, 9))


def test_a_missing_value_breaks_the_line_and_leaves_a_tick():
    drawn = chart([Decimal(1), Decimal(2), None, Decimal(3)], Limits(Direction.UP, Decimal(2)))

    assert (len(drawn.lines), len(drawn.dots), drawn.gaps) == (1, 1, (167.3,))
    assert drawn.end == drawn.dots[0]
    assert drawn.band is not None
    assert drawn.band.top == 8.0


def test_a_series_without_any_value_has_only_ticks():
    assert chart([None, None], Limits(Direction.UP)).lines == ()
    assert chart([None, None], Limits(Direction.UP)).gaps == (2.0, 250.0)
