"""The link of the weekly mail: opens the walk of its person without signing in, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people import actions, links
from pmo.people.links import Purpose
from pmo.people.models import LoginSession, RoleGrant, SignedLink


@pytest.fixture
def nele(make):
    """She manages one project with one date."""
    person = make.person("Nele Verbeke", email="nele@example.org", password="a sentence to remember")
    project = make.project(name="Compassionate use", manager_id=person.id)
    make.grant(person, Role.PROJECT_MANAGER, project)
    make.milestone(project, name="Ethics opinion")
    return person


def link(person, days: int = 7) -> str:
    with transaction("test"):
        return links.make_link(person, Purpose.WALK, days=days)


def kept() -> SignedLink:
    return db.session.scalars(select(SignedLink)).one()


def sessions() -> int:
    return db.session.scalar(select(func.count()).select_from(LoginSession))


def test_it_opens_the_walk_of_its_person_without_signing_in(app, nele):
    client = app.test_client()

    opened = client.get(f"/walk/link/{link(nele)}")

    assert (opened.status_code, opened.location) == (303, "/walk")
    assert "Ethics opinion: still 31 Mar?" in client.get("/walk").text
    assert kept().used_at is not None


def test_it_is_known_only_by_its_digest(app, nele):
    token = link(nele)

    assert kept().token_digest == actions.token_digest(token)
    assert token.encode() not in kept().token_digest


@pytest.mark.parametrize("path", ["/", "/my-work", "/portfolio", "/projects/1", "/me/password", "/people", "/imports"])
def test_any_other_page_asks_to_sign_in(app, nele, path):
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    answer = client.get(path)

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_the_api_does_not_know_who_came_by_a_link(app, nele):
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    assert client.get("/api/v1/projects").status_code == 401


def test_by_link_one_answers_for_ones_own_walk_only(app, make, nele):
    make.grant(nele, Role.PMO)
    foreign = make.milestone(make.project())
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    answer = client.post(f"/walk/milestones/{foreign.id}", data={"answer": "still", "version": 1})

    assert (answer.status_code, foreign.confirmed_on) == (404, None)


def test_the_page_by_link_leads_nowhere_else(app, nele):
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    page = client.get("/walk").text

    assert 'id="menu"' not in page
    assert "/portfolio" not in page
    assert "/my-work" not in page


def test_rights_are_those_of_now(app, nele):
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")
    with transaction("role taken away"):
        actions.revoke(db.session.scalars(select(RoleGrant)).one())

    assert client.get("/walk").status_code == 404


def test_after_it_expired_it_says_so_in_one_sentence(app, nele):
    token = link(nele)
    with transaction("test"):
        kept().expires_at = clock.machine_now() - timedelta(seconds=1)

    answer = app.test_client().get(f"/walk/link/{token}")

    assert answer.status_code == 410
    assert "This link is no longer valid. The next mail brings a new one; until then, sign in." in answer.text
    assert sessions() == 0


def test_of_somebody_whose_account_is_closed_it_says_so_in_one_sentence(app, nele):
    token = link(nele)
    client = app.test_client()
    client.get(f"/walk/link/{token}")
    with transaction("account closed"):
        actions.block(nele, seen_version=nele.version)

    again, walk = app.test_client().get(f"/walk/link/{token}"), client.get("/walk")

    assert again.status_code == 410
    assert "Your account is closed, so this link opens nothing any more." in again.text
    assert (walk.status_code, walk.location.split("?")[0]) == (303, "/sign-in")


def test_it_is_closed_by_its_person_and_what_it_opened_ends(app, login, nele):
    token = link(nele)
    by_link, signed_in = app.test_client(), login(nele)
    by_link.get(f"/walk/link/{token}")
    shown = signed_in.get("/my-work").text

    closed = signed_in.post("/walk/links/close")

    assert "The link in your mail works until" in shown
    assert (closed.status_code, closed.location) == (303, "/my-work")
    assert by_link.get("/walk").status_code == 303
    assert app.test_client().get(f"/walk/link/{token}").status_code == 410
    assert "The link in your mail works until" not in signed_in.get("/my-work").text


def test_a_new_password_closes_it_too(app, nele):
    token = link(nele)
    with transaction("password given"):
        actions.end_sessions(nele.id)

    assert app.test_client().get(f"/walk/link/{token}").status_code == 410


def test_whoever_guesses_is_stopped_and_an_old_link_is_no_guess(app, nele):
    token = link(nele)
    with transaction("test"):
        kept().expires_at = clock.machine_now() - timedelta(seconds=1)
    client = app.test_client()

    old = {client.get(f"/walk/link/{token}").status_code for _ in range(8)}
    guessed = [client.get(f"/walk/link/guess-{number}").status_code for number in range(7)]

    assert old == {410}
    assert guessed == [410] * 5 + [429] * 2


def test_who_is_signed_in_keeps_their_whole_session(login, nele):
    client = login(nele)

    opened = client.get(f"/walk/link/{link(nele)}")

    assert opened.location == "/walk"
    assert client.get("/my-work").status_code == 200
    assert sessions() == 1


def test_it_never_takes_over_the_session_of_somebody_else(login, nele):
    client = login(Role.PMO)

    answer = client.get(f"/walk/link/{link(nele)}")

    assert answer.status_code == 409
    assert "You are signed in as somebody else. Sign out, then open the link again." in answer.text
    assert client.get("/portfolio").status_code == 200


def test_looking_back_it_opens_nothing(app, nele):
    assert app.test_client().get(f"/walk/link/{link(nele)}?as_of=2026-03-01").status_code == 403


def test_a_password_that_must_change_does_not_stand_in_the_way(app, nele):
    with transaction("password given"):
        actions.set_password(nele, "another sentence", must_change=True)
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    assert client.get("/walk").status_code == 200


def test_one_signs_out_of_it(app, nele):
    client = app.test_client()
    client.get(f"/walk/link/{link(nele)}")

    client.post("/sign-out")

    assert (sessions(), client.get("/walk").status_code) == (0, 303)
