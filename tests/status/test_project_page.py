"""The page of one project, as its people and its committee read it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pmo.db import transaction
from pmo.kernel.permissions import Role
from pmo.portfolio.models import ReportedPosition
from pmo.schedule import actions
from pmo.schedule.logic.moves import MoveReason, Why
from tests.conftest import HTMX

TABS = ("", "/milestones", "/raid", "/reported", "/history")
SLIP = '<span class="delta delta--warn">%s</span>'
DECEMBER, FEBRUARY = datetime(2025, 12, 1, 9, tzinfo=UTC), datetime(2026, 2, 10, 9, tzinfo=UTC)


def words(answer):
    return " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_head_says_every_colour_with_its_reason(make, login):
    manager = make.person("Nele Verbeke")
    project = make.project(
        name="Compassionate use", manager_id=manager.id, budget=Decimal(410_000), forecast_cost=Decimal(434_000), tags=["rare"]
    )
    make.milestone(project, name="Opinion", baseline=date(2026, 2, 27), commitment=date(2026, 3, 9), forecast=date(2026, 3, 13))
    make.raid_item(project, title="Labels late", probability=4, impact=5)
    make.status_update(project, overall="green", scope="green", back_to_green="New proof on 19 March", author_id=manager.id)

    page = words(login(Role.PMO).get(f"/projects/{project.id}"))

    for said in (
        "Opinion: 14 d after baseline. Amber from 8 d, red from 31 d.",
        "Forecast € 434 k against € 410 k: 5.9 % over.",
        "Labels late scores 20.",
        "said G",
        f'13 Mar 2026</time>, {SLIP % "+14 d"} to baseline, {SLIP % "+4 d"} to commitment',
        "New proof on 19 March",
        "Nele Verbeke",
        "7 d, 5 %",
        "rare",
    ):  # fmt: skip
        assert said in page


def test_an_empty_project_says_what_to_do_first(make, login):
    project = make.project()

    page = words(login(Role.PMO).get(f"/projects/{project.id}"))

    for said in ("Add the first milestone", "Write the first one", "Nothing is open.", "Nothing has happened yet."):
        assert said in page


def test_the_overview_shows_what_was_reached_last_and_what_comes_next(make, login):
    project = make.project()
    for number in range(1, 4):
        make.milestone(project, name=f"Reached {number}", forecast=date(2026, 1, number), actual=date(2026, 1, number))
    for number in range(1, 9):
        make.milestone(project, name=f"Ahead {number}", forecast=date(2026, 4, number))

    page = words(login(Role.PMO).get(f"/projects/{project.id}"))

    assert "6 of 11" in page
    shown = [name for name in ("Reached 2", "Reached 3", "Ahead 1", "Ahead 5", "Ahead 6") if f">{name}</a>" in page]
    assert shown == ["Reached 3", "Ahead 1", "Ahead 5"]


def test_the_trend_is_drawn_from_what_was_known_at_each_month_end(make, login):
    milestone = make.milestone(name="Opinion", forecast=date(2026, 3, 1), effective_at=DECEMBER)
    with transaction(effective_at=FEBRUARY):
        actions.reforecast(milestone, date(2026, 3, 20), Why(MoveReason.STAFF))

    page = words(login(Role.PMO).get(f"/projects/{milestone.project_id}"))

    assert "1 milestone has moved 19 d later since 31 Dec 2025" in page


def test_activity_tells_who_moved_what_and_why(make, login):
    milestone = make.milestone(name="Opinion")
    client = login(make.person("Kim Peeters", role=Role.PMO))
    move = {"forecast": "20/4/2026", "reason": "staff", "words": "Two people ill", "version": "1"}
    client.post(f"/projects/{milestone.project_id}/milestones/{milestone.id}/forecast", data=move)

    page = words(client.get(f"/projects/{milestone.project_id}"))

    assert "<b>Kim Peeters</b> moved Opinion" in page
    assert "Staff: Two people ill" in page


def test_reported_positions_stand_apart_from_the_present(make, login):
    project = make.project()
    for year, end in ((2024, date(2026, 3, 1)), (2025, date(2026, 6, 1))):
        facts = {
            "rating": "amber_red",
            "end_on": end,
            "values": {"Commentary": f"Words of {year}"},
            "no_value": {"budget": "exempt"},
        }
        make.save(ReportedPosition(project_id=project.id, position_on=date(year, 9, 30), source="gmpp", **facts))
    client = login(Role.PMO)

    page = words(client.get(f"/projects/{project.id}/reported"))

    for said in ("30 Sep 2025", "+92 d", "Words of 2024", "exempt", "A/R"):
        assert said in page
    assert "Reported positions" not in client.get(f"/projects/{make.project().id}").text


@pytest.mark.parametrize("tab", TABS)
def test_a_stranger_finds_nothing(make, login, tab):
    project, elsewhere = make.project(name="SECRET PROJECT"), make.project()

    answer = login((Role.PROJECT_MANAGER, elsewhere)).get(f"/projects/{project.id}{tab}")

    assert (answer.status_code, "SECRET" in answer.text) == (404, False)


@pytest.mark.parametrize("tab", TABS)
def test_a_reader_is_offered_nothing_to_change(make, login, tab):
    project = make.project()
    make.milestone(project)
    make.raid_item(project)

    answer = login((Role.COMMITTEE, project)).get(f"/projects/{project.id}{tab}")

    assert answer.status_code == 200
    for offer in ("edit-link", "Update status", "/edit", "/new", "Add the first"):
        assert offer not in answer.text.split('<main class="page"')[1]


def test_who_may_not_see_money_sees_none_of_it(make, login):
    project = make.project(budget=Decimal(412_345), forecast_cost=Decimal(434_567))

    page = words(login((Role.CONTRIBUTOR, project)).get(f"/projects/{project.id}"))

    for amount in ("412", "434"):
        assert amount not in page


@pytest.mark.parametrize(("tab", "cost"), [("", 24), ("/milestones", 17), ("/raid", 17), ("/reported", 17)])
@pytest.mark.parametrize("how_many", [1, 3])
def test_a_tab_costs_the_same_whatever_the_project_holds(make, login, statements, tab, cost, how_many):
    project = make.project()
    for number in range(how_many):
        make.milestone(project, owner_id=make.person().id)
        make.raid_item(project, owner_id=make.person().id)
        make.status_update(project, period_end=date(2026, 3, number + 1))
        make.save(ReportedPosition(project_id=project.id, position_on=date(2020 + number, 9, 30), source="gmpp"))
    client = login(Role.PMO)
    statements.clear()

    client.get(f"/projects/{project.id}{tab}")

    assert len(statements) == cost


def test_the_head_loads_itself_again_after_a_change(make, login):
    project = make.project()

    head = login(Role.PMO).get(f"/projects/{project.id}/head?tab=milestones", headers=HTMX).text

    assert head.strip().startswith('<div class="phead" id="project-head"')
    assert 'hx-trigger="milestones-changed from:body, raid-changed from:body"' in head


def test_the_state_on_an_earlier_day_is_shown_without_buttons(make, login):
    milestone = make.milestone(name="Opinion", forecast=date(2026, 3, 1), effective_at=DECEMBER)
    with transaction(effective_at=FEBRUARY):
        actions.reforecast(milestone, date(2026, 3, 20), Why(MoveReason.STAFF))
    client = login(Role.PMO)

    then = client.get(f"/projects/{milestone.project_id}/milestones?as_of=2026-01-15").text

    assert '<time datetime="2026-03-01">' in then
    assert '<time datetime="2026-03-20">' not in then
    assert "edit-link" not in then
    assert "Update status" not in then


def test_the_milestones_as_a_file_are_the_rows_of_the_page(make, login):
    project = make.project()
    make.milestone(project, name="Later", forecast=date(2026, 5, 1), baseline=date(2026, 4, 21), commitment=date(2026, 4, 30))
    make.milestone(project, name="Sooner", forecast=date(2026, 4, 1), is_gate=True)

    answer = login(Role.PMO).get(f"/projects/{project.id}/milestones.xlsx")

    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["Sooner", "Later"]
    assert (rows[1][6].date(), rows[1][8], rows[1][9], rows[0][2]) == (date(2026, 5, 1), 10, 1, "yes")


def test_every_status_update_stays_readable(make, login):
    project = make.project()
    make.status_update(project, period_end=date(2026, 2, 20), done="Form drafted", source="gmpp")
    make.status_update(project, period_end=date(2026, 3, 10), done="Form sent", overall="amber")

    page = words(login(Role.PMO).get(f"/projects/{project.id}/history"))

    assert page.index("Form sent") < page.index("Form drafted")
