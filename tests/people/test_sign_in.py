"""Signing in, as a person and as somebody who tries to."""

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.people.models import LoginSession, Throttle
from tests.conftest import HTMX

PASSWORD = "correct horse battery"


def test_a_person_signs_in_and_out(app, make):
    make.person(email="nele@example.org", password=PASSWORD, role=Role.PMO)
    client = app.test_client()

    answer = client.post("/sign-in", data={"email": "Nele@Example.org", "password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 303
    assert client.post("/sign-out").location == "/sign-in"
    assert db.session.scalars(select(LoginSession)).all() == []


@pytest.mark.parametrize(
    ("email", "password"), [("nele@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("\x00", "\x00")]
)
def test_a_wrong_address_or_password_gets_one_sentence_and_keeps_the_address(app, make, email, password):
    make.person(email="nele@example.org", password=PASSWORD)

    answer = app.test_client().post("/sign-in", data={"email": email, "password": password})

    assert answer.status_code == 422
    assert db.session.scalars(select(LoginSession)).all() == []


def test_after_five_failures_even_the_right_password_waits(app, make):
    make.person(email="nele@example.org", password=PASSWORD)
    client = app.test_client()
    for _ in range(5):
        client.post("/sign-in", data={"email": "nele@example.org", "password": "wrong"})

    answer = client.post("/sign-in", data={"email": "nele@example.org", "password": PASSWORD})

    assert "Too many attempts" in answer.text
    assert {row.failures for row in db.session.scalars(select(Throttle))} == {5}


def test_a_blocked_person_is_signed_out_at_once(app, make, login):
    person = make.person(role=Role.PMO)
    client = login(person)
    assert client.get("/me/password").status_code == 200

    person.is_active = False
    db.session.commit()

    assert client.get("/me/password").location == "/sign-in?next=/me/password"


@pytest.mark.parametrize(
    ("method", "path", "headers", "back"),
    [
        ("GET", "/portfolio", {}, "/portfolio?q%3Dlate"),
        ("GET", "/alerts", HTMX | {"HX-Current-URL": "http://localhost/portfolio?sort=name"}, "/portfolio?sort%3Dname"),
        ("POST", "/me/password", {"Referer": "http://localhost/projects/1/update"}, "/projects/1/update"),
        ("POST", "/me/password", {"Referer": "http://elsewhere.example/projects/1"}, ""),
    ],
)
def test_after_signing_in_again_one_is_back_on_the_page_one_was_on(app, method, path, headers, back):
    answer = app.test_client().open(f"{path}?q=late", method=method, headers=headers)

    place = answer.headers.get("HX-Redirect") or answer.location
    assert place == (f"/sign-in?next={back}" if back else "/sign-in")


def test_an_update_sent_without_its_period_is_refused_with_sentences(make, login):
    project = make.project()

    answer = login((Role.PROJECT_MANAGER, project)).post(f"/projects/{project.id}/update", data={})

    assert answer.status_code == 422
    assert "Say at least one thing" in answer.text
