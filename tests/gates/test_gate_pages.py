"""Gates as a project manager prepares them, a committee decides them, and others read them."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import select

from pmo.committees.models import ActionItem, Decision
from pmo.db import db
from pmo.gates.models import Gate, GateCriterion
from pmo.kernel.permissions import Role
from tests.conftest import HTMX

MET, UNMET = {"is_met": True}, {"is_met": False, "text": "The protocol is signed"}


@pytest.fixture
def ground(make):
    """A project and a meeting of its committee that was held."""
    project = make.project(name="LUMEN registry", method="pm2", phase="planning")
    return project, make.meeting(make.committee(project.programme.portfolio), date(2026, 3, 10))


def stored(gate: Gate) -> Gate:
    db.session.expire_all()
    return db.session.get_one(Gate, gate.id)


def test_the_method_brings_its_gates_once_with_the_criteria_they_begin_with(ground, login):
    project, _ = ground
    client = login((Role.PROJECT_MANAGER, project))

    for _ in range(2):
        answer = client.post("/gates/from-method", data={"project_id": str(project.id)})

    gates = db.session.scalars(select(Gate).order_by(Gate.id)).all()
    assert (answer.status_code, [gate.code for gate in gates]) == (303, ["RfP", "RfE", "RfC"])
    assert all({one.kind for one in gate.criteria} == {"must", "should"} for gate in gates)
    assert "Ready for Executing" in client.get(f"/projects/{project.id}/gates").text


def test_the_gates_of_the_method_are_offered_until_they_are_there(ground, login):
    project, _ = ground
    client = login((Role.PROJECT_MANAGER, project))

    before = client.get(f"/projects/{project.id}/gates").text
    client.post("/gates/from-method", data={"project_id": str(project.id)})
    after = client.get(f"/projects/{project.id}/gates").text

    assert ("Take the gates of PM²" in before, "Take the gates" in after) == (True, False)


def test_a_gate_by_hand_is_planned_on_a_milestone_and_follows_its_day(ground, make, login):
    project, _ = ground
    milestone = make.milestone(project, forecast=date(2026, 6, 19))
    form = {"project_id": str(project.id), "code": "G9", "name": "Ready to publish", "milestone_id": str(milestone.id)}

    answer = login((Role.PROJECT_MANAGER, project)).post("/gates/new", data=form)

    made = db.session.scalars(select(Gate)).one()
    assert (answer.status_code, made.due, made.criteria) == (303, date(2026, 6, 19), [])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"code": ""}, "Fill this in."),
        ({"code": "G1"}, "Another gate of this project has this code."),
        ({"planned_on": "soon"}, "Enter a date such as"),
        ({"milestone_id": "999"}, "Choose one from the list."),
    ],
)
def test_what_is_wrong_with_a_gate_is_named_and_what_was_typed_stays(ground, make, login, changed, sentence):
    project, _ = ground
    make.gate(project, code="G1")
    form = {"project_id": str(project.id), "code": "G9", "name": "Ready to publish"} | changed

    answer = login((Role.PROJECT_MANAGER, project)).post("/gates/new", data=form, headers=HTMX)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert len(db.session.scalars(select(Gate)).all()) == 1


def test_a_criterion_is_assessed_with_its_evidence(ground, make, login):
    project, _ = ground
    gate = make.gate(project, {"text": "The plan has a baseline", "text_fr": "Le planning a une référence"})
    client, one = login((Role.PROJECT_MANAGER, project)), gate.criteria[0]
    form = {"kind": "must", "text": one.text, "met": "yes", "link": "https://example.org/plan", "note": "Signed", "version": "1"}

    answer = client.post(f"/gates/criteria/{one.id}", data=form)

    page = client.get(f"/gates/{gate.id}").text
    db.session.refresh(one)
    assert (answer.status_code, one.is_met, one.text_fr) == (303, True, "Le planning a une référence")
    assert ("https://example.org/plan" in page, "1 of 1 must-meet criteria are met." in page) == (True, True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Fill this in."),
        ({"kind": "may"}, "Choose one from the list."),
        ({"score": "11"}, "Enter a whole number from 0 to 10."),
        ({"score": "good"}, "Enter a whole number."),
        ({"weight": "9"}, "Enter a whole number from 1 to 5."),
        ({"link": "javascript:alert(1)"}, "Enter an address that begins with https://"),
        ({"artefact_id": "9999"}, "Choose one from the list."),
    ],
)
def test_a_criterion_that_cannot_be_understood_is_refused(ground, make, login, changed, sentence):
    project, _ = ground
    one = make.gate(project, {"kind": "should"}).criteria[0]
    form = {"kind": "should", "text": "The benefits are worth it", "score": "7", "weight": "2", "version": "1"} | changed

    answer = login((Role.PROJECT_MANAGER, project)).post(f"/gates/criteria/{one.id}", data=form, headers=HTMX)

    db.session.refresh(one)
    assert (answer.status_code, sentence in answer.text, one.score) == (422, True, None)


def test_a_stale_criterion_is_refused_and_keeps_what_was_typed(ground, make, login):
    project, _ = ground
    one = make.gate(project, {}).criteria[0]
    client, form = login((Role.PROJECT_MANAGER, project)), {"kind": "must", "text": "Mine", "met": "yes", "version": "1"}
    client.post(f"/gates/criteria/{one.id}", data=form)

    answer = client.post(f"/gates/criteria/{one.id}", data=form | {"text": "Theirs"}, headers=HTMX)

    db.session.refresh(one)
    assert (answer.status_code, "Theirs" in answer.text, one.text) == (409, True, "Mine")


def test_a_dropped_criterion_does_not_count_and_keeps_its_row(ground, make, login):
    project, _ = ground
    gate = make.gate(project, MET, UNMET)
    client, one = login((Role.PROJECT_MANAGER, project)), gate.criteria[1]

    client.post(f"/gates/criteria/{one.id}/drop", data={"version": "1"})

    assert "1 of 1 must-meet criteria are met." in client.get(f"/gates/{gate.id}").text
    assert len(db.session.scalars(select(GateCriterion)).all()) == 2


def test_missing_documents_of_the_phase_are_shown_as_such(ground, make, login):
    project, _ = ground
    there = make.artefact(method="pm2", phase="planning", name="Project handbook")
    make.artefact(method="pm2", phase="planning", name="Work plan")
    make.artefact(method="pm2", phase="closing", name="End report")
    make.document_file(make.document(project, there))
    gate = make.gate(project, MET, phase="planning")

    page = login((Role.CONTRIBUTOR, project)).get(f"/gates/{gate.id}").text

    assert "1 document of the phase is missing." in page
    assert ["Project handbook" in page, "Work plan" in page, "End report" in page] == [True, True, False]


def test_a_go_stands_among_the_decisions_of_the_committee_and_closes_the_gate(ground, make, login):
    project, meeting = ground
    gate = make.gate(project, MET, code="RfE")
    client = login(Role.PMO)

    answer = client.post(
        f"/gates/{gate.id}/decision",
        data={"outcome": "go", "meeting_id": str(meeting.id), "quorum_note": "5 of 7", "version": "1"},
    )
    closed = [
        client.post(f"/gates/{gate.id}/edit", data={"name": "Other", "version": "2"}),
        client.post(f"/gates/criteria/{gate.criteria[0].id}", data={"kind": "must", "text": "Other", "version": "1"}),
        client.post(f"/gates/{gate.id}/criteria/new", data={"kind": "must", "text": "Other"}),
        client.post(f"/gates/{gate.id}/decision", data={"outcome": "go", "meeting_id": str(meeting.id), "version": "2"}),
        client.post(f"/gates/{gate.id}/cancel", data={"reason": "No", "version": "2"}),
        client.post(f"/gates/{gate.id}/round", data={"version": "2"}),
    ]

    decision, after = db.session.scalars(select(Decision)).one(), stored(gate)
    assert answer.status_code == 303
    assert (after.outcome, after.decided_on, after.decision_id, after.quorum_note) == (
        "go",
        date(2026, 3, 10),
        decision.id,
        "5 of 7",
    )
    assert (decision.outcome, decision.text) == ("accepted", "Gate RfE, Ready for the first patient: Go")
    assert [one.status_code for one in closed] == [409] * 6


def test_go_despite_an_unmet_criterion_is_only_conditional_with_reason_and_dated_actions(ground, make, login):
    project, meeting = ground
    gate, owner = make.gate(project, MET, UNMET), make.person()
    client, url = login(Role.PMO), f"/gates/{gate.id}/decision"
    form = {"meeting_id": str(meeting.id), "version": "1"}

    plain = client.post(url, data=form | {"outcome": "go"}, headers=HTMX)
    bare = client.post(url, data=form | {"outcome": "conditional"}, headers=HTMX)
    condition = {"what_1": "Sign the protocol", "owner_1": str(owner.id), "due_1": "2026-04-10"}
    done = client.post(url, data=form | condition | {"outcome": "conditional", "reason": "Signed next week"})

    item = db.session.scalars(select(ActionItem)).one()
    assert (plain.status_code, "Not every must-meet criterion is met" in plain.text) == (422, True)
    assert (bare.status_code, "Give at least one condition" in bare.text) == (422, True)
    assert (done.status_code, stored(gate).outcome) == (303, "conditional")
    assert (item.what, item.due, item.owner_id, item.decision_id) == (
        "Sign the protocol", date(2026, 4, 10), owner.id, stored(gate).decision_id
    )  # fmt: skip
    assert "Sign the protocol" in client.get(f"/gates/{gate.id}").text


def test_a_voided_decision_opens_the_gate_again(ground, make, login):
    project, meeting = ground
    gate = make.gate(project, MET)
    client = login(Role.PMO)
    client.post(f"/gates/{gate.id}/decision", data={"outcome": "go", "meeting_id": str(meeting.id), "version": "1"})
    decision = db.session.scalars(select(Decision)).one()

    client.post(f"/decisions/taken/{decision.id}/void", data={"reason": "Another gate", "version": str(decision.version)})
    again = client.post(
        f"/gates/{gate.id}/decision",
        data={"outcome": "stop", "reason": "No money", "meeting_id": str(meeting.id), "version": "2"},
    )

    assert (again.status_code, stored(gate).outcome, stored(gate).is_decided) == (303, "stop", True)


@pytest.mark.parametrize(("outcome", "comes_back"), [("hold", True), ("recycle", True), ("stop", False)])
def test_what_comes_back_is_deferred_to_the_next_meeting_of_the_committee(ground, make, login, outcome, comes_back):
    project, held = ground
    coming = make.meeting(held.committee, date(2026, 4, 14))
    gate = make.gate(project, {"is_met": True})

    answer = login(Role.PMO).post(
        f"/gates/{gate.id}/decision", data={"version": "1", "outcome": outcome, "meeting_id": str(held.id), "reason": "Not yet"}
    )

    decision = db.session.scalars(select(Decision)).one()
    assert answer.status_code == 303
    assert (decision.outcome, decision.deferred_to_id) == (("deferred", coming.id) if comes_back else ("refused", None))


@pytest.mark.parametrize(("outcome", "status"), [("hold", 303), ("recycle", 303), ("stop", 409)])
def test_another_round_follows_a_hold_or_a_recycle_once(ground, make, login, outcome, status):
    project, meeting = ground
    gate = make.gate(project, MET, UNMET)
    client, form = login(Role.PMO), {"outcome": outcome, "reason": "Not yet", "meeting_id": str(meeting.id), "version": "1"}
    client.post(f"/gates/{gate.id}/decision", data=form)

    first = client.post(f"/gates/{gate.id}/round", data={"planned_on": "2026-06-01", "version": "2"})
    second = client.post(f"/gates/{gate.id}/round", data={"version": "2"})

    rounds = db.session.scalars(select(Gate).order_by(Gate.round)).all()
    assert (first.status_code, second.status_code) == (status, 409)
    assert [(one.round, one.outcome, len(one.criteria)) for one in rounds[1:]] == ([(2, "", 2)] if status == 303 else [])


def test_a_gate_is_decided_by_a_meeting_of_a_committee_over_its_project(ground, make, login):
    project, _ = ground
    other = make.meeting(make.committee(make.portfolio()), date(2026, 3, 10))
    gate = make.gate(project, MET)
    client, url = login(Role.PMO), f"/gates/{gate.id}/decision"

    answers = [client.post(url, data={"outcome": "go", "meeting_id": one, "version": "1"}) for one in ("", str(other.id))]

    assert ([answer.status_code for answer in answers], stored(gate).outcome) == ([422, 422], "")


def test_a_project_manager_prepares_a_gate_and_does_not_decide_it(ground, make, login):
    project, _ = ground
    gate = make.gate(project, MET)
    client = login((Role.PROJECT_MANAGER, project))

    assert client.get(f"/gates/{gate.id}/edit").status_code == 200
    assert client.post(f"/gates/{gate.id}/decision", data={"outcome": "go"}).status_code == 403


def test_a_reader_may_look_and_a_stranger_finds_nothing(ground, make, login):
    project, _ = ground
    gate = make.gate(project, {"text": "Secret criterion"}, name="Secret gate")
    reader, stranger = login((Role.CONTRIBUTOR, project)), login((Role.PROJECT_MANAGER, make.project()))

    assert (reader.get(f"/gates/{gate.id}").status_code, reader.get(f"/gates/{gate.id}/edit").status_code) == (200, 403)
    assert stranger.get(f"/gates/{gate.id}").status_code == 404
    assert stranger.get(f"/gates/criteria/{gate.criteria[0].id}").status_code == 404
    assert "Secret" not in stranger.get("/gates?state=all").text


def test_a_cancelled_gate_says_why_and_is_not_open(ground, make, login):
    project, _ = ground
    gate = make.gate(project, MET)
    client, url = login(Role.PMO), f"/gates/{gate.id}/cancel"

    refused = client.post(url, data={"version": "1"})
    client.post(url, data={"reason": "Done in one step", "version": "1"})

    assert (refused.status_code, "Say why this gate is not needed." in refused.text) == (422, True)
    assert "Done in one step" in client.get(f"/gates/{gate.id}").text
    assert client.get("/gates").text.count("data-row") == 0


@pytest.mark.parametrize(("path", "expected"), [("/gates", 6), ("/projects/{}/gates", 19)])
@pytest.mark.parametrize("how_many", [1, 3])
def test_lists_of_gates_cost_the_same_whatever_their_length(ground, make, login, statements, how_many, path, expected):
    project, _ = ground
    milestone = make.milestone(project, forecast=date(2026, 4, 1))
    for _ in range(how_many):
        make.gate(project, MET, UNMET, milestone_id=milestone.id)
    client = login(Role.PMO)
    statements.clear()

    page = client.get(path.format(project.id))

    assert page.text.count("data-row") == how_many
    assert len(statements) == expected


def test_the_agenda_lists_gates_due_and_changes_to_approve(ground, make, login):
    project, meeting = ground
    stranger = make.project()
    coming = make.meeting(meeting.committee, date(2026, 3, 24))
    make.meeting(meeting.committee, date(2026, 4, 21))
    make.gate(project, MET, name="Due before the next one", planned_on=date(2026, 4, 20))
    make.gate(project, MET, name="Due later", planned_on=date(2026, 5, 20))
    make.gate(stranger, MET, name="Of somebody else", planned_on=date(2026, 4, 20))
    make.change_request(project, title="To approve", state="waiting", meeting_id=coming.id)
    make.change_request(project, title="Not assessed")

    page = login(Role.PMO).get(f"/committees/meetings/{coming.id}/agenda").text

    named = ("Due before the next one", "Due later", "Of somebody else", "To approve", "Not assessed")
    assert [name in page for name in named] == [True, False, False, True, False]


def test_a_change_put_off_to_a_meeting_stands_on_its_agenda(ground, make, login):
    project, met = ground
    coming = make.meeting(met.committee, date(2026, 4, 21))
    put_off = make.decision(met, project, outcome="deferred", deferred_to_id=coming.id)
    make.change_request(project, title="Saffron sites", state="postponed", decision_id=put_off.id, decided_on=date(2026, 3, 10))

    pages = [login(Role.PMO).get(f"/committees/meetings/{meeting.id}/agenda").text for meeting in (coming, met)]

    assert [page.count("Saffron sites") for page in pages] == [1, 0]


def test_looking_back_a_gate_stands_as_it_was_and_nothing_is_written(ground, make, login):
    project, _ = ground
    gate = make.gate(project, MET)
    client = login(Role.PMO)

    assert client.get(f"/gates/{gate.id}?as_of=2026-03-12T12:00").status_code == 200
    assert client.get(f"/gates/{gate.id}/edit?as_of=2026-03-12T12:00").status_code == 403
    assert client.get("/gates?as_of=2026-03-11").text.count("data-row") == 0


def test_the_register_goes_on_page_by_page_and_is_searched(ground, make, login):
    project, _ = ground
    gates = [make.gate(project, name=f"Gate number {number}", planned_on=None) for number in range(53)]
    client = login(Role.PMO)

    first = client.get("/gates")
    following = html.fromstring(first.text).xpath("//a[@rel='next']/@href")[0]

    assert (first.text.count("data-row"), client.get(following).text.count("data-row")) == (50, 3)
    assert [gate.name in client.get("/gates?q=g53").text for gate in gates[-2:]] == [False, True]
