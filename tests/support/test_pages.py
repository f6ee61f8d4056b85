"""Asking the PMO, answering, closing; and who sees what."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.support.models import SupportMessage, SupportRequest
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
TYPED = {"subject": "Template", "text": "Which one?", "urgency": "normal", "project_id": ""}


def asked():
    db.session.expire_all()
    return list(db.session.scalars(select(SupportRequest).order_by(SupportRequest.id)))


def said():
    db.session.expire_all()
    return [(one.text, one.is_answer) for one in db.session.scalars(select(SupportMessage).order_by(SupportMessage.id))]


def states():
    return [one.state for one in asked()]


@pytest.fixture
def project(make):
    return make.project(code="PAC-01")


@pytest.fixture
def nele(make, project):
    made = make.person("Nele Verbeke")
    make.grant(made, Role.PROJECT_MANAGER, project)
    return made


@pytest.mark.parametrize(
    ("urgency", "due"), [("high", date(2026, 3, 13)), ("normal", date(2026, 3, 19)), ("low", date(2026, 3, 26))]
)
def test_anybody_asks_and_the_answer_is_due_by_its_urgency(login, nele, project, urgency, due):
    answer = login(nele).post("/support/new", data={**TYPED, "urgency": urgency, "project_id": str(project.id)})

    [made] = asked()
    assert (answer.status_code, answer.location) == (303, f"/support/{made.id}")
    assert (made.asker_id, made.project_id, made.state, made.due) == (nele.id, project.id, "new", due)


def test_bad_input_keeps_what_was_typed(app, login, nele):
    answer = login(nele).post("/support/new", data={**TYPED, "subject": "", "urgency": "now"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Subject: Fill this in." in answer.text
    assert "Urgency: Choose one from the list." in answer.text
    assert "Which one?" in answer.text
    assert asked() == []


def test_nobody_asks_about_a_project_that_is_not_theirs_to_read(make, login, nele):
    other = make.project(name="Quagga")
    client = login(nele)

    answer = client.post("/support/new", data={**TYPED, "project_id": str(other.id)}, headers=HTMX)

    assert (answer.status_code, asked()) == (422, [])
    assert "Quagga" not in client.get("/support/new").text


def test_the_pmo_takes_answers_and_closes(make, login, nele, project):
    pmo = make.person("Els Wauters", role=Role.PMO)
    one, client, steps = make.support(nele, project), login(pmo), []

    for path, data in [("take", {}), ("messages", {"text": "Like this."}), ("close", {})]:
        client.post(f"/support/{one.id}/{path}", data=data)
        steps += states()

    [now] = asked()
    assert steps == ["taken", "answered", "closed"]
    assert (now.taker_id, now.closed_at is not None, said()) == (pmo.id, True, [("Like this.", True)])


def test_whoever_asked_sees_state_and_answers_says_more_and_closes(make, login, nele):
    one = make.support(nele, state="answered")
    make.message(one, make.person("Els Wauters"), "Look in the portal.")
    client = login(nele)

    page = client.get(f"/support/{one.id}").text
    client.post(f"/support/{one.id}/messages", data={"text": "It is not there."})
    again = states()
    client.post(f"/support/{one.id}/close")

    assert ("Look in the portal." in page, "Els Wauters" in page, "Answered" in page) == (True, True, True)
    assert (again, states()) == (["taken"], ["closed"])
    assert said()[-1] == ("It is not there.", False)


def test_the_pmo_answers_before_it_closes(make, login, nele):
    one = make.support(nele)

    answer = login(Role.PMO).post(f"/support/{one.id}/close", headers=HTMX)

    assert (answer.status_code, states()) == (409, ["new"])
    assert "Answer the request before you close it." in answer.text


def test_what_is_closed_is_opened_again_before_anything_is_said(make, login, nele):
    one, client = make.support(nele, state="closed", closed_at=LONG_AGO), login(nele)

    refused = client.post(f"/support/{one.id}/messages", data={"text": "One more thing."}, headers=HTMX)
    client.post(f"/support/{one.id}/reopen")

    [now] = asked()
    assert (refused.status_code, "One more thing." in refused.text, said()) == (409, True, [])
    assert (now.state, now.closed_at) == ("taken", None)


def test_an_empty_message_is_refused_in_its_place(make, login, nele):
    one = make.support(nele)

    answer = login(Role.PMO).post(f"/support/{one.id}/messages", data={"text": " "}, headers=HTMX)

    assert (answer.status_code, said()) == (422, [])
    assert "Fill this in." in answer.text


def test_another_of_the_pmo_takes_it_over(make, login, nele):
    first, second = make.person(role=Role.PMO), make.person(role=Role.PMO)
    one = make.support(nele, state="taken", taker_id=first.id)
    client = login(second)

    page = client.get(f"/support/{one.id}").text
    client.post(f"/support/{one.id}/take")

    assert "Take it over" in page
    assert asked()[0].taker_id == second.id


def test_my_work_of_the_pmo_has_what_waits_for_it(make, login, nele):
    pmo, other = make.person(role=Role.PMO), make.person(role=Role.PMO)
    make.support(nele, subject="Nobody has it")
    make.support(nele, subject="Mine", state="taken", taker_id=pmo.id)
    make.support(nele, subject="Of a colleague", state="taken", taker_id=other.id)
    make.support(nele, subject="Said", state="answered")

    page, hers = login(pmo).get("/my-work").text, login(nele).get("/my-work").text

    assert "2 things wait for you" in page
    assert ("Nobody has it" in page, "Mine" in page, "Of a colleague" in page, "Said" in page) == (True, True, False, False)
    assert "Nobody has it" not in hers


def test_the_shelves_of_the_pmo_and_the_list_of_somebody_else(make, login, nele):
    make.support(nele, subject="Open one")
    make.support(nele, subject="Late one", due=date(2026, 3, 11))
    make.support(nele, subject="Closed one", state="closed")
    client, hers = login(Role.PMO), login(nele)

    page, closed, own = (
        client.get("/support").text,
        client.get("/support?shelf=closed").text,
        hers.get("/support?shelf=open").text,
    )

    assert ("Open one" in page, "Closed one" in page, page.count(">late<")) == (True, False, 1)
    assert ("Open one" in closed, "Closed one" in closed) == (False, True)
    assert ("Open one" in own, "Closed one" in own, "Asked by me" in own) == (True, True, False)


def test_who_has_asked_nothing_is_told_what_this_is_for(app, login, nele):
    assert "You have asked nothing yet" in login(nele).get("/support").text


def test_a_stranger_finds_nothing_and_the_auditor_only_reads(make, login, nele, project):
    one = make.support(nele, project, subject="Quagga question")
    colleague = make.person()
    make.grant(colleague, Role.PROJECT_MANAGER, project)
    other_pmo = make.person()
    make.grant(other_pmo, Role.PMO, make.portfolio())
    auditor = login(Role.AUDITOR)

    for stranger in (login(colleague), login(other_pmo)):
        assert stranger.get(f"/support/{one.id}").status_code == 404
        assert stranger.post(f"/support/{one.id}/messages", data={"text": "x"}).status_code == 404
        assert "Quagga" not in stranger.get("/support?shelf=open").text
    assert auditor.get(f"/support/{one.id}").status_code == 200
    assert auditor.post(f"/support/{one.id}/take").status_code == 403
    assert auditor.post(f"/support/{one.id}/close").status_code == 403
    assert states() == ["new"]


def test_whoever_asked_does_not_take_their_own(make, login, nele):
    one = make.support(nele)

    assert login(nele).post(f"/support/{one.id}/take").status_code == 403


def test_a_project_that_one_may_no_longer_read_is_not_named(make, login, nele):
    other = make.project(code="SECRET-1", name="Quagga")
    one = make.support(nele, other)
    client = login(nele)

    assert ("SECRET-1" in client.get(f"/support/{one.id}").text, "SECRET-1" in client.get("/support").text) == (False, False)


def test_looking_back_shows_what_was_said_by_then(make, login, nele):
    one = make.support(nele, subject="Early", effective_at=LONG_AGO)
    make.message(one, nele, "Said since")
    client = login(nele)

    page = client.get(f"/support/{one.id}?as_of=2026-02-01").text

    assert ("Early" in page, "Said since" in page, "message-form" in page) == (True, False, False)
    assert client.get("/support/new?as_of=2026-02-01").status_code == 403
    assert client.post(f"/support/{one.id}/close?as_of=2026-02-01").status_code == 403


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, nele, project, how_many):
    for _ in range(how_many):
        make.support(make.person(), project, taker_id=nele.id)
    client = login(Role.PMO)
    statements.clear()

    client.get("/support")

    assert len(statements) == 5


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_request_costs_the_same_however_much_was_said(make, login, statements, nele, project, how_many):
    one = make.support(nele, project)
    for _ in range(how_many):
        make.message(one, make.person())
    client = login(Role.PMO)
    statements.clear()

    client.get(f"/support/{one.id}")

    assert len(statements) == 6
