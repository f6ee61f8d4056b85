"""The minutes of a meeting while it is held: lines, presence, the file."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from pmo.committees.models import ActionItem, Decision
from pmo.db import db
from pmo.kernel.permissions import Role
from tests.conftest import HTMX


@pytest.fixture
def meeting(make):
    return make.meeting(make.committee(make.portfolio(), name="Management committee"), date(2026, 2, 24))


def test_one_line_is_a_decision_or_an_action(meeting, make, login):
    owner = make.person("Sanna Korhonen")
    client, url = login(Role.PMO), f"/committees/meetings/{meeting.id}/minutes"

    said = [client.post(url, data={"line": line}, headers=HTMX) for line in ("D: Oulu opens now", "A: @korhonen due 1 Apr Sign")]

    decision, action = db.session.scalars(select(Decision)).one(), db.session.scalars(select(ActionItem)).one()
    assert [answer.status_code for answer in said] == [200, 200]
    assert (decision.text, decision.outcome, decision.meeting_id) == ("Oulu opens now", "accepted", meeting.id)
    assert (action.what, action.owner_id, action.due) == ("Sign", owner.id, date(2026, 4, 1))
    assert client.post(url, data={"line": "D: Again"}).location == url


def test_a_line_not_understood_stays_and_says_why(meeting, login):
    answer = login(Role.PMO).post(
        f"/committees/meetings/{meeting.id}/minutes", data={"line": "A: @nobody due 1 Apr Sign"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "Nobody here is called @nobody." in answer.text
    assert 'value="A: @nobody due 1 Apr Sign"' in answer.text
    assert db.session.scalars(select(ActionItem)).all() == []


def test_a_reader_reads_and_does_not_write_and_a_stranger_finds_nothing(meeting, make, login):
    url, line = f"/committees/meetings/{meeting.id}/minutes", {"line": "D: Oulu opens now"}
    reader, stranger = login(Role.COMMITTEE), login((Role.COMMITTEE, make.portfolio()))

    codes = [(client.get(url).status_code, client.post(url, data=line).status_code) for client in (reader, stranger)]

    assert codes == [(200, 403), (404, 404)]


def test_who_is_there_is_counted_against_the_quorum(meeting, make, login):
    members = [make.person(f"Member {number}", role=Role.COMMITTEE) for number in range(3)]
    make.person("Of elsewhere")
    client = login(Role.PMO)

    before = client.get(f"/committees/meetings/{meeting.id}/minutes").text
    client.post(f"/committees/meetings/{meeting.id}/presence", data={"present": [members[0].id, members[2].id]})
    after = client.get(f"/committees/meetings/{meeting.id}/minutes").text

    assert "0 of 3 present, quorum 2" in before
    assert "2 of 3 present, quorum 2" in after
    assert "Of elsewhere" not in after


def test_the_minutes_are_a_word_file_in_the_language_of_the_committee(make, login):
    meeting = make.meeting(make.committee(make.portfolio(), name="ICT board", language="nl"), date(2026, 2, 24), room="Brussel")
    make.decision(meeting, text="Oulu opens now")
    make.action_item(meeting, what="Sign with Oulu", due=date(2026, 3, 10))
    make.action_item(make.meeting(meeting.committee, date(2026, 1, 27)), what="Older thing")

    answer = login(Role.PMO).get(f"/reports/meetings/{meeting.id}/minutes.docx")
    document = Document(BytesIO(answer.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    assert document.core_properties.language == "nl-BE"
    assert {"Oulu opens now", "Sign with Oulu", "2 d te laat", "Older thing"} <= set(cells)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_whatever_its_length(meeting, make, login, statements, how_many):
    owner, project = make.person(), make.project()
    for _ in range(how_many):
        make.request(meeting, project, asker_id=owner.id)
        make.action_item(meeting, decision_id=make.decision(meeting).id, owner_id=owner.id)
    client = login(Role.PMO)
    statements.clear()

    page = client.get(f"/committees/meetings/{meeting.id}/minutes")

    assert page.text.count("decision__n") == how_many
    # who asks, run-up, the meeting; questions and options, decisions with theirs and their actions, actions twice;
    # who was noted, grants, members, the rules; programmes and projects to choose
    assert len(statements) == 17
