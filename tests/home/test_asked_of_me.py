"""What other rooms ask of a person stands in their work, whoever they are, and nothing that others are asked."""

from datetime import date

import pytest

from pmo.alerts import actions as alerts
from pmo.db import transaction
from pmo.kernel.permissions import Role
from tests.home.test_my_work import section

LATE = date(2026, 3, 2)


@pytest.fixture
def project(make):
    return make.project(code="PAC-01", name="Compassionate use")


@pytest.fixture
def greet(make, project):
    """Of the committee of the portfolio."""
    made = make.person("Greet Daems")
    make.grant(made, Role.COMMITTEE, project.programme.portfolio)
    return made


def links(found):
    return [part.split('"')[0] for part in found.split('class="btn btn--s" href="')[1:]]


def test_an_action_of_a_meeting_stands_there_until_it_is_done(make, login, project, greet):
    meeting = make.meeting(make.committee(project.programme.portfolio))
    late = make.action_item(meeting, project, what="Call the depot", owner_id=greet.id, due=LATE)
    make.action_item(meeting, what="Send the letter", owner_id=greet.id, due=date(2026, 5, 4))
    make.action_item(meeting, what="Quagga done", owner_id=greet.id, done_on=LATE)
    make.action_item(meeting, what="Quagga of another")

    found = section(login(greet).get("/my-work").text, "actions")

    assert links(found)[0] == f"/actions/{late.id}"
    assert ("10 d late" in found, "Send the letter" in found, "Quagga" in found) == (True, True, False)


def test_who_sits_in_a_committee_sees_what_it_has_to_decide(make, login, project, greet):
    ours = make.committee(project.programme.portfolio)
    asked = make.request(make.meeting(ours), project, question="Open Oulu?")
    make.request(make.meeting(ours, date(2026, 4, 21)), project, question="Quagga draft?", state="draft")
    put = make.change_request(project, title="Three sites", state="waiting", meeting_id=asked.meeting_id)
    make.change_request(project, title="Quagga assessed", state="assessing", meeting_id=asked.meeting_id)
    make.request(make.meeting(make.committee(make.portfolio())), question="Quagga elsewhere?")

    page = login(greet).get("/my-work").text

    assert links(section(page, "decide")) == [f"/decisions/{asked.id}", f"/change-requests/{put.id}"]
    assert "Quagga" not in page


def test_what_a_meeting_did_not_come_to_stays_with_those_who_sit_in_the_committee(make, login, project, greet):
    met = make.meeting(make.committee(project.programme.portfolio), date(2026, 3, 10))
    asked = make.request(met, project)
    put = make.change_request(project, state="waiting", meeting_id=met.id)

    page = login(greet).get("/my-work").text

    assert links(section(page, "decide")) == [f"/decisions/{asked.id}", f"/change-requests/{put.id}"]


def test_who_does_not_sit_in_it_is_not_asked_to_decide(make, login, project):
    make.request(make.meeting(make.committee(project.programme.portfolio)), project)

    assert section(login(Role.PMO).get("/my-work").text, "decide") == ""


def test_an_escalated_item_is_asked_of_who_should_answer_it(make, login, project):
    bram = make.person("Bram Coppens")
    make.grant(bram, Role.PROGRAMME_MANAGER, project.programme)
    up = {"escalated_to": "programme", "answerer_id": bram.id, "escalated_on": LATE, "escalation_reason": "Too large"}
    item = make.raid_item(project, code="I-002", title="Depot full", **up)
    make.raid_item(project, title="Quagga answered", **up, escalation_answer="Yes", answered_on=LATE)
    make.raid_item(make.project(), title="Quagga unseen", **up)
    with transaction("alerts"):
        alerts.evaluate([project.id], "BE")

    found = section(login(bram).get("/my-work").text, "asked")

    assert (links(found), "Escalated to you: I-002 Depot full" in found, "Quagga" in found) == ([f"/raid/{item.id}"], True, False)


def test_an_agreement_is_asked_of_the_project_that_has_still_to_say_yes(make, login, project):
    nele = make.person("Nele Verbeke")
    giver = make.project(project.programme, code="PAC-02", manager_id=nele.id)
    make.grant(nele, Role.PROJECT_MANAGER, giver)
    agreement = make.agreement(project, giver, title="Database lock")

    found = section(login(nele).get("/my-work").text, "asked")

    assert links(found) == [f"/dependencies/{agreement.id}"]
    assert "PAC-01" not in found  # she may not see the project that asks


def test_a_change_request_that_no_meeting_decides_is_asked_of_who_may(make, login, project):
    change = make.change_request(project, title="Three sites", state="waiting")
    meeting = make.meeting(make.committee(project.programme.portfolio))
    make.change_request(project, title="Quagga of a meeting", state="waiting", meeting_id=meeting.id)
    make.change_request(project, title="Quagga not yet")

    found = section(login(Role.PMO).get("/my-work").text, "asked")

    assert (links(found), "Quagga" in found) == ([f"/change-requests/{change.id}"], False)


def test_a_procedure_is_asked_of_its_readers_in_every_role(make, login):
    procedure = make.procedure("Escalating", audience=(Role.AUDITOR,))

    pages = [login(role).get("/my-work").text for role in (Role.AUDITOR, Role.COMMITTEE)]

    assert [links(section(page, "to-read")) for page in pages] == [[f"/procedures/{procedure.id}"], []]


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_committee_member_pays_the_same_whatever_is_asked(make, login, statements, project, greet, how_many):
    meeting = make.meeting(make.committee(project.programme.portfolio))
    for _ in range(how_many):
        make.request(meeting, project)
        make.change_request(project, state="waiting", meeting_id=meeting.id)
        make.action_item(meeting, project, owner_id=greet.id)
        make.procedure(audience=(Role.COMMITTEE,))
    client = login(greet)
    client.get("/my-work")
    statements.clear()

    client.get("/my-work")

    assert len(statements) == 24


def test_a_support_request_past_its_day_is_marked(make, login):
    asker = make.person()
    make.support(asker, subject="Late one", due=LATE)
    make.support(asker, subject="Early one", due=date(2026, 3, 30))

    found = section(login(Role.PMO).get("/my-work").text, "support")

    assert (found.count('<span class="tag tag--red">late</span>'), found.index("late") < found.index("Early one")) == (1, True)
