"""My work: what is overdue, due soon, asked and silent, each with one link; for whom it is the first page."""

import re
from datetime import UTC, date, datetime

import pytest

from pmo.alerts import actions as alerts
from pmo.db import transaction
from pmo.kernel.permissions import Role

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def nele(make):
    return make.person("Nele Verbeke")


@pytest.fixture
def project(make, nele):
    """Hers, with a word of two days ago."""
    made = make.project(code="PAC-01", name="Compassionate use", manager_id=nele.id, effective_at=LONG_AGO)
    make.grant(nele, Role.PROJECT_MANAGER, made)
    make.status_update(made)
    return made


@pytest.fixture
def client(login, nele, project):
    return login(nele)


def section(page: str, name: str) -> str:
    found = re.search(rf'aria-labelledby="h-{name}".*?</section>', page, re.S)
    return found[0] if found else ""


def test_when_nothing_waits_it_says_so(client):
    page = client.get("/my-work").text

    assert "Nothing waits for you" in page
    assert "0 things wait for you" in page


def test_what_is_overdue_comes_first_with_one_link_to_say_what_happened(client, make, project):
    late = make.milestone(project, name="Depot ready", forecast=date(2026, 3, 2))
    make.milestone(project, name="Reached", forecast=date(2026, 3, 2), actual=date(2026, 3, 2))
    risk = make.raid_item(project, code="R-031", title="Second round", due=date(2026, 3, 10))

    overdue = section(client.get("/my-work").text, "overdue")

    assert '<span class="count">2</span>' in overdue
    assert re.findall(r'<a [^>]*href="([^"]+)"', overdue) == [f"/walk?card=m{late.id}", f"/raid/{risk.id}"]
    assert ("10 days overdue" in overdue, "2 days overdue" in overdue) == (True, True)


def test_due_soon_is_what_is_due_within_the_rules_working_days(client, make, project):
    soon = make.milestone(project, name="Opinion", forecast=date(2026, 3, 26))
    make.milestone(project, name="Too far", forecast=date(2026, 3, 27))
    make.raid_item(project, title="Response near", due=date(2026, 3, 26))
    make.raid_item(project, title="Response far", due=date(2026, 3, 27))

    found = section(client.get("/my-work").text, "soon")

    assert '<span class="count">2</span>' in found
    assert f'href="/walk?card=m{soon.id}"' in found
    assert ("Response near" in found, "Too far" in found, "Response far" in found) == (True, False, False)


def test_a_date_confirmed_this_week_leads_to_the_milestone(client, make, project):
    milestone = make.milestone(project, forecast=date(2026, 3, 20))
    client.post(f"/walk/milestones/{milestone.id}", data={"answer": "still", "version": 1})

    found = section(client.get("/my-work").text, "soon")

    assert re.findall(r'<a [^>]*href="([^"]+)"', found) == [f"/projects/{project.id}/milestones/{milestone.id}"]


def test_alerts_of_mine_are_asked_but_not_those_said_by_the_thing_itself(client, make, project):
    make.milestone(project, name="Opinion", commitment=date(2026, 3, 2), forecast=date(2026, 3, 9))
    with transaction("alerts"):
        alerts.evaluate([project.id], "BE")

    page = client.get("/my-work").text

    assert '<span class="count">1</span>' in section(page, "asked")
    assert "Opinion: told 2 Mar 2026, now 9 Mar 2026, +7 d" in section(page, "asked")
    assert '<span class="count">1</span>' in section(page, "overdue")


def test_projects_nobody_has_said_a_word_about_lead_to_their_update(client, make, nele, project):
    silent = make.project(project.programme, code="PAC-02", name="Order desk", manager_id=nele.id)
    make.grant(nele, Role.PROJECT_MANAGER, silent)
    make.status_update(silent, stated_at=LONG_AGO)

    found = section(client.get("/my-work").text, "silent")

    assert re.findall(r'<a [^>]*href="([^"]+)"', found) == [f"/projects/{silent.id}/update"]
    assert "last word on 5 Jan 2026" in found


def test_nothing_of_others_stands_there(client, make, project):
    other = make.project(project.programme, name="Quagga project")
    make.milestone(other, name="Quagga date", forecast=date(2026, 3, 2))
    make.raid_item(other, title="Quagga risk", due=date(2026, 3, 2))
    make.raid_item(project, title="Quagga of a colleague", due=date(2026, 3, 2), owner_id=make.person().id)
    closed = make.project(project.programme, name="Quagga closed", manager_id=project.manager_id, state="closed")
    make.milestone(closed, name="Quagga over", forecast=date(2026, 3, 2))

    assert "Quagga" not in client.get("/my-work").text


def test_who_owns_something_they_may_no_longer_see_is_not_told_of_it(login, make, project):
    owner = make.person()
    make.grant(owner, Role.CONTRIBUTOR, make.project())
    make.milestone(project, name="Quagga date", forecast=date(2026, 3, 2), owner_id=owner.id)
    make.raid_item(project, title="Quagga risk", due=date(2026, 3, 2), owner_id=owner.id)

    assert "Quagga" not in login(owner).get("/my-work").text


def test_long_lists_are_cut_and_counted(client, make, project):
    for _ in range(22):
        make.milestone(project, forecast=date(2026, 3, 2))

    overdue = section(client.get("/my-work").text, "overdue")

    assert ('<span class="count">22</span>' in overdue, overdue.count("<li>"), "and 2 more" in overdue) == (True, 20, True)


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        ((Role.PROJECT_MANAGER,), "/my-work"),
        ((Role.CONTRIBUTOR,), "/my-work"),
        ((Role.PMO,), "/portfolio"),
        ((Role.PROGRAMME_MANAGER, Role.PROJECT_MANAGER), "/portfolio"),
        ((Role.COMMITTEE,), "/portfolio"),
        ((Role.ADMINISTRATOR,), "/people"),
        ((Role.INFORMATION,), "/my-work"),
    ],
)
def test_it_is_the_first_page_of_project_managers_and_contributors(login, make, roles, first):
    make.project()

    assert login(*roles).get("/").location == first


def test_it_is_the_first_entry_of_the_menu(client):
    assert re.findall(r'class="nav__a" href="([^"]+)"', client.get("/my-work").text)[0] == "/my-work"


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.AUDITOR, Role.PMO, Role.ADMINISTRATOR])
def test_everybody_has_work_and_only_who_has_projects_a_walk(login, role):
    page = login(role).get("/my-work")

    assert (page.status_code, section(page.text, "walk"), "Nothing waits for you" in page.text) == (200, "", True)


def test_the_walk_stands_there_for_who_has_projects(client):
    assert "Nothing to confirm at the moment." in section(client.get("/my-work").text, "walk")


def test_an_earlier_day_shows_what_was_due_then_without_a_way_to_change_it(client, make, project):
    make.milestone(project, name="Depot ready", forecast=date(2026, 3, 2), effective_at=LONG_AGO)

    page = client.get("/my-work?as_of=2026-02-25").text

    assert ("Depot ready" in section(page, "soon"), "Begin the walk" in page) == (True, False)


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_the_same_whatever_waits(client, make, nele, statements, project, how_many):
    for _ in range(how_many):
        silent = make.project(project.programme, manager_id=nele.id)
        make.grant(nele, Role.PROJECT_MANAGER, silent)
        make.milestone(silent, forecast=date(2026, 3, 2), commitment=date(2026, 2, 2))
        make.raid_item(silent, due=date(2026, 3, 2))
        with transaction("alerts"):
            alerts.evaluate([silent.id], "BE")
    client.get("/my-work")
    statements.clear()

    client.get("/my-work")

    # session, rules, committees; walk: milestones, risks, projects, updates, moves; due milestones, responses, alerts; actions,
    # escalations, agreements, values, procedures (3); answers: drafts, support, items, changes, decisions, proposals; links
    assert len(statements) == 27
