"""The page of a programme: roll-up with its rules, restricted to what one may see."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.kernel.permissions import Actor, Grant, Role
from pmo.portfolio.logic import Colour
from pmo.status.logic.rollup import Known
from pmo.status.queries import programme_roll_up
from tests.conftest import HTMX

PMO = Actor(1, "Els", frozenset({Grant(Role.PMO)}))


@pytest.fixture
def evidence(make):
    """Three projects: a red one that ends last, a green one without forecast cost, one of which nothing is known."""
    programme = make.programme(name="Evidence generation", manager_id=make.person("Bram Coppens").id)
    red = make.project(programme, code="EVG-03", budget=Decimal(780), spent=Decimal(343), forecast_cost=Decimal(880))
    make.milestone(red, name="Contract", baseline=date(2026, 2, 1), forecast=date(2026, 2, 1), actual=date(2026, 2, 1), weight=3)
    make.milestone(
        red, name="Last patient", baseline=date(2026, 9, 29), commitment=date(2026, 11, 2), forecast=date(2026, 11, 20)
    )
    green = make.project(programme, code="EVG-07", budget=Decimal(450), spent=Decimal(158))
    make.milestone(green, name="Lock", baseline=date(2026, 9, 14), forecast=date(2026, 9, 11))
    make.status_update(green)
    make.project(programme, code="EVG-09")
    return programme


def test_a_programme_is_what_its_projects_make_of_it(evidence):
    whole = programme_roll_up(PMO, evidence.id)

    assert (whole.colour, whole.worst.code) == (Colour.RED, "EVG-03")
    assert (whole.finish.forecast, whole.finish.to_baseline, whole.finish.to_commitment, whole.finishes_with.code) == (
        date(2026, 11, 20), 52, 18, "EVG-03",
    )  # fmt: skip
    [money] = whole.money
    assert (money.projects, money.budget, money.spent, money.forecast) == (
        3, Known(Decimal(1230), 2), Known(Decimal(501), 2), Known(Decimal(880), 1),
    )  # fmt: skip
    assert round(money.over_percent, 1) == Decimal("12.8")
    assert (whole.percent, whole.never_updated) == (60, 2)
    assert [[child.code for child in left] for left in (whole.without_dates, whole.without_colour)] == [["EVG-09"], ["EVG-09"]]


def test_the_page_shows_the_figures_and_the_rules_they_follow(login, evidence):
    page = login(Role.PMO).get(f"/programmes/{evidence.id}")

    for words in (
        "Evidence generation",
        "Bram Coppens",
        "20 Nov 2026",
        "+52\N{NO-BREAK SPACE}d",
        "Finish = latest child",
        "EVG-09",
        "2 of 3 known",
    ):
        assert words in page.text


def test_dates_that_moved_risks_and_dependencies_stand_beside(login, make, evidence):
    project = make.project(evidence, name="Registry")
    make.raid_item(project, code="R-019", title="Tampere contract", probability=4, impact=5)
    make.raid_item(project, code="R-020", title="Small thing", probability=2, impact=2)
    make.raid_item(project, type="dependency", code="D-001", title="Site contacts", other_party="ICT-11", status="agreed")

    page = login(Role.PMO).get(f"/programmes/{evidence.id}").text

    assert all(words in page for words in ("R-019 Tampere contract", "Site contacts", "ICT-11", "Agreed"))
    assert "Small thing" not in page


def test_who_sees_one_project_sees_the_programme_with_only_that_one(login, make, evidence):
    own = make.project(evidence, name="My own", code="EVG-11")

    page = login((Role.PROJECT_MANAGER, own)).get(f"/programmes/{evidence.id}")

    assert page.status_code == 200
    assert "My own" in page.text
    assert "EVG-03" not in page.text
    assert "Programme, 1 project" in page.text


def test_a_stranger_finds_no_programme(login, make, evidence):
    elsewhere = make.project()

    assert login().get(f"/programmes/{evidence.id}").status_code == 404
    assert login((Role.PROJECT_MANAGER, elsewhere)).get(f"/programmes/{evidence.id}").status_code == 404
    assert login(Role.PMO).get("/programmes/999").status_code == 404


def test_who_may_not_see_money_sees_none_of_it(login, evidence):
    page = login(Role.CONTRIBUTOR).get(f"/programmes/{evidence.id}").text

    assert "Forecast at completion" not in page
    assert "€" not in page


def test_an_empty_programme_says_so(login, make):
    assert "No open project" in login(Role.PMO).get(f"/programmes/{make.programme().id}").text


STATEMENTS = 18  # session, programme, rules, meetings, projects, four kinds of facts, moves, risks, escalated, agreements, value


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_statements_whatever_its_length(login, make, statements, how_many):
    programme = make.programme()
    for _ in range(how_many):
        make.milestone(make.project(programme))
    client, url = login(Role.PMO), f"/programmes/{programme.id}"
    statements.clear()

    page = client.get(url, headers=HTMX)

    assert page.text.count("<tr data-row>") == how_many
    assert len(statements) == STATEMENTS


def test_money_adds_up_per_currency_and_leads_to_its_rows(login, make):
    programme = make.programme()
    euro = {"budget": Decimal(100), "spent": Decimal(40), "committed": Decimal(30), "forecast_cost": Decimal(110)}
    for facts in (euro, euro | {"budget": Decimal(250), "committed": None, "forecast_cost": None}, euro | {"currency": "USD"}):
        last = make.project(programme, **facts)
    make.milestone(last, name="Close", forecast=date(2026, 12, 1))

    whole = programme_roll_up(PMO, programme.id)
    page = login(Role.PMO).get(f"/programmes/{programme.id}").text

    assert {money.currency: (money.budget, money.spent, money.committed, money.forecast) for money in whole.money} == {
        "EUR": (Known(Decimal(350), 2), Known(Decimal(80), 2), Known(Decimal(30), 1), Known(Decimal(110), 1)),
        "USD": (Known(Decimal(100), 1), Known(Decimal(40), 1), Known(Decimal(30), 1), Known(Decimal(110), 1)),
    }
    assert page.count('<a href="#h-projects">') == 8
    assert f'(<a href="/projects/{last.id}">{last.code}</a>)' in page
