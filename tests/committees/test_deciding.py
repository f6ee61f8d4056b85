"""Recording what a committee decided, correcting it, voiding it."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.committees.models import ActionItem, Decision, DecisionRequest
from pmo.db import db
from pmo.kernel.permissions import Role
from tests.conftest import HTMX

ACCEPTED = {"outcome": "accepted", "text": "Oulu opens now."}


@pytest.fixture
def ground(make):
    """A question to the meeting of 24 February, the meeting, and the next one."""
    project = make.project()
    committee = make.committee(project.programme.portfolio)
    meeting, later = make.meeting(committee, date(2026, 2, 24)), make.meeting(committee, date(2026, 3, 24))
    return make.request(meeting, project), meeting, later


def test_accepted_with_change_says_what_changed_and_gives_the_actions(ground, make, login):
    request, meeting, _ = ground
    owner = make.person("Sanna Korhonen")
    said = {"outcome": "changed", "text": "Oulu opens.", "change_text": "€ 20,000 now, the rest later", "reason": "Cash"}
    to_do = {"what_1": "Sign with Oulu", "owner_1": str(owner.id), "due_1": "10 Apr 2026"}

    answer = login(Role.PMO).post(f"/decisions/{request.id}/outcome", data=said | to_do)

    decision, action = db.session.scalars(select(Decision)).one(), db.session.scalars(select(ActionItem)).one()
    assert answer.location == f"/decisions/taken/{decision.id}"
    assert (decision.code, decision.decided_on, decision.change_text) == (
        "2026-01",
        date(2026, 2, 24),
        "€ 20,000 now, the rest later",
    )
    assert (action.code, action.owner_id, action.due, action.decision_id) == ("A-001", owner.id, date(2026, 4, 10), decision.id)
    assert action.project_id == decision.project_id == request.project_id
    assert db.session.get(DecisionRequest, request.id).state == "decided"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome": "changed", "text": "Yes."}, "Say what is different from what was asked."),
        ({"outcome": "refused", "text": "No."}, "Say why."),
        ({"outcome": "deferred", "text": "Later.", "reason": "No figures"}, "Choose a later meeting of this committee."),
        ({"outcome": "maybe", "text": "Yes."}, "Choose one from the list."),
        ({"outcome": "accepted", "text": ""}, "Fill this in."),
        (ACCEPTED | {"decided_on": "2026-03-13"}, "A decision is recorded when it has been taken: choose today or a day before."),
        (ACCEPTED | {"what_1": "Sign"}, "Say who does it."),
        (ACCEPTED | {"what_1": "Sign", "owner_1": "1", "due_1": "soon"}, "Enter a date such as 31/03/2026"),
        (ACCEPTED | {"owner_2": "1", "due_2": "10 Apr"}, "Say what is to be done."),
        (ACCEPTED | {"what_1": "Sign", "owner_1": "999", "due_1": "10 Apr"}, "Say who does it."),
    ],
)
def test_an_outcome_that_is_not_complete_is_refused_and_nothing_is_kept(ground, login, typed, sentence):
    request, *_ = ground

    answer = login(Role.PMO).post(f"/decisions/{request.id}/outcome", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["text"] in answer.text
    assert db.session.scalars(select(Decision)).all() == []
    assert db.session.scalars(select(ActionItem)).all() == []


def test_the_form_starts_with_the_recommended_option_as_its_text(ground, login):
    request, *_ = ground

    page = login(Role.PMO).get(f"/decisions/{request.id}/outcome").text

    assert ">Open Oulu now</textarea>" in page


def test_what_is_deferred_is_asked_of_the_later_meeting(ground, login):
    request, meeting, later = ground
    client = login(Role.PMO)
    said = {"outcome": "deferred", "text": "Not today.", "reason": "No figures", "deferred_to": str(later.id)}

    client.post(f"/decisions/{request.id}/outcome", data=said)

    found = db.session.get(DecisionRequest, request.id)
    assert (found.state, found.meeting_id) == ("submitted", later.id)
    assert request.question in client.get(f"/committees/meetings/{later.id}/minutes").text


def test_a_question_is_answered_once(ground, login):
    request, *_ = ground
    client = login(Role.PMO)

    client.post(f"/decisions/{request.id}/outcome", data=ACCEPTED)
    again = client.post(f"/decisions/{request.id}/outcome", data=ACCEPTED, headers=HTMX)

    assert again.status_code == 409
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_a_decision_nobody_asked_for_is_recorded_in_a_meeting(ground, login):
    request, meeting, _ = ground
    about = {"about": f"project:{request.project_id}"}

    login(Role.PMO).post(f"/committees/meetings/{meeting.id}/decisions/new", data=ACCEPTED | about)

    decision = db.session.scalars(select(Decision)).one()
    assert (decision.request_id, decision.project_id, decision.meeting_id) == (None, request.project_id, meeting.id)


def test_only_who_edits_committees_records(ground, make, login):
    request, meeting, _ = ground
    manager, member = login(Role.PROJECT_MANAGER), login(Role.COMMITTEE)
    stranger = login((Role.PMO, make.portfolio()))

    codes = [client.post(f"/decisions/{request.id}/outcome", data=ACCEPTED).status_code for client in (manager, member, stranger)]

    assert codes == [403, 403, 404]
    assert db.session.scalars(select(Decision)).all() == []


def test_a_correction_asks_why_and_is_kept_in_the_history(ground, make, login):
    _, meeting, _ = ground
    decision = make.decision(meeting, text="Tampere opens.")
    client, right = login(Role.PMO), ACCEPTED | {"version": "1"}

    silent = client.post(f"/decisions/taken/{decision.id}/correct", data=right, headers=HTMX)
    client.post(f"/decisions/taken/{decision.id}/correct", data=right | {"why_corrected": "Wrong site written"})
    stale = client.post(f"/decisions/taken/{decision.id}/correct", data=right | {"why_corrected": "Again"}, headers=HTMX)

    assert (silent.status_code, stale.status_code) == (422, 409)
    assert db.session.get(Decision, decision.id).text == "Oulu opens now."
    assert "Wrong site written" in client.get(f"/history/decision/{decision.id}").text


def test_a_voided_decision_stays_struck_through_and_what_was_asked_is_open_again(ground, make, login):
    request, meeting, _ = ground
    client, owner = login(Role.PMO), make.person()
    to_do = {"what_1": "Sign", "owner_1": str(owner.id), "due_1": "10 Apr 2026"}
    page = client.post(f"/decisions/{request.id}/outcome", data=ACCEPTED | to_do).location

    client.post(f"{page}/void", data={"version": "1", "reason": "Taken for another question"})

    assert "<s>Oulu opens now.</s>" in client.get("/decisions/taken").text
    assert db.session.get(DecisionRequest, request.id).state == "submitted"
    assert db.session.scalars(select(ActionItem.cancel_reason)).all() == ["Taken for another question"]


def test_the_file_has_the_rows_of_the_list(ground, make, login):
    _, meeting, _ = ground
    make.decision(meeting, text="=1+1")
    make.decision(meeting, text="No.", outcome="refused")

    sheet = load_workbook(BytesIO(login(Role.PMO).get("/decisions/taken.xlsx?state=accepted").data)).active

    assert [row[6] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["=1+1"]
    assert sheet.cell(2, 7).data_type == "s"


def test_a_stranger_finds_no_decision(ground, make, login):
    request, meeting, _ = ground
    decision = make.decision(meeting, request.project, text="Secret decision")
    stranger = login((Role.COMMITTEE, make.portfolio()))

    assert stranger.get(f"/decisions/taken/{decision.id}").status_code == 404
    assert "Secret" not in stranger.get("/decisions/taken").text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(ground, make, login, statements, how_many):
    request, meeting, _ = ground
    owner = make.person()
    for _ in range(how_many):
        make.action_item(meeting, decision_id=make.decision(meeting, request_id=request.id).id, owner_id=owner.id)
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/decisions/taken")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 8  # who asks, run-up, decisions, options of what was asked, actions, tabs, committees
