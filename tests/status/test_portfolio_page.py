"""The portfolio page as the people who read it see it."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Project
from tests.conftest import HTMX, NOW


@pytest.fixture
def late(make):
    """A red project, declared green, in programme Access; its milestone is 35 days late."""
    manager = make.person("Wim De Smet")
    programme = make.programme(make.portfolio(code="DEMO", name="Demo"), code="ACC", name="Access")
    project = make.project(programme, code="PAC-01", name="Cut-over", manager_id=manager.id, budget=Decimal(100_000))
    make.milestone(
        project, name="Rehearsal 2", baseline=date(2026, 3, 20), commitment=date(2026, 4, 17), forecast=date(2026, 4, 24)
    )
    make.status_update(project, overall="green", author_id=manager.id)
    return project


def test_a_row_says_colour_reason_slips_and_who(login, late):
    page = login(Role.PMO).get("/portfolio")

    assert page.status_code == 200
    for words in (
        "PAC-01",
        "Cut-over",
        "Rehearsal 2",
        "+35\N{NO-BREAK SPACE}d",
        "+7\N{NO-BREAK SPACE}d",
        "24 Apr",
        "Wim De Smet",
        "said G",
    ):
        assert words in page.text
    assert "1 project in 1 programme" in page.text


def test_a_swap_gets_only_the_list(login, late):
    answer = login(Role.PMO).get("/portfolio", headers=HTMX)

    assert answer.text.strip().startswith('<div id="portfolio">')


def test_why_says_the_fact_the_limit_and_what_was_declared(login, late):
    client = login(Role.PMO)

    fragment = client.get(f"/projects/{late.id}/why", headers=HTMX)
    page = client.get(f"/projects/{late.id}/why")

    for answer in (fragment, page):
        assert "Rehearsal 2: 35 d after baseline. Red from 31 d." in answer.text
        assert "Wim De Smet declared green." in answer.text
    assert "<html" not in fragment.text


def test_the_panel_shows_one_project_beside_the_list(login, late):
    panel = login(Role.PMO).get(f"/projects/{late.id}/peek", headers=HTMX)

    assert panel.text.strip().startswith('<aside class="panel" id="panel"')
    assert "17 Apr 2026" in panel.text


def test_a_stranger_finds_nothing(login, late):
    client = login()

    assert {client.get(f"{path}").status_code for path in ("/portfolio", "/portfolio/list.xlsx")} == {404}
    assert {client.get(f"/projects/{late.id}/{name}").status_code for name in ("why", "peek")} == {404}


def test_what_is_in_another_scope_is_not_there(login, make, late):
    other = make.project(name="Marker of another programme", code="ZZZ-99")
    client = login((Role.PROJECT_MANAGER, late))

    page = client.get("/portfolio")

    assert "Cut-over" in page.text
    assert "Marker of another programme" not in page.text
    assert "1 project in 1 programme" in page.text
    assert client.get(f"/projects/{other.id}/why").status_code == 404
    assert "Marker" not in client.get("/portfolio?q=ZZZ").text


def test_amounts_are_only_for_those_who_may_see_them(login, late):
    shown, hidden = login(Role.FINANCE).get("/portfolio?columns=budget"), login(Role.CONTRIBUTOR).get("/portfolio?columns=budget")

    assert "€\N{NO-BREAK SPACE}100\N{NO-BREAK SPACE}k" in shown.text
    assert "100\N{NO-BREAK SPACE}k" not in hidden.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Cut-over", "Calm", "Empty"}),
        ("view=not-green", {"Cut-over"}),
        ("view=said", {"Cut-over"}),
        ("view=stale", {"Calm", "Empty"}),
        ("status=green", {"Calm"}),
        ("status=grey", {"Empty"}),
        ("programme=acc", {"Cut-over"}),
        ("portfolio=demo", {"Cut-over"}),
        ("q=slip>30", {"Cut-over"}),
        ("q=late:me", set()),
        ("q=owner:smet", {"Cut-over"}),
        ("q=rehears", set()),
        ("q=calm", {"Calm"}),
        ("state=archived", set()),
        ("sort=-overall", {"Cut-over", "Calm", "Empty"}),
        ("sort=next&after=bm9uc2Vuc2U", {"Cut-over", "Calm", "Empty"}),
        ("view=unknown&status=pink&owner=x&sort=x&columns=x", {"Cut-over", "Calm", "Empty"}),
    ],
)
def test_every_view_is_a_link(login, make, late, query, found):
    make.milestone(make.project(name="Calm"))
    make.project(name="Empty")

    page = login(Role.PMO).get(f"/portfolio?{query}")

    assert page.status_code == 200
    assert {name for name in ("Cut-over", "Calm", "Empty") if f">{name}<" in page.text} == found


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("risk>=high", "high is not a number."),
        ("nothing:me", "There is no field nothing here."),
        ("&quot;open", None),
    ],
)
def test_filter_words_that_mean_nothing_are_named_and_kept(login, late, typed, sentence):
    answer = login(Role.PMO).get("/portfolio", query_string={"q": typed}, headers=HTMX)

    assert answer.status_code == (422 if sentence else 200)
    assert (sentence or "No project fits") in answer.text
    assert f'value="{typed.replace(">", "&gt;").replace("&quot;", "&amp;quot;")}"' in answer.text


def test_a_portfolio_that_does_not_exist_is_not_found(login, late):
    assert login(Role.PMO).get("/portfolio?portfolio=NOPE").status_code == 404


def test_the_file_has_the_rows_columns_and_order_of_the_page(login, make, late):
    make.milestone(make.project(name="=1+1"), baseline=date(2026, 4, 1), forecast=date(2026, 4, 1))

    answer = login(Role.PMO).get("/portfolio/list.xlsx?sort=-overall&columns=next,manager")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))

    overall = ("Overall", "Since", "Computed", "Declared", "Overridden by", "Overridden until", "Why overridden")
    assert rows[0] == ("Programme", "Code", "Project", *overall, "Next milestone, forecast", "Owner")
    assert [(row[2], row[3], row[10].date(), row[11]) for row in rows[1:]] == [
        ("Cut-over", "Red", date(2026, 4, 24), "Wim De Smet"),
        ("=1+1", "Green", date(2026, 4, 1), None),
    ]


def test_a_look_back_shows_the_old_forecast(login, make):
    before = NOW.replace(month=1)
    milestone = make.milestone(
        make.project(effective_at=before), baseline=date(2026, 4, 1), forecast=date(2026, 4, 2), effective_at=before
    )
    client = login(Role.PMO)
    with_move = make.save(milestone)
    with_move.forecast = date(2026, 6, 9)
    make.save(with_move)

    assert ("9 Jun" in client.get("/portfolio").text, "2 Apr" in client.get("/portfolio").text) == (True, False)
    then = client.get("/portfolio?as_of=2026-02-01").text
    assert ("9 Jun" in then, "2 Apr" in then) == (False, True)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_statements_whatever_its_length(login, make, statements, how_many):
    for _ in range(how_many):
        project = make.project()
        make.milestone(project)
        make.status_update(project)
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/portfolio")

    assert page.text.count("<tr data-row>") == how_many
    assert len(statements) == STATEMENTS


STATEMENTS = 12  # session, rules, meetings, portfolios, figures, owners, rows, four kinds of facts, the frame


def test_an_empty_house_says_what_to_do_first(login):
    page = login(Role.PMO).get("/portfolio")

    assert "No projects yet" in page.text
    assert 'href="/first-steps"' in page.text


def test_three_hundred_projects_cost_what_one_costs_and_come_in_pages(login, make, statements):
    programme = make.programme()
    with transaction():
        db.session.add_all(
            Project(
                portfolio_id=programme.portfolio_id,
                programme_id=programme.id,
                code=f"X-{number:03}",
                name=f"X {number}",
                name_key=f"x {number:03}",
            )
            for number in range(300)
        )
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/portfolio")

    assert len(statements) == STATEMENTS
    assert page.text.count("<tr data-row>") == 100
    assert "100 of 300 projects" in page.text
    [follows] = {found.replace("&amp;", "&") for found in re.findall(r'href="(/portfolio\?after=[^"]+)"', page.text)}
    assert client.get(follows).text.count("<tr data-row>") == 100
    assert "X-100</span>" in client.get(follows).text
