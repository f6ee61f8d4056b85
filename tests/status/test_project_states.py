"""The end of a project and its way back."""

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Project
from tests.conftest import HTMX

CLOSED = {"reason": "Goal reached", "closed_on": "10/3/2026", "version": "1"}


def state(project):
    db.session.expire_all()
    return db.session.get_one(Project, project.id).state


def test_closing_with_work_still_open_warns_and_asks(make, login):
    project = make.milestone().project
    make.raid_item(project)
    client = login((Role.PROJECT_MANAGER, project))

    form = client.get(f"/projects/{project.id}/close").text
    asked = client.post(f"/projects/{project.id}/close", data=CLOSED, headers=HTMX)
    assert state(project) == "open"
    done = client.post(f"/projects/{project.id}/close", data=CLOSED | {"anyway": "true"})

    assert "1 milestone is still ahead" in form
    assert "1 item of the register is open" in form
    assert asked.status_code == 422
    assert "Goal reached" in asked.text
    assert (done.status_code, state(project)) == (303, "closed")
    assert "Closed on 10 Mar 2026." in client.get(f"/projects/{project.id}").text


def test_a_finished_project_closes_with_a_reason_only(make, login):
    project = make.project()
    client = login(Role.PMO)

    silent = client.post(f"/projects/{project.id}/close", data=CLOSED | {"reason": ""}, headers=HTMX)
    stale = client.post(f"/projects/{project.id}/close", data=CLOSED | {"version": "9"}, headers=HTMX)
    client.post(f"/projects/{project.id}/close", data=CLOSED)

    assert [silent.status_code, stale.status_code, state(project)] == [422, 409, "closed"]


def test_a_closed_project_is_archived_or_runs_again(make, login):
    project = make.project()
    client = login(Role.PMO)

    early = client.post(f"/projects/{project.id}/archive")
    client.post(f"/projects/{project.id}/close", data=CLOSED)
    client.post(f"/projects/{project.id}/archive")
    archived = state(project)
    client.post(f"/projects/{project.id}/reopen")

    assert (early.status_code, archived, state(project)) == (409, "archived", "open")


def test_a_reader_may_not_close_and_a_stranger_finds_nothing(make, login):
    project, elsewhere = make.project(), make.project()
    reader, stranger = login((Role.COMMITTEE, project)), login((Role.PROJECT_MANAGER, elsewhere))

    for verb in ("close", "reopen", "archive"):
        assert reader.post(f"/projects/{project.id}/{verb}", data=CLOSED).status_code == 403
        assert stranger.post(f"/projects/{project.id}/{verb}", data=CLOSED).status_code == 404
    assert state(project) == "open"
