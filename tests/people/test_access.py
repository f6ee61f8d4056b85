"""People and access, as an administrator keeps them, an auditor reads them, and nobody else sees them."""

import re

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.people.models import Person, RoleGrant
from tests.conftest import HTMX

PASSWORD = "correct horse battery"


def test_an_administrator_adds_a_person_and_gives_a_role_within_a_scope(make, login):
    project = make.project(code="PAC-01")
    client = login(Role.ADMINISTRATOR)

    answer = client.post("/people/new", data={"name": "Nele Verbeke", "email": "Nele@Example.org", "language": "nl"})
    person = db.session.scalars(select(Person).where(Person.email == "nele@example.org")).one()
    client.post(f"/people/{person.id}/grants", data={"role": "PJM", "scope_code": "project:pac-01"})

    assert (answer.status_code, answer.location) == (303, f"/people/{person.id}")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    assert (grant.role, grant.scope, grant.scope_id) == ("PJM", "project", project.id)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "", "email": "a@example.org"}, "Fill this in."),
        ({"name": "A", "email": "not an address"}, "Enter an e-mail address such as name@example.org."),
        ({"name": "A", "email": "known@example.org"}, "Somebody with this address is already known."),
    ],
)
def test_a_refused_person_keeps_what_was_typed(make, login, typed, message):
    make.person(email="known@example.org")

    answer = login(Role.ADMINISTRATOR).post("/people/new", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{typed["email"]}"' in answer.text


def test_a_role_cannot_be_given_to_oneself_or_for_an_unknown_code(make, login):
    person = make.person(role=Role.ADMINISTRATOR)
    other = make.person()
    client = login(person)

    own = client.post(f"/people/{person.id}/grants", data={"role": "PMO"})
    unknown = client.post(f"/people/{other.id}/grants", data={"role": "PMO", "scope_code": "project:NOPE"})

    assert [own.status_code, unknown.status_code] == [422, 422]
    assert [grant.role for grant in db.session.scalars(select(RoleGrant))] == ["ADM"]


def test_a_given_password_is_shown_once_and_must_be_changed_first(app, make, login):
    person = make.person(email="nele@example.org", role=Role.PMO)
    shown = login(Role.ADMINISTRATOR).post(f"/people/{person.id}/password").text
    password = re.search(r'class="code">([^<]+)<', shown)[1]
    client = app.test_client()

    client.post("/sign-in", data={"email": "nele@example.org", "password": password})
    sent_to = client.get("/people").location
    typed = {"current": password, "password": PASSWORD, "again": PASSWORD}
    changed = client.post("/me/password", data=typed)

    assert sent_to == "/me/password"
    assert "Your password is changed" in changed.text
    assert client.get("/people").status_code == 404


def test_closing_an_account_ends_its_sessions_and_a_stale_form_is_refused(make, login):
    person = make.person(role=Role.PMO)
    theirs, client = login(person), login(Role.ADMINISTRATOR)

    stale = client.post(f"/people/{person.id}/block", data={"version": person.version + 7})
    client.post(f"/people/{person.id}/block", data={"version": person.version})

    assert stale.status_code == 409
    assert theirs.get("/me/password").location.startswith("/sign-in")


def test_a_revoked_role_opens_nothing_any_more(make, login):
    person = make.person(role=Role.ADMINISTRATOR)
    theirs = login(person)
    grant = db.session.scalars(select(RoleGrant)).one()

    login(Role.ADMINISTRATOR).post(f"/people/grants/{grant.id}/revoke")

    assert theirs.get("/people").status_code == 404


def test_an_auditor_reads_but_may_not_change(make, login):
    person = make.person()
    client = login(Role.AUDITOR)

    assert client.get("/people").status_code == 200
    assert client.post(f"/people/{person.id}/block").status_code == 403


@pytest.mark.parametrize("role", [Role.PMO, Role.PROJECT_MANAGER, Role.MEDICAL_DIRECTOR])
def test_people_do_not_exist_for_other_roles(make, login, role):
    make.person(name="Secret Colleague")

    answer = login(role).get("/people")

    assert answer.status_code == 404
    assert "Secret" not in answer.text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, how_many):
    project = make.project()
    for _ in range(how_many):
        make.grant(make.person(), Role.PROJECT_MANAGER, project)
    client = login(Role.ADMINISTRATOR)
    statements.clear()

    page = client.get("/people")

    assert page.text.count("data-row") == how_many + 1
    assert len(statements) == 5  # who asks, people, grants, counts, names of projects


def test_the_access_list_is_a_line_for_each_grant(make, login):
    make.grant(make.person(name="=Nele"), Role.PROJECT_MANAGER, make.project(code="PAC-01"))

    answer = login(Role.ADMINISTRATOR).get("/people/list.xlsx")

    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


def test_a_password_needs_the_current_one_and_some_length(make, login):
    person = make.person(password=PASSWORD)
    client = login(person)

    wrong = client.post("/me/password", data={"current": "nope", "password": "x" * 20, "again": "x" * 20}, headers=HTMX)
    short = client.post("/me/password", data={"current": PASSWORD, "password": "short", "again": "short"}, headers=HTMX)
    differ = client.post("/me/password", data={"current": PASSWORD, "password": "x" * 20, "again": "y" * 20}, headers=HTMX)

    assert "This is not your current password." in wrong.text
    assert "Use at least 12 characters." in short.text
    assert "The two new passwords differ." in differ.text
