"""Where somebody is signed in and which keys they gave to programs: seen, ended, and out at once when they leave."""

import re

import pytest
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people import actions, links
from pmo.people.devices import device
from pmo.people.links import Purpose
from pmo.people.models import ApiToken, LoginSession
from pmo.people.sessions import COOKIE
from tests.conftest import HTMX


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def key_of(page):
    return re.search(r'id="new-token">([^<]+)<', page.text)[1]


def session_of(client):
    digest = actions.token_digest(client.get_cookie(COOKIE).value)
    return db.session.scalar(select(LoginSession).where(LoginSession.token_digest == digest))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("python-requests/2.32", "python-requests/2.32"),
        ("", ""),
    ],
)
def test_a_device_is_named_so_that_its_owner_recognises_it(agent, words):
    assert device(agent) == words


def test_somebody_ends_one_other_session_or_all_of_them(make, login):
    person = make.person(role=Role.PMO)
    here, phone, desk = login(person), login(person), login(person)

    one = here.post(f"/me/account/sessions/{session_of(phone).id}/end")
    after_one = [client.get("/me/account").status_code for client in (here, phone, desk)]
    here.post("/me/account/sessions/end-others")
    after_all = [client.get("/me/account").status_code for client in (here, phone, desk)]

    assert one.status_code == 303
    assert (after_one, after_all) == ([200, 303, 200], [200, 303, 303])


def test_nobody_ends_a_session_or_revokes_a_key_of_somebody_else(make, login):
    other = make.person(role=Role.PMO)
    theirs = login(other)
    with transaction("test"):
        actions.make_token(other, "theirs")
    client = login(Role.PMO)
    token = db.session.scalars(select(ApiToken)).one()

    answers = [
        client.post(f"/me/account/sessions/{session_of(theirs).id}/end"),
        client.post(f"/me/account/tokens/{token.id}/revoke"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert theirs.get("/me/account").status_code == 200


def test_a_key_is_shown_once_opens_the_api_and_is_revoked(app, make, login):
    make.project(code="PAC-01")
    client, program = login(Role.PMO), app.test_client()

    made = client.post("/me/account/tokens", data={"name": "Ledger", "days": "30"})
    key = key_of(made)
    opened = program.get("/api/v1/projects", headers=bearer(key))
    again = client.get("/me/account")
    token = db.session.scalars(select(ApiToken)).one()
    client.post(f"/me/account/tokens/{token.id}/revoke")

    assert [item["code"] for item in opened.json["items"]] == ["PAC-01"]
    assert (key in again.text, "Ledger" in again.text) == (False, True)
    assert (token.expires_at - token.created_at).days == 30
    assert program.get("/api/v1/projects", headers=bearer(key)).status_code == 401


def test_a_key_that_only_reads_writes_nothing(app, make, login):
    project = make.project(code="PAC-01")
    key = key_of(login(Role.PMO).post("/me/account/tokens", data={"name": "Reader", "days": "90"}))

    answer = app.test_client().patch(f"/api/v1/projects/{project.id}", json={"name": "Other"}, headers=bearer(key))

    assert answer.status_code == 403


def test_a_key_changes_what_was_ticked_and_nothing_else(app, make, login):
    project = make.project(code="PAC-01")
    typed = {"name": "Planner", "days": "90", "scopes": ["write:portfolio"]}
    client = login(Role.PMO)
    key = key_of(client.post("/me/account/tokens", data=typed))
    program, path = app.test_client(), f"/api/v1/projects/{project.id}"
    tag = program.get(path, headers=bearer(key)).headers["ETag"]

    renamed = program.patch(path, json={"name": "Other"}, headers=bearer(key) | {"If-Match": tag})
    planned = program.post("/api/v1/milestones", json={"project": "PAC-01"}, headers=bearer(key))

    assert (renamed.status_code, planned.status_code) == (200, 403)
    assert "Portfolios, programmes, projects, status updates" in client.get("/me/account").text


def test_a_key_makes_no_further_keys_and_ends_no_session(app, login):
    key = key_of(login(Role.PMO).post("/me/account/tokens", data={"name": "Ledger", "days": "30"}))
    program = app.test_client()

    own = ("/me/account/tokens", "/me/account/sessions/end-others", "/me/account/sessions/1/end", "/me/account/tokens/1/revoke")
    paths = (*own, "/feeds/keys", "/webhooks/new", "/operations/jobs", "/projects/new")
    answers = [program.post(path, data={"name": "more", "days": "30"}, headers=bearer(key)) for path in paths]

    assert [answer.status_code for answer in answers] == [403] * 8


@pytest.mark.parametrize("typed", [{"name": "", "days": "90"}, {"name": "Ledger", "days": "100000"}, {"name": "x" * 300}])
def test_a_refused_key_keeps_what_was_typed_and_makes_none(login, typed):
    answer = login(Role.PMO).post("/me/account/tokens", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert f'value="{typed["name"]}"' in answer.text
    assert db.session.scalars(select(ApiToken)).all() == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_account_costs_the_same_however_many_sessions_and_keys(make, login, statements, how_many):
    person = make.person(role=Role.PMO)
    client = [login(person) for _ in range(how_many)][-1]
    with transaction("test"):
        for number in range(how_many):
            actions.make_token(person, f"program {number}")
    statements.clear()

    client.get("/me/account", headers=HTMX)

    assert len(statements) == 5  # who asks, sessions, keys, password, second factor


def test_an_administrator_sees_and_ends_the_same_of_anybody_and_an_auditor_only_sees(app, make, login):
    make.project()
    person = make.person("Nele", role=Role.PMO)
    theirs, administrator, auditor = login(person), login(Role.ADMINISTRATOR), login(Role.AUDITOR)
    key = key_of(theirs.post("/me/account/tokens", data={"name": "Ledger", "days": "30"}))
    token, session = db.session.scalars(select(ApiToken)).one(), session_of(theirs)
    ends = [f"sessions/{session.id}/end", f"tokens/{token.id}/revoke", "sessions/end", "second-factor/remove"]

    refused = [auditor.post(f"/people/{person.id}/{end}").status_code for end in ends]
    seen = auditor.get(f"/people/{person.id}").text
    done = [administrator.post(f"/people/{person.id}/{end}").status_code for end in ends[:2]]

    assert refused == [403] * 4
    assert ("Ledger" in seen, "Address 127.0.0.1" in seen, f"/people/{person.id}/sessions/end" in seen) == (True, True, False)
    assert done == [303, 303]
    assert theirs.get("/me/account").status_code == 303
    assert app.test_client().get("/api/v1/projects", headers=bearer(key)).status_code == 401


def test_a_session_of_one_person_is_not_ended_under_the_name_of_another(make, login):
    person, other = make.person(role=Role.PMO), make.person()
    theirs = login(person)

    answer = login(Role.ADMINISTRATOR).post(f"/people/{other.id}/sessions/{session_of(theirs).id}/end")

    assert answer.status_code == 404
    assert theirs.get("/me/account").status_code == 200


def test_a_leaver_is_out_at_the_next_request_at_every_door(app, make, login):
    make.project()
    person = make.person(role=Role.PROJECT_MANAGER)
    browser, program, phone = login(person), app.test_client(), app.test_client()
    with transaction("test"):
        key, link = actions.make_token(person, "Ledger"), links.make_link(person, Purpose.WALK, days=7)
    phone.get(f"/walk/link/{link}")
    before = [is_out(client.get(path, headers=head)) for client, path, head in doors(browser, phone, program, key)]

    login(Role.ADMINISTRATOR).post(f"/people/{person.id}/block", data={"version": person.version})

    after = [is_out(client.get(path, headers=head)) for client, path, head in doors(browser, phone, program, key)]
    assert (before, after) == ([False] * 3, [True] * 3)
    assert browser.get("/portfolio", headers=HTMX).status_code == 401
    assert browser.post("/me/account/tokens", data={"name": "late", "days": "30"}).location.startswith("/sign-in")
    assert app.test_client().get(f"/walk/link/{link}").status_code == 410


def doors(browser, phone, program, key):
    """A page, the page a link in a mail opened, the API."""
    return [(browser, "/me/account", {}), (phone, "/walk", {}), (program, "/api/v1/projects", bearer(key))]


def is_out(answer):
    return answer.status_code == 401 or (answer.location or "").startswith("/sign-in")
