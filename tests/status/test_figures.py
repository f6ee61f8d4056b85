"""The figures above the list are what the rows below add up to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pmo.kernel.permissions import Actor, Grant, Role, ScopeKind
from pmo.status.asking import Selection, View
from pmo.status.figures import portfolio_figures
from pmo.status.logic.figures import Counts, Slips
from pmo.status.logic.rollup import Known, MoneySum, roll_up
from pmo.status.queries import project_statuses, situation
from pmo.web import filters
from tests.conftest import TODAY

PMO = Actor(1, "Els", frozenset({Grant(Role.PMO)}))
CONTRIBUTOR = Actor(1, "Els", frozenset({Grant(Role.CONTRIBUTOR)}))


@pytest.fixture
def portfolio(make):
    """A red, an amber, a green and a grey project in two programmes."""
    first = make.programme(name="Access")
    second = make.programme(make.portfolio(), name="Bridges")
    red = make.project(first, budget=Decimal(100), spent=Decimal(40), forecast_cost=Decimal(120))
    amber = make.project(first, budget=Decimal(300))
    make.milestone(amber, baseline=date(2026, 4, 1), commitment=date(2026, 4, 9), forecast=date(2026, 4, 11))
    green = make.project(second, budget=Decimal(50), spent=Decimal(10), forecast_cost=Decimal(50), currency="GBP")
    make.project(second)
    make.status_update(red, overall="green")
    make.status_update(green, overall="green")
    return first


def test_counts_are_those_of_the_rows(portfolio):
    figures = portfolio_figures(PMO, Selection())
    rows = project_statuses(PMO)

    assert figures.counts == Counts(projects=4, red=1, amber=1, green=1, grey=1, said=1, due=0, changed=0, stale=2, matching=4)
    assert (figures.counts.said, figures.counts.stale) == (
        sum(row.health.is_said_better for row in rows), sum(row.is_stale for row in rows),
    )  # fmt: skip


def test_programmes_come_in_the_order_of_the_pages_with_their_own_totals(portfolio):
    figures = portfolio_figures(PMO, Selection())

    assert [(each.name, each.counts.projects, each.counts.red) for each in figures.programmes] == [
        ("Access", 2, 1),
        ("Bridges", 2, 0),
    ]


def test_money_is_summed_per_currency_and_says_how_much_is_known(portfolio):
    [euro, pounds] = portfolio_figures(PMO, Selection()).money

    assert euro == MoneySum(
        "EUR",
        3,
        Known(Decimal(400), 2),
        Known(Decimal(40), 1),
        Known(Decimal(120), 1),
        Known(Decimal(100), 1),
        Known(Decimal(120), 1),
    )
    assert (euro.over_percent, pounds.over_percent, pounds.currency) == (Decimal(20), Decimal(0), "GBP")


def test_the_programmes_sum_equals_the_roll_up_of_its_rows(portfolio):
    figures = portfolio_figures(PMO, Selection(programme_id=portfolio.id))

    assert figures.money == roll_up(project_statuses(PMO, Selection(programme_id=portfolio.id))).money


def test_who_may_not_see_amounts_gets_none(portfolio):
    figures = portfolio_figures(CONTRIBUTOR, Selection())

    assert (figures.money, figures.counts.projects, figures.counts.red) == ((), 4, 1)
    assert {(row.money.budget, row.money.is_shown) for row in project_statuses(CONTRIBUTOR)} == {(None, False)}


def test_what_one_may_not_see_is_not_counted(portfolio):
    manager = Actor(1, "Bram", frozenset({Grant(Role.PROGRAMME_MANAGER, ScopeKind.PROGRAMME, portfolio.id)}))

    figures = portfolio_figures(manager, Selection())

    assert ([each.name for each in figures.programmes], figures.counts.projects) == (["Access"], 2)


@pytest.mark.parametrize(
    ("chosen", "matching"),
    [
        (Selection(view=View.NOT_GREEN), 2),
        (Selection(view=View.SAID), 1),
        (Selection(view=View.STALE), 2),
        (Selection(status="grey"), 1),
        (Selection(query=filters.parse("programme:Access")), 2),
        (Selection(query=filters.parse("slip>=10 told>0")), 1),
        (Selection(query=filters.parse("-status:red,grey")), 2),
        (Selection(query=filters.parse("bridg")), 2),
    ],
)
def test_filters_change_only_how_many_match(portfolio, chosen, matching):
    counts = portfolio_figures(PMO, chosen).counts

    assert (counts.projects, counts.matching) == (4, matching)
    assert len(project_statuses(PMO, chosen)) == matching


def test_milestones_on_time_are_those_whose_baseline_fell_into_the_window(make):
    project = make.project()
    for late, reached in ((0, True), (1, True), (0, False)):
        due = TODAY - timedelta(days=10)
        make.milestone(project, baseline=due, forecast=due, actual=due + timedelta(days=late) if reached else None)
    make.milestone(project, baseline=TODAY - timedelta(days=200), forecast=TODAY, actual=TODAY)

    slips = portfolio_figures(PMO, Selection()).slips

    assert (slips.due_now, slips.hit_now, slips.on_time_percent) == (3, 1, 33)


@pytest.mark.parametrize(("total", "count", "mean"), [(0, 0, None), (3, 2, 2), (-3, 2, -2), (1, 3, 0), (18, 2, 9)])
def test_a_mean_is_rounded_the_same_way_on_both_sides_of_zero(total, count, mean):
    assert Slips(late_sum=total, late_count=count).mean_to_baseline == mean


def test_due_before_the_committee_needs_a_committee(make):
    milestone = make.milestone(forecast=date(2026, 3, 20))
    before = portfolio_figures(PMO, Selection()).counts.due

    make.meeting(make.committee(make.portfolio()), date(2026, 3, 24))

    assert (before, portfolio_figures(PMO, Selection()).counts.due) == (0, 1)
    assert situation(PMO).before == date(2026, 3, 24)
    assert milestone.forecast == date(2026, 3, 20)


@pytest.mark.parametrize("how_many", [1, 3])
def test_figures_cost_one_statement_whatever_is_below(make, statements, how_many):
    for _ in range(how_many):
        make.milestone()
    at = situation(PMO)
    statements.clear()

    portfolio_figures(PMO, Selection(), at=at)

    assert len(statements) == 1
