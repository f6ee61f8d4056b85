"""Proposing, assessing, deciding, measuring; and who may."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.proposals.models import Proposal
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
IDEA = {"title": "One list of suppliers", "idea": "Everybody keeps one of their own."}
ASSESSED = {"effort": "small", "benefit": "large", "assessment": "A week of work.", "version": "1"}
ACCEPTED = {"verdict": "accept", "reason": "It saves a day a month.", "measure_on": "2026-09-30", "version": "1"}
MEASURED = {"effect": "partly", "effect_text": "Half a day a month.", "version": "1"}


def now():
    db.session.expire_all()
    return db.session.scalars(select(Proposal)).one()


@pytest.fixture
def nele(make):
    return make.person("Nele Verbeke", role=Role.PROJECT_MANAGER)


def test_anybody_proposes_something(app, login, nele):
    answer = login(nele).post("/proposals/new", data=IDEA)

    made = now()
    assert (answer.status_code, answer.location) == (303, f"/proposals/{made.id}")
    assert (made.title, made.proposer_id, made.state) == ("One list of suppliers", nele.id, "proposed")


def test_an_idea_without_a_title_keeps_what_was_typed(app, login, nele):
    answer = login(nele).post("/proposals/new", data={**IDEA, "title": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Title: Fill this in." in answer.text
    assert "Everybody keeps one of their own." in answer.text


def test_it_goes_from_idea_to_effect(make, login, nele):
    pmo = make.person("Els Wauters", role=Role.PMO)
    one, client, states = make.proposal(nele), login(pmo), []

    for number, (step, data) in enumerate([("assess", ASSESSED), ("decide", ACCEPTED), ("measure", MEASURED)], 1):
        client.post(f"/proposals/{one.id}/{step}", data={**data, "version": str(number)})
        states.append(now().state)

    made = now()
    assert states == ["assessed", "accepted", "measured"]
    assert (made.effort, made.benefit, made.assessor_id, made.decider_id) == ("small", "large", pmo.id, pmo.id)
    assert (made.measure_on, made.effect, made.measured_at is not None) == (date(2026, 9, 30), "partly", True)
    page = client.get(f"/proposals/{one.id}").text
    assert ("A week of work." in page, "It saves a day a month." in page, "Half a day a month." in page) == (True, True, True)


@pytest.mark.parametrize(("verdict", "state"), [("later", "later"), ("refuse", "refused")])
def test_what_is_not_accepted_has_its_reason_and_no_day_to_look_back(make, login, nele, verdict, state):
    one = make.proposal(nele, state="assessed")

    login(Role.PMO).post(f"/proposals/{one.id}/decide", data={**ACCEPTED, "verdict": verdict})

    assert (now().state, now().reason, now().measure_on) == (state, "It saves a day a month.", None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, "Fill this in."),
        ({"verdict": ""}, "Choose one from the list."),
        ({"measure_on": ""}, "Say when its effect is looked at."),
        ({"measure_on": "soon"}, "Enter a date such as 2026-03-31."),
    ],
)
def test_a_decision_that_lacks_something_keeps_what_was_typed(make, login, nele, typed, said):
    one = make.proposal(nele, state="assessed")

    answer = login(Role.PMO).post(f"/proposals/{one.id}/decide", data={**ACCEPTED, **typed}, headers=HTMX)

    assert (answer.status_code, said in answer.text, now().state) == (422, True, "assessed")
    assert typed.get("reason", "It saves a day a month.") in answer.text


@pytest.mark.parametrize(
    ("state", "step", "data"),
    [
        ("proposed", "decide", ACCEPTED),
        ("proposed", "measure", MEASURED),
        ("refused", "assess", ASSESSED),
        ("refused", "decide", ACCEPTED),
        ("withdrawn", "assess", ASSESSED),
        ("accepted", "assess", ASSESSED),
    ],
)
def test_only_steps_of_its_state_are_taken(make, login, nele, state, step, data):
    one = make.proposal(nele, state=state, reason="Because", decided_at=LONG_AGO)

    answer = login(Role.PMO).post(f"/proposals/{one.id}/{step}", data=data, headers=HTMX)

    assert (answer.status_code, now().state) == (409, state)


def test_a_stale_form_changes_nothing(make, login, nele):
    one = make.proposal(nele)

    answer = login(Role.PMO).post(f"/proposals/{one.id}/assess", data={**ASSESSED, "version": "9"}, headers=HTMX)

    assert (answer.status_code, now().state) == (409, "proposed")
    assert "A week of work." in answer.text


def test_whoever_proposed_it_withdraws_it_and_nobody_else(make, login, nele):
    one = make.proposal(nele)

    other = login(Role.PMO).post(f"/proposals/{one.id}/withdraw", data={"version": "1"})
    state_between = now().state
    login(nele).post(f"/proposals/{one.id}/withdraw", data={"version": "1"})

    assert (other.status_code, state_between, now().state) == (403, "proposed", "withdrawn")


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.AUDITOR])
def test_a_reader_may_look_and_not_write(make, login, nele, role):
    one, client = make.proposal(nele), login(role)

    seen = client.get(f"/proposals/{one.id}")

    assert (seen.status_code, "assess-form" in seen.text) == (200, False)
    for step, data in [("assess", ASSESSED), ("decide", ACCEPTED), ("measure", MEASURED)]:
        assert client.post(f"/proposals/{one.id}/{step}", data=data).status_code == 403
    assert now().state == "proposed"


def test_who_has_no_role_finds_nothing(make, login, nele):
    one = make.proposal(nele)

    assert login(make.person()).get(f"/proposals/{one.id}").status_code == 404


def test_open_and_ended_stand_apart(make, login, nele):
    make.proposal(nele, title="Open one")
    make.proposal(nele, title="Late one", state="accepted", reason="x", decided_at=LONG_AGO, measure_on=date(2026, 3, 11))
    make.proposal(nele, title="Ended one", state="withdrawn")
    client = login(nele)

    page, ended = client.get("/proposals").text, client.get("/proposals?shelf=ended").text

    assert ("Open one" in page, "Ended one" in page, page.count(">late<")) == (True, False, 1)
    assert ("Open one" in ended, "Ended one" in ended) == (False, True)


def test_without_proposals_the_list_says_what_it_is_for(app, login):
    assert "No proposal is open" in login(Role.PMO).get("/proposals").text


def test_looking_back_shows_what_stood_then(make, login, nele):
    one = make.proposal(nele, title="Early", effective_at=LONG_AGO)
    login(Role.PMO).post(f"/proposals/{one.id}/assess", data=ASSESSED)
    client = login(nele)

    page = client.get(f"/proposals/{one.id}?as_of=2026-02-01").text

    assert ("Early" in page, "A week of work." in page) == (True, False)
    assert client.get("/proposals/new?as_of=2026-02-01").status_code == 403


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, nele, how_many):
    for _ in range(how_many):
        make.proposal(make.person())
    client = login(Role.PMO)
    statements.clear()

    client.get("/proposals")

    assert len(statements) == 4
