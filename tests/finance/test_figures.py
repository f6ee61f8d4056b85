"""The formulas of earned value: worked by hand, never a number where an input is missing, and the identities that always hold."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo.finance.logic.figures import Input, Name, figures
from pmo.finance.logic.measure import Method, Piece, Work, chosen, earned_schedule, months_between
from pmo.kernel.languages import msg, render

SAID = msg("Entered for this day")
AMOUNTS = st.fractions(min_value=0, max_value=10**9, max_denominator=100)
DAY = date(2026, 3, 31)


def inputs(**given_ones):
    return {Name(name): Input(Fraction(value) if value is not None else None, SAID) for name, value in given_ones.items()}


def shown(found, *names):
    return [found[name].value for name in names]


# Worked by hand: a budget of 1,000; half of it planned, 400 earned, 500 spent.
HALF_WAY = {"BAC": 1000, "PV": 500, "EV": 400, "AC": 500}


def test_a_project_half_way_late_and_over_budget_has_the_figures_worked_by_hand():
    found = figures(inputs(**HALF_WAY, **{"ETC₀": None}))

    assert shown(found, Name.SV, Name.CV) == [Decimal("-100.00"), Decimal("-100.00")]
    assert shown(found, Name.SPI, Name.CPI) == [Decimal("0.800"), Decimal("0.800")]
    assert shown(found, Name.DONE, Name.SPENT) == [Decimal("40.0"), Decimal("50.0")]
    assert shown(found, Name.EAC_TYPICAL, Name.EAC_ATYPICAL) == [Decimal("1250.00"), Decimal("1100.00")]
    assert shown(found, Name.EAC_BOTH) == [Decimal("1437.50")]  # 500 + 600 / 0.64
    assert shown(found, Name.EAC, Name.ETC, Name.VAC) == [Decimal("1250.00"), Decimal("750.00"), Decimal("-250.00")]
    assert shown(found, Name.TCPI, Name.TCPI_EAC) == [Decimal("1.200"), Decimal("0.800")]


def test_an_estimate_that_was_entered_decides_the_estimate_at_completion():
    found = figures(inputs(**HALF_WAY, **{"ETC₀": 650}))

    assert shown(found, Name.EAC_ESTIMATE, Name.EAC, Name.ETC, Name.VAC) == [1150, 1150, 650, -150]


def test_the_estimate_to_complete_is_what_is_still_to_be_spent_and_not_what_is_still_to_be_earned():
    found = figures(inputs(**HALF_WAY, **{"ETC₀": None}))

    assert found[Name.ETC].value == Decimal("750.00")  # EAC − AC; EAC − EV would be 850


def test_every_figure_says_its_formula_with_the_numbers_put_in():
    found = figures(inputs(**HALF_WAY, **{"ETC₀": None}))

    assert (found[Name.SPI].formula, render(found[Name.SPI].how, "en")) == ("EV / PV", "400 / 500")
    assert (found[Name.EAC_TYPICAL].formula, render(found[Name.EAC_TYPICAL].how, "en")) == ("BAC / CPI", "1,000 / (400 / 500)")
    assert render(found[Name.TCPI].how, "nl") == "(1.000 − 400) / (1.000 − 500)"


@pytest.mark.parametrize(
    ("changed", "name", "why"),
    [
        ({"PV": 0}, Name.SPI, "It would be divided by 0."),
        ({"AC": 0}, Name.CPI, "It would be divided by 0."),
        ({"AC": 0}, Name.EAC_TYPICAL, "CPI is not known."),
        ({"EV": 0}, Name.EAC_TYPICAL, "It would be divided by 0."),
        ({"BAC": 0}, Name.DONE, "It would be divided by 0."),
        ({"AC": 1000}, Name.TCPI, "It would be divided by 0."),
        ({"PV": None}, Name.SV, "PV is not known."),
        ({"EV": None}, Name.CV, "EV is not known."),
        ({"AC": None}, Name.ETC, "EAC is not known."),
        ({"BAC": None}, Name.VAC, "BAC is not known."),
        ({}, Name.EAC_ESTIMATE, "ETC₀ is not known."),
        ({}, Name.SPI_TIME, "ES is not known."),
    ],
)
def test_what_is_missing_or_divided_by_nothing_is_not_known_and_says_why(changed, name, why):
    found = figures(inputs(**(HALF_WAY | changed), **{"ETC₀": None}))

    assert (found[name].value, render(found[name].missing, "en")) == (None, why)


@given(bac=AMOUNTS, pv=AMOUNTS, ev=AMOUNTS, ac=AMOUNTS, etc=st.none() | AMOUNTS)
def test_the_identities_hold_exactly_whatever_is_put_in(bac, pv, ev, ac, etc):
    found = {name: one.exact for name, one in figures(inputs(BAC=bac, PV=pv, EV=ev, AC=ac, **{"ETC₀": etc})).items()}

    assert found[Name.SV] + pv == ev
    assert found[Name.CV] + ac == ev
    assert found[Name.EAC_ATYPICAL] - ac == bac - ev
    if found[Name.EAC] is not None:
        assert found[Name.EAC] == ac + found[Name.ETC]
        assert bac == found[Name.VAC] + found[Name.EAC]
    if found[Name.CPI] is not None:
        assert found[Name.CPI] * ac == ev
    if found[Name.SPI] is not None:
        assert found[Name.SPI] * pv == ev
    if found[Name.EAC_TYPICAL] is not None and ac != bac:
        assert found[Name.EAC_TYPICAL] * ev == bac * ac


def test_a_milestone_counts_whole_on_the_day_it_is_reached_and_not_before():
    work = Work(
        Method.MILESTONES,
        (
            Piece(Fraction(3), date(2026, 2, 1), date(2026, 2, 1), reached=DAY),
            Piece(Fraction(1), date(2026, 6, 1), date(2026, 6, 1)),
        ),
    )

    assert [work.done_share(day) for day in (date(2026, 3, 30), DAY)] == [0, Fraction(3, 4)]
    assert [work.planned_share(day) for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 6, 1))] == [0, Fraction(3, 4), 1]


def test_a_task_is_planned_evenly_over_its_days_and_done_as_far_as_its_plan_says():
    work = Work(Method.TASKS, (Piece(Fraction(10), date(2026, 3, 1), date(2026, 3, 10), done=Fraction(1, 4)),))

    assert [work.planned_share(date(2026, 3, day)) for day in (1, 5, 10)] == [Fraction(1, 10), Fraction(1, 2), 1]
    assert work.done_share(DAY) == Fraction(1, 4)


def test_tasks_are_measured_only_where_a_plan_says_how_far_one_is():
    milestone, silent, told = (
        Piece(Fraction(1), DAY, DAY),
        Piece(Fraction(1), DAY, DAY),
        Piece(Fraction(1), DAY, DAY, done=Fraction(0)),
    )

    assert [chosen([milestone], tasks).method for tasks in ([], [silent], [silent, told])] == [
        Method.MILESTONES,
        Method.MILESTONES,
        Method.TASKS,
    ]


def test_without_weight_or_baseline_no_share_is_known():
    assert Work(Method.MILESTONES, ()).done_share(DAY) is None
    assert Work(Method.MILESTONES, (Piece(Fraction(1), None, None),)).planned_share(DAY) is None


def test_earned_schedule_is_the_time_at_which_the_plan_reaches_what_is_earned():
    planned = [Fraction(value) for value in (0, 100, 250, 450, 450, 600)]

    assert [earned_schedule(Fraction(earned), planned) for earned in (0, 50, 300, 450, 525, 600, 700)] == [
        0,
        Fraction(1, 2),
        Fraction(9, 4),
        4,
        Fraction(9, 2),
        5,
        5,
    ]
    assert earned_schedule(Fraction(1), [Fraction(0)]) is None


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=12).map(sorted), st.integers(0, 1000))
def test_earned_schedule_never_lies_beyond_the_plan(values, earned):
    planned = [Fraction(0), *(Fraction(value) for value in values)]

    found = earned_schedule(Fraction(earned), planned)

    assert (found is None) == (planned[-1] == 0)
    assert found is None or 0 <= found < len(planned)


def test_months_are_counted_from_the_beginning_of_the_first():
    assert months_between(date(2026, 1, 20), date(2026, 3, 31)) == 3
    assert months_between(date(2026, 1, 20), date(2026, 4, 15)) == Fraction(7, 2)
