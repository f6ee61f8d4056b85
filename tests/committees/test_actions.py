"""Actions: who does what until when; the list, done and undone in its place, cancelled."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.committees.models import ActionItem
from pmo.db import db
from pmo.kernel.permissions import Role
from tests.conftest import HTMX


@pytest.fixture
def meeting(make):
    return make.meeting(make.committee(make.portfolio()), date(2026, 2, 24))


def rows(page):
    return [code for code in ("A-001", "A-002", "A-003", "A-004") if f'class="code">{code}' in page]


def test_the_list_shows_what_is_open_the_first_due_on_top_and_filters(meeting, make, login):
    me = make.person(role=Role.PMO)
    make.action_item(meeting, due=date(2026, 3, 17), owner_id=me.id)
    make.action_item(meeting, due=date(2026, 3, 10))
    make.action_item(meeting, done_on=date(2026, 3, 9), evidence="Signed")
    make.action_item(meeting, cancelled_on=date(2026, 3, 9), cancel_reason="No need")
    client = login(me)

    shown = {
        query: rows(client.get(f"/actions{query}").text)
        for query in ("", "?overdue=1", "?whose=mine", "?state=done", "?state=all")
    }

    assert shown == {
        "": ["A-001", "A-002"],
        "?overdue=1": ["A-002"],
        "?whose=mine": ["A-001"],
        "?state=done": ["A-003"],
        "?state=all": ["A-001", "A-002", "A-003", "A-004"],
    }
    assert "2 d late" in client.get("/actions").text
    assert client.get("/actions").text.index("A-002") < client.get("/actions").text.index("A-001")


def test_the_file_has_the_rows_of_the_list_as_filtered(meeting, make, login):
    make.action_item(meeting, due=date(2026, 3, 10), what="=HYPERLINK(1)")
    make.action_item(meeting, due=date(2026, 3, 17))

    sheet = load_workbook(BytesIO(login(Role.PMO).get("/actions/list.xlsx?overdue=1").data)).active

    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [(line[0], line[1], line[9], line[10]) for line in lines] == [("A-001", "=HYPERLINK(1)", "Overdue", 2)]
    assert sheet.cell(2, 2).data_type == "s"


def test_done_in_its_row_with_a_word_of_evidence_and_undone_again(meeting, make, login):
    item = make.action_item(meeting)
    client, row = login(Role.PMO), HTMX | {"HX-Target": f"action-{item.id}"}

    opened = client.get(f"/actions/{item.id}/done", headers=row).text
    silent = client.post(f"/actions/{item.id}/done", data={"version": "1"}, headers=row)
    done = client.post(
        f"/actions/{item.id}/done", data={"version": "1", "evidence": "Mail of 9 Mar", "done_on": "2026-03-09"}, headers=row
    )
    state = (db.session.get(ActionItem, item.id).done_on, db.session.get(ActionItem, item.id).evidence)
    undone = client.post(f"/actions/{item.id}/reopen", headers=row)

    assert opened.strip().startswith(f'<tr id="action-{item.id}" class="edit-row"')
    assert (silent.status_code, "Say in a word what shows that it is done." in silent.text) == (422, True)
    assert (done.status_code, state) == (200, (date(2026, 3, 9), "Mail of 9 Mar"))
    assert f'action="/actions/{item.id}/reopen"' in done.text
    assert undone.headers["HX-Trigger-After-Settle"] == "actions-changed"
    assert db.session.get(ActionItem, item.id).done_on is None


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"evidence": "Done", "done_on": "2026-03-13", "version": "1"}, 422, "Done is done: choose today or a day before."),
        ({"evidence": "Done", "done_on": "soon", "version": "1"}, 422, "Enter a date such as 2026-03-31."),
        ({"evidence": "Done", "version": "9"}, 409, "Somebody else changed this meanwhile."),
    ],
)
def test_what_cannot_be_done_is_refused_in_the_panel(meeting, make, login, typed, status, sentence):
    item = make.action_item(meeting)

    answer = login(Role.PMO).post(f"/actions/{item.id}/done", data=typed, headers=HTMX)

    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert answer.text.strip().startswith('<aside class="panel" id="panel"')
    assert db.session.get(ActionItem, item.id).done_on is None


def test_without_script_each_step_is_a_page(meeting, make, login):
    item = make.action_item(meeting)
    client = login(Role.PMO)

    form = client.get(f"/actions/{item.id}/done").text
    answer = client.post(f"/actions/{item.id}/done", data={"version": "1", "evidence": "Signed"})

    assert f'action="/actions/{item.id}/done"' in form
    assert (answer.status_code, answer.location) == (303, f"/actions/{item.id}")


def test_whoever_was_asked_to_do_it_sees_and_finishes_it_wherever_it_came_from(meeting, make, login):
    owner = make.person()
    make.grant(owner, Role.PROJECT_MANAGER, make.project())
    mine, other = (
        make.action_item(meeting, owner_id=owner.id, what="Mine to do"),
        make.action_item(meeting, what="Of somebody else"),
    )
    client = login(owner)

    page = client.get("/actions").text
    codes = [
        client.post(f"/actions/{item.id}/done", data={"version": "1", "evidence": "Sent"}).status_code for item in (mine, other)
    ]

    assert ("Mine to do" in page, "Of somebody else" in page, codes) == (True, False, [303, 404])
    assert client.get(f"/actions/{mine.id}/edit").status_code == 403


def test_a_reader_sees_and_does_not_finish(meeting, make, login):
    item = make.action_item(meeting)
    reader = login(Role.COMMITTEE)

    assert reader.get(f"/actions/{item.id}").status_code == 200
    assert reader.post(f"/actions/{item.id}/done", data={"version": "1", "evidence": "Sent"}).status_code == 403
    assert "Done…" not in reader.get("/actions").text


def test_an_action_is_given_changed_and_cancelled_with_a_reason(meeting, make, login):
    owner, client = make.person(), login(Role.PMO)

    page = client.post(
        f"/committees/meetings/{meeting.id}/actions/new", data={"what": "Write", "owner_id": owner.id, "due": "1 Apr"}
    ).location
    client.post(f"{page}/edit", data={"what": "Write it", "owner_id": owner.id, "due": "+1w", "version": "1"})
    silent = client.post(f"{page}/cancel", data={"version": "2"}, headers=HTMX)
    client.post(f"{page}/cancel", data={"version": "2", "reason": "Not needed"})

    item = db.session.scalars(select(ActionItem)).one()
    assert (item.code, item.what, item.due, item.cancelled_on) == ("A-001", "Write it", date(2026, 4, 8), date(2026, 3, 12))
    assert (silent.status_code, item.cancel_reason) == (422, "Not needed")


@pytest.mark.parametrize("missing", ["what", "owner_id", "due"])
def test_an_action_without_owner_day_or_words_is_not_given(meeting, make, login, missing):
    typed = {"what": "Write the note", "owner_id": str(make.person().id), "due": "1 Apr"} | {missing: ""}

    answer = login(Role.PMO).post(f"/committees/meetings/{meeting.id}/actions/new", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert db.session.scalars(select(ActionItem)).all() == []


def test_what_follows_from_a_decision_is_about_what_it_is_about(meeting, make, login):
    project = make.project()
    decision = make.decision(meeting, project)
    typed = {"what": "Write", "owner_id": make.person().id, "due": "1 Apr"}

    login(Role.PMO).post(f"/decisions/taken/{decision.id}/actions/new", data=typed)

    item = db.session.scalars(select(ActionItem)).one()
    assert (item.decision_id, item.project_id) == (decision.id, project.id)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(meeting, make, login, statements, how_many):
    owner = make.person()
    for _ in range(how_many):
        make.action_item(meeting, owner_id=owner.id)
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/actions")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 7  # who asks, run-up, actions, numbers, the counts of the tabs, committees to filter by
