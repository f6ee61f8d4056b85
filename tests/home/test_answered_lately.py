"""What came of what somebody asked: in their work for two weeks, and in one mail that tells it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import select, text

from pmo.alerts import answering
from pmo.alerts.models import Mail
from pmo.changes.actions import Verdict
from pmo.changes.actions import decide as decide_change
from pmo.changes.logic import ChangeState
from pmo.committees.decision_actions import Ruling, record
from pmo.committees.logic.decisions import Outcome
from pmo.db import acting, db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.raid import escalation_actions
from pmo.support import actions as support
from tests.home.test_asked_of_me import links
from tests.home.test_my_work import section

TODAY = date(2026, 3, 12)
LONG_AGO = date(2026, 2, 20)


@pytest.fixture
def project(make):
    return make.project(code="PAC-01", name="Compassionate use")


@pytest.fixture
def nele(make, project):
    made = make.person("Nele Verbeke", language="en")
    make.grant(made, Role.PROJECT_MANAGER, project)
    return made


@pytest.fixture
def els(make):
    made = make.person("Els Wauters")
    make.grant(made, Role.PMO)
    return made


def answered(login, person):
    return section(login(person).get("/my-work").text, "answered")


def told():
    """Every answer of the queue, written as the worker would; run twice, as after a crash."""
    jobs = "select args from procrastinate_jobs where task_name = 'alerts.tell_answer' order by id"
    settings = current_app.config["SETTINGS"]
    for (args,) in db.session.execute(text(jobs)).all() * 2:
        with transaction("mail"):
            answering.tell(args["what"], args["subject_id"], args["by"], datetime.fromisoformat(args["at"]), settings)
    return [(mail.person_id, mail.subject) for mail in db.session.scalars(select(Mail).order_by(Mail.id))]


# --- in My work ---------------------------------------------------------------------------------------------------------------


def test_an_answer_of_the_pmo_and_a_closed_request_stand_there(make, login, nele, els):
    one = make.support(nele, subject="A template", state="answered", taker_id=els.id)
    make.message(one, els)
    at = datetime(2026, 3, 11, 15, tzinfo=UTC)
    two = make.support(nele, subject="A date", state="closed", closed_at=at, closed_by=els.id)
    make.support(nele, subject="Quagga solved", state="closed", closed_at=at, closed_by=nele.id)
    make.support(nele, subject="Quagga waits")
    old = make.support(nele, subject="Quagga long ago", state="answered")
    make.message(old, els, said_at=datetime(2026, 2, 20, 9, tzinfo=UTC))

    found = answered(login, nele)

    assert links(found) == [f"/support/{two.id}", f"/support/{one.id}"]
    assert "Quagga" not in found


def test_what_was_answered_or_handed_back_stands_there_for_who_escalated(make, login, project, nele, els):
    up = {"escalated_by": nele.id, "answerer_id": els.id, "escalation_answer": "Take the second depot", "answered_by": els.id}
    one = make.raid_item(project, title="Depot full", escalated_to="portfolio", answered_on=TODAY, **up)
    back = make.raid_item(project, title="Contract", escalated_to="", answered_on=date(2026, 3, 11), **up)
    make.raid_item(project, title="Quagga long ago", answered_on=LONG_AGO, **up)
    make.raid_item(project, title="Quagga of another", answered_on=TODAY, **(up | {"escalated_by": els.id}))

    found = answered(login, nele)

    assert links(found) == [f"/raid/{one.id}", f"/raid/{back.id}"]
    assert ("Answered</span>" in found, "Handed back</span>" in found, "Take the second depot" in found) == (True, True, True)
    assert "Quagga" not in found


def test_a_decided_change_request_stands_there_for_who_entered_it(make, login, project, nele, els):
    decided = {"submitted_by": nele.id, "decided_by": els.id, "reason": "No money"}
    change = make.change_request(project, state="rejected", decided_on=TODAY, **decided)
    make.change_request(project, title="Quagga long ago", state="rejected", decided_on=LONG_AGO, **decided)
    make.change_request(project, title="Quagga mine", state="rejected", decided_on=TODAY, **(decided | {"decided_by": nele.id}))

    found = answered(login, nele)

    assert (links(found), "No money" in found, "Quagga" in found) == ([f"/change-requests/{change.id}"], True, False)


def test_a_decision_of_a_committee_and_of_a_proposal_stand_there_for_who_asked(make, login, project, nele, els):
    meeting = make.meeting(make.committee(project.programme.portfolio), date(2026, 3, 10))
    asked = make.request(meeting, project, asker_id=nele.id, state="decided")
    make.decision(meeting, project, request_id=asked.id)
    proposal = make.proposal(
        nele, state="refused", reason="Too dear", decider_id=els.id, decided_at=datetime(2026, 3, 11, 9, tzinfo=UTC)
    )

    assert links(answered(login, nele)) == [f"/decisions/{asked.id}", f"/proposals/{proposal.id}"]


def test_nothing_of_a_project_one_may_no_longer_see_stands_there(make, login, nele, els):
    elsewhere = make.project()
    up = {"escalated_by": nele.id, "escalation_answer": "Quagga", "answered_on": TODAY, "answered_by": els.id}
    make.raid_item(elsewhere, title="Quagga item", **up)
    make.change_request(elsewhere, title="Quagga change", state="approved", submitted_by=nele.id, decided_on=TODAY)

    assert "Quagga" not in login(nele).get("/my-work").text


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_the_same_however_much_was_answered(make, login, statements, project, nele, els, how_many):
    meeting = make.meeting(make.committee(project.programme.portfolio), date(2026, 3, 10))
    for _ in range(how_many):
        make.message(make.support(nele, state="answered"), els)
        make.raid_item(project, escalated_by=nele.id, answered_on=TODAY, escalation_answer="Yes")
        make.change_request(project, state="approved", submitted_by=nele.id, decided_on=TODAY)
        make.decision(meeting, project, request_id=make.request(meeting, project, asker_id=nele.id, state="decided").id)
        make.proposal(nele, state="refused", reason="No", decider_id=els.id, decided_at=datetime(2026, 3, 11, tzinfo=UTC))
        make.action_item(meeting, project, owner_id=nele.id)
        make.procedure(audience=(Role.PROJECT_MANAGER,))
    client = login(nele)
    client.get("/my-work")
    statements.clear()

    client.get("/my-work")

    assert len(statements) == 28


# --- by mail ------------------------------------------------------------------------------------------------------------------


def test_who_asked_the_pmo_is_told_that_it_answered_and_closed(make, nele, els):
    asked = make.support(nele, subject="Confidential subject")
    for verb in (lambda: support.answer(asked, els.id, "Like this"), lambda: support.close(asked, els.id)):
        with acting(els.id, "ui"), transaction():
            verb()

    assert told() == [
        (nele.id, "pmo: The PMO has answered your request"),
        (nele.id, "pmo: The PMO has closed your request"),
    ]


def test_who_closes_their_own_request_is_told_nothing(make, nele, els):
    asked = make.support(nele)
    with acting(nele.id, "ui"), transaction():
        support.close(asked, nele.id)

    assert told() == []


def test_who_escalated_is_told_the_answer_and_that_it_came_back(make, project, nele, els):
    item = make.raid_item(project, code="R-001", escalated_to="portfolio", escalated_by=nele.id, answerer_id=els.id)
    for verb in (escalation_actions.answer, escalation_actions.hand_back):
        with acting(els.id, "ui"), transaction():
            verb(item, "Take the second depot", seen_version=item.version)

    assert [subject for _, subject in told()] == [
        "pmo: PAC-01 R-001, which you escalated, is answered",
        "pmo: PAC-01 R-001, which you escalated, was handed back",
    ]


def test_who_entered_a_change_request_is_told_how_it_was_decided(make, project, nele, els):
    change = make.change_request(project, code="CR-007", state="waiting", submitted_by=nele.id)
    with acting(els.id, "ui"), transaction():
        decide_change(change, Verdict(ChangeState.REJECTED, reason="No money"), seen_version=change.version)

    assert told() == [(nele.id, "pmo: Your change request PAC-01 CR-007 is decided: Rejected")]


def test_who_asked_a_committee_is_told_what_it_decided(make, project, nele, els):
    meeting = make.meeting(make.committee(project.programme.portfolio, name="Steering"), TODAY)
    asked = make.request(meeting, project, code="D4", asker_id=nele.id)
    with acting(els.id, "ui"), transaction():
        record(meeting, Ruling(Outcome.ACCEPTED, "Open Oulu"), request=asked)

    assert told() == [(nele.id, "pmo: Steering has decided what you asked, D4: Accepted")]


def test_who_may_no_longer_read_it_or_has_left_is_not_told(make, nele, els):
    elsewhere = make.project()
    for asker in (nele, make.person(is_active=False)):
        item = make.raid_item(elsewhere, escalated_to="portfolio", escalated_by=asker.id)
        with acting(els.id, "ui"), transaction():
            escalation_actions.answer(item, "Yes", seen_version=item.version)

    assert told() == []


def test_what_came_in_with_the_history_of_a_house_is_told_to_nobody(make, nele, els):
    asked = make.support(nele, effective_at=clock.now() - timedelta(days=90))
    with acting(els.id, "import"), transaction(effective_at=clock.now() - timedelta(days=80)):
        support.answer(asked, els.id, "Like this")

    assert told() == []
