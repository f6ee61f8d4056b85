"""Signing in, as a person and as somebody who tries to."""

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.people.models import LoginSession, Throttle

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
