"""All criteria of a gate on one page, and what a decision may not contradict."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.rules.actions import set_value
from pmo.rules.models import Rule
from tests.conftest import HTMX

MUST, SHOULD = {"text": "The protocol is signed"}, {"kind": "should", "text": "The sites are willing", "weight": 2}


@pytest.fixture
def gate(make):
    project = make.project(name="LUMEN registry", method="pm2", phase="planning")
    return make.gate(project, MUST, SHOULD)


@pytest.fixture
def client(gate, login):
    return login((Role.PROJECT_MANAGER, gate.project))


def typed(gate, met="", score="", note="", versions=(1, 1)):
    must, should = gate.criteria
    said = {f"met_{must.id}": met, f"note_{must.id}": note, f"score_{should.id}": score, f"note_{should.id}": ""}
    return said | {f"version_{one.id}": str(version) for one, version in zip(gate.criteria, versions, strict=True)}


def stored(gate):
    db.session.expire_all()
    return [(one.is_met, one.score, one.note, one.version) for one in gate.criteria]


def test_all_criteria_are_assessed_together_and_what_stands_is_not_written(gate, client):
    first = client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", note="Signed on Monday"))
    once = stored(gate)
    client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", score="7", note="Signed on Monday", versions=(2, 1)))

    assert (first.status_code, once) == (303, [(True, None, "Signed on Monday", 2), (None, None, "", 1)])
    assert stored(gate) == [(True, None, "Signed on Monday", 2), (None, 7, "", 2)]
    assert "Assess all criteria" in client.get(f"/gates/{gate.id}").text


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("11", "Enter a whole number from 0 to 10."),
        ("good", "Enter a whole number."),
        ("-1", "Enter a whole number from 0 to 10."),
    ],
)
def test_what_cannot_be_understood_is_named_and_nothing_is_kept(gate, client, score, sentence):
    answer = client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", score=score, note="Mine"), headers=HTMX)

    assert (answer.status_code, sentence in answer.text, f'value="{score}"' in answer.text, "Mine" in answer.text) == (
        422, True, True, True,
    )  # fmt: skip
    assert stored(gate) == [(None, None, "", 1), (None, None, "", 1)]


def test_every_score_that_cannot_be_is_named_at_once(make, login):
    gate = make.gate(make.project(), SHOULD, SHOULD)
    first, second = gate.criteria
    scores = {f"score_{first.id}": "12", f"score_{second.id}": "7,5", f"version_{first.id}": "1", f"version_{second.id}": "1"}

    answer = login((Role.PROJECT_MANAGER, gate.project)).post(f"/gates/{gate.id}/assess", data=scores, headers=HTMX)

    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 10." in answer.text
    assert "Enter a whole number.</" in answer.text


def test_who_was_slower_with_one_criterion_writes_none_and_may_send_again(gate, client):
    client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="no"))

    answer = client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", score="7", note="Mine"), headers=HTMX)

    assert (answer.status_code, "Mine" in answer.text) == (409, True)
    assert f'name="version_{gate.criteria[0].id}" value="2"' in answer.text
    assert stored(gate) == [(False, None, "", 2), (None, None, "", 1)]


def test_a_reader_may_not_assess_and_a_stranger_finds_nothing(gate, make, login):
    reader, stranger = login((Role.CONTRIBUTOR, gate.project)), login((Role.PROJECT_MANAGER, make.project()))

    answers = [who.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes")).status_code for who in (reader, stranger)]

    assert (answers, stored(gate)[0][0]) == ([403, 404], None)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_however_many_criteria(make, login, statements, how_many):
    gate = make.gate(make.project(), *[MUST] * how_many)
    client = login((Role.PROJECT_MANAGER, gate.project))

    client.get(f"/gates/{gate.id}/assess")
    statements.clear()
    answer = client.get(f"/gates/{gate.id}/assess")

    assert (answer.status_code, len(statements)) == (200, 8)


def test_a_decided_gate_is_closed_to_assessing_and_says_how_ready_it_was(gate, make, login):
    meeting = make.meeting(make.committee(gate.project.programme.portfolio), date(2026, 3, 10))
    client = login(Role.PMO)
    client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", score="8"))
    client.post(f"/gates/{gate.id}/decision", data={"outcome": "go", "meeting_id": str(meeting.id), "version": "1"})

    page = client.get(f"/gates/{gate.id}").text

    assert client.get(f"/gates/{gate.id}/assess").status_code == 409
    assert ("How ready it was" in page, "1 of 1 must-meet criteria are met." in page) == (True, True)
    assert "Correct or void the decision" in page


def test_how_ready_a_decided_gate_was_is_not_changed_by_a_rule_laid_down_afterwards(gate, make, login):
    meeting = make.meeting(make.committee(gate.project.programme.portfolio), date(2026, 3, 10))
    client = login(Role.PMO)
    client.post(f"/gates/{gate.id}/assess", data=typed(gate, met="yes", score="8"))
    client.post(f"/gates/{gate.id}/decision", data={"outcome": "go", "meeting_id": str(meeting.id), "version": "1"})
    before = how_ready(client, gate)
    with transaction("The committee asks for more"):
        rule = db.session.scalars(select(Rule).where(Rule.code == "gate.score.least")).one()
        set_value(rule.code, value=Decimal(90), valid_from=clock.today(), reason="Decided in March", seen_version=rule.version)

    after = how_ready(client, gate)

    assert "The weighted score is 80 %; enough is 60 %." in before
    assert after == before


def how_ready(client, gate) -> str:
    [card] = html.fromstring(client.get(f"/gates/{gate.id}").text).xpath("//section[.//h2='How ready it was']")
    return " ".join(card.text_content().split())


def test_a_round_is_not_decided_by_a_meeting_before_the_round_before(gate, make, login):
    committee = make.committee(gate.project.programme.portfolio)
    early, late = make.meeting(committee, date(2026, 2, 10)), make.meeting(committee, date(2026, 3, 10))
    client = login(Role.PMO)
    held = {"outcome": "hold", "meeting_id": str(late.id), "reason": "Too early", "version": "1"}
    client.post(f"/gates/{gate.id}/decision", data=held)
    again = client.post(f"/gates/{gate.id}/round", data={"planned_on": "", "version": "2"}).location

    answer = client.post(f"{again}/decision", data=held | {"meeting_id": str(early.id)}, headers=HTMX)

    assert answer.status_code == 422
    assert "The round before was decided on 10 Mar 2026: choose a later meeting." in answer.text
