"""Bringing a plan in by the browser: looked at first, then applied or thrown away; hostile files end in a sentence."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from pmo.db import db
from pmo.exchange.models import ImportRun
from pmo.kernel.permissions import Role
from pmo.schedule.models import Milestone, Task
from tests.exchange.test_mspdi import HOSTILE, SHARED, plan_of
from tests.exchange.test_schedule_import import CONTRACT, SIGNED, task

HOSTILE_FILES = sorted(path for path in (SHARED.parent / "hostile").rglob("*") if path.is_file() and path.name != "README.md")


def send(client, project, content, name="plan.xml"):
    data = {"file": (BytesIO(content), name)}
    return client.post(f"/projects/{project.id}/plan", data=data, content_type="multipart/form-data")


def tasks():
    return db.session.scalar(select(func.count()).select_from(Task))


def run_id():
    return db.session.scalar(select(ImportRun.id).order_by(ImportRun.id.desc()).limit(1))


def test_a_plan_is_looked_at_before_anything_is_stored_and_then_applied(make, login):
    project, client = make.project(), login(Role.PMO)

    assert send(client, project, plan_of(CONTRACT + SIGNED)).status_code == 303
    shown = client.get(f"/projects/{project.id}/plan").text
    assert "Apply 2 added, 0 changed, 0 gone" in shown
    assert "Contract signed" in shown
    assert tasks() == 0

    answer = client.post(f"/projects/{project.id}/plan/{run_id()}/apply")
    assert answer.location == f"/projects/{project.id}/timeline"
    assert tasks() == 2
    assert db.session.scalars(select(Milestone.name)).all() == ["Contract signed"]
    assert "plan.xml" in client.get(f"/projects/{project.id}/plan").text


def test_what_is_thrown_away_changes_nothing_and_cannot_be_applied(make, login):
    project, client = make.project(), login(Role.PMO)
    send(client, project, plan_of(CONTRACT))

    client.post(f"/projects/{project.id}/plan/{run_id()}/discard")

    assert client.post(f"/projects/{project.id}/plan/{run_id()}/apply").status_code == 404
    assert (tasks(), db.session.scalars(select(ImportRun.content)).all()) == (0, [b""])


def test_a_newer_file_takes_the_place_of_the_one_looked_at_before(make, login):
    project, client = make.project(), login(Role.PMO)
    send(client, project, plan_of(CONTRACT))
    send(client, project, plan_of(CONTRACT + SIGNED))

    assert "Apply 2 added" in client.get(f"/projects/{project.id}/plan").text
    assert db.session.scalars(select(ImportRun.state).order_by(ImportRun.id)).all() == ["discarded", "ready"]


def test_what_is_not_taken_over_is_listed_in_the_readers_language(make, login):
    project, client = make.project(), login(Role.PMO)
    send(client, project, plan_of(task(1, "Negotiate", "2026-03-20", "<Duration>long</Duration>")))
    page = client.get(f"/projects/{project.id}/plan").text
    assert "This value cannot be read." in page
    assert "long" in page


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_plan_is_refused_with_the_form_kept(make, login, name):
    answer = send(login(Role.PMO), make.project(), HOSTILE[name] or b" ")
    assert answer.status_code == 422
    assert 'id="error-file"' in answer.text
    assert (tasks(), run_id()) == (0, None)


@pytest.mark.parametrize("path", HOSTILE_FILES, ids=lambda path: path.name[:50])
def test_every_hostile_file_ends_in_a_sentence(make, login, path):
    answer = send(login(Role.PMO), make.project(), path.read_bytes() or b" ", path.name)
    assert answer.status_code == 422
    assert tasks() == 0


def test_without_a_file_the_form_says_so(make, login):
    project = make.project()
    answer = login(Role.PMO).post(f"/projects/{project.id}/plan", data={})
    assert answer.status_code == 422
    assert "Choose a file with something in it." in answer.text


def test_a_project_manager_and_a_stranger_find_no_such_page(make, login):
    project = make.project()
    assert login((Role.PROJECT_MANAGER, project)).get(f"/projects/{project.id}/plan").status_code == 404
    assert send(login(), project, plan_of(CONTRACT)).status_code == 404


def test_another_persons_file_cannot_be_applied(make, login):
    project = make.project()
    send(login(Role.PMO), project, plan_of(CONTRACT))
    assert login(Role.PMO).post(f"/projects/{project.id}/plan/{run_id()}/apply").status_code == 404


def test_plans_do_not_stand_among_the_lists(make, login):
    project, client = make.project(), login(Role.PMO)
    send(client, project, plan_of(CONTRACT))
    assert "plan.xml" not in client.get("/imports").text
    assert client.get(f"/imports/{run_id()}").status_code == 404
