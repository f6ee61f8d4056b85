"""What a new project needs to begin with: computed, shown until it is there, put aside and taken up again."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.status.logic.starting import Need, start_of
from pmo.status.models import StartAside
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def shown(client, project):
    """The points with their state, as the page shows them; empty when there is no list."""
    page = client.get(f"/projects/{project.id}/start", headers=HTMX).text
    parts = page.split('<li><span class="grow">')[1:]
    return {_name(part): 'tag--green">There' in part for part in parts}


def _name(part):
    head = part.split("</span>")[0]
    return head.split(">")[1].split("<")[0] if "<a" in head else head


def test_what_the_reader_may_not_know_of_is_no_point():
    start = start_of(frozenset({Need.MANAGER}), is_hidden=False, without=frozenset({Need.BUDGET}))

    assert [need for need, _ in start.points] == ["manager", "sponsor", "milestone", "baseline", "committee"]
    assert (start.met, start.is_complete) == (1, False)


def test_the_list_is_complete_when_every_point_is_met():
    assert start_of(frozenset(Need), is_hidden=False).is_complete


def test_a_new_project_shows_what_it_needs(make, login):
    project = make.project()

    points = shown(login(Role.PMO), project)

    assert points == dict.fromkeys(
        ["A manager", "A sponsor", "A budget", "A first milestone", "An approved baseline", "A committee that follows it"], False
    )


def test_each_point_follows_from_what_is_there(make, login):
    project = make.project(manager_id=make.person().id, sponsor="Claire", budget=1000)
    make.milestone(project, baseline=None)

    points = shown(login(Role.PMO), project)

    assert [name for name, is_met in points.items() if not is_met] == ["An approved baseline", "A committee that follows it"]


def test_a_committee_of_another_programme_does_not_follow_it(make, login):
    project = make.project()
    make.committee(project.programme.portfolio, programme_id=make.programme(project.programme.portfolio).id)

    assert shown(login(Role.PMO), project)["A committee that follows it"] is False


def test_a_complete_list_is_not_shown(make, login):
    project = make.project(manager_id=make.person().id, sponsor="Claire", budget=1000)
    make.milestone(project)
    make.committee(project.programme.portfolio)
    client = login(Role.PMO)

    assert shown(client, project) == {}
    assert "To begin with" not in client.get(f"/projects/{project.id}").text


def test_whoever_sees_no_money_is_not_told_of_a_budget(make, login):
    project = make.project()

    assert "A budget" not in shown(login((Role.CONTRIBUTOR, project)), project)


def test_it_is_put_aside_with_undo(make, login):
    project, client = make.project(), login(Role.PMO)

    answer = client.post(f"/projects/{project.id}/start/hide", headers=HTMX)
    hidden = shown(client, project)
    client.post(f"/projects/{project.id}/start/show", headers=HTMX)

    assert f'action="/projects/{project.id}/start/show"' in answer.text
    assert (hidden, len(shown(client, project))) == ({}, 6)


def test_without_script_it_leads_back_to_the_project(make, login):
    project, client = make.project(), login(Role.PMO)

    answers = [client.post(f"/projects/{project.id}/start/{verb}") for verb in ("hide", "hide", "show")]
    page = client.get(f"/projects/{project.id}/start")

    assert {(answer.status_code, answer.location) for answer in [*answers, page]} == {(303, f"/projects/{project.id}")}
    assert [one.hidden_at for one in db.session.scalars(select(StartAside))] == [None]


def test_a_reader_may_not_put_it_aside_and_a_stranger_finds_nothing(make, login):
    project = make.project()
    reader = login((Role.COMMITTEE, project))
    stranger = login((Role.PROJECT_MANAGER, make.project()))

    answers = [client.post(f"/projects/{project.id}/start/hide").status_code for client in (reader, stranger)]

    assert answers == [403, 404]
    assert "start/hide" not in reader.get(f"/projects/{project.id}").text
    assert db.session.scalars(select(StartAside)).all() == []


def test_an_earlier_day_shows_what_was_there_and_refuses_writing(make, login):
    project = make.project(effective_at=LONG_AGO)
    make.milestone(project, baseline=date(2026, 4, 1))
    client = login(Role.PMO)

    then = client.get(f"/projects/{project.id}?as_of=2026-02-01").text
    refused = client.post(f"/projects/{project.id}/start/hide?as_of=2026-02-01")

    assert ("0 of 6" in then, "start/hide" in then, refused.status_code) == (True, False, 403)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_the_project_holds(make, login, statements, how_many):
    project = make.project()
    for _ in range(how_many):
        make.milestone(project)
        make.committee(project.programme.portfolio, programme_id=make.programme(project.programme.portfolio).id)
    client = login(Role.PMO)
    statements.clear()

    client.get(f"/projects/{project.id}/start", headers=HTMX)

    assert len(statements) == 17
