"""Approval before publishing: asked, given or refused, for exactly the content that was seen."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import func, select

from pmo.alerts.models import Mail
from pmo.committees.models import Committee
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.raid.models import RaidItem
from pmo.reports import actions, approval_queries, queries
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.approval import State, asked, obstacle
from pmo.reports.models import Approval, Edition
from pmo.reports.verifying import Verdict, verify
from pmo.schedule.models import Milestone
from tests.reports import publishing
from tests.reports.conftest import PUBLISHER

KEY = "a-form-that-was-shown"


@pytest.fixture
def people(world, make, login):
    """Els of the PMO asks, Greet of the committee approves: by the committee's switch."""
    els = make.person("Els Wauters", email="els@example.org")
    greet = make.person("Greet Daems", email="greet@example.org", language="nl")
    make.grant(els, Role.PMO, world.portfolio)
    make.grant(greet, Role.COMMITTEE, world.portfolio)
    asked_of(world, approver_id=greet.id)
    return els.id, greet.id


def asked_of(world, **who) -> None:
    with transaction("test"):
        committee = db.session.get_one(Committee, world.subject.id)
        committee.approver_role, committee.approver_id = who.get("approver_role", ""), who.get("approver_id")


def ask(client, world, **typed):
    typed = {"what": f"committee:{world.subject.id}", "lang": "en", "seen": newest() or 0} | typed
    return client.post("/reports/approvals", data=typed)


def test_what_nobody_approves_is_not_sent_for_approval(world, people, login):
    """Of a whole portfolio nobody can be asked, of a project nobody is until somebody is named."""
    els = login(db.session.get_one(Person, people[0]))

    others = (f"portfolio:{world.portfolio.id}", f"project:{world.project_ids[0]}")
    answers = [ask(els, world, what=what) for what in others]

    assert ([answer.status_code for answer in answers], newest()) == ([404, 409], None)


def newest() -> int | None:
    return db.session.scalar(select(func.max(Approval.id)))


def approve(client, **typed):
    one = db.session.get_one(Approval, newest())
    return client.post(f"/reports/approvals/{one.id}/answer", data={"answer": "approve", "version": one.version} | typed)


def publish(client, world, key=KEY):
    return publishing.publish(client, what=f"committee:{world.subject.id}", lang="en", key=key)


def state() -> str:
    return db.session.get_one(Approval, newest()).state


def person(login, person_id):
    return login(db.session.get_one(Person, person_id))


# --- who may answer, what stands in the way: logic ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approvers", "author", "expected"),
    [({1, 2}, 1, {2}), ({2}, 1, {2}), ({1}, 1, {1}), (set(), 1, set()), ({1, 2, 3}, 4, {1, 2, 3})],
)
def test_nobody_approves_a_draft_of_their_own_while_somebody_else_may(approvers, author, expected):
    assert asked(approvers, author) == expected


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "These reports are approved before they are published. Send the draft for approval first."),
        (State.WITHDRAWN, "These reports are approved before they are published. Send the draft for approval first."),
        (State.WAITING, "This report waits for approval. It can be published after that."),
        (State.SENT_BACK, "Greet sent the draft back: One colour is wrong. Change it, then send it for approval again."),
        (State.LAPSED, "The approval has lapsed: the report says something else by now. Send it for approval again."),
    ],
)
def test_what_stands_in_the_way_says_what_to_do(found, said):
    assert str(obstacle(found, who="Greet", answer="One colour is wrong.")) == said


# --- asking -------------------------------------------------------------------------------------------------------------------


def test_without_the_switch_nothing_changes(world, login):
    answer = publish(login((Role.PMO, world.portfolio)), world)

    assert (answer.status_code, newest()) == (303, None)


def test_a_draft_sent_for_approval_writes_to_who_approves_in_their_language(world, login, people):
    answer = ask(person(login, people[0]), world, note="Mind PAC-01")

    mail = db.session.scalars(select(Mail)).one()
    assert (answer.status_code, answer.location) == (303, f"/reports/approvals/{newest()}")
    assert (mail.person_id, mail.subject) == (people[1], "pmo: gelieve het rapport voor Management committee goed te keuren")
    assert f"http://localhost/reports/approvals/{newest()}" in mail.body
    assert "PAC-01" not in mail.body + mail.body_html


def test_it_stands_in_what_is_asked_of_the_one_who_approves(world, login, make, people):
    ask(person(login, people[0]), world)
    make.grant(db.session.get_one(Person, people[1]), Role.PROJECT_MANAGER, world.portfolio)
    greet = person(login, people[1])

    assert "Het rapport voor Management committee goedkeuren" in greet.get("/my-work").text
    assert "Het rapport voor Management committee goedkeuren" in greet.get("/reports").text
    assert "Approve the report" not in person(login, people[0]).get("/my-work").text


def test_the_page_shows_exactly_what_is_approved(world, login, people):
    ask(person(login, people[0]), world, note="Mind PAC-01")
    one = db.session.get_one(Approval, newest())
    with transaction("changed meanwhile"):
        world.projects[0].name = "Renamed meanwhile"

    page = person(login, people[1]).get(f"/reports/approvals/{one.id}").text

    assert "OLR-214 compassionate use" in page
    assert "Renamed meanwhile" not in page
    assert one.content_sha256 in page
    assert "Mind PAC-01" in page


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_the_draft_in_word_is_drawn_from_what_was_frozen(world, login, people, lang):
    ask(person(login, people[0]), world)
    one = db.session.get_one(Approval, newest())

    answer = person(login, people[1]).get(f"/reports/approvals/{one.id}/{lang}.docx")

    assert one.content_sha256 in "".join(text.text for text in Document(BytesIO(answer.data)).paragraphs)


def test_nobody_who_may_approve_is_said_before_anything_is_kept(world, login, people):
    asked_of(world, approver_role="MDR")

    answer = ask(person(login, people[0]), world)

    assert (answer.status_code, newest()) == (409, None)
    assert "Nobody may approve these reports at the moment." in answer.text


def test_sent_twice_at_once_it_is_asked_once(world, login, people):
    els = person(login, people[0])
    ask(els, world, seen=0)

    again = ask(els, world, seen=0)

    assert again.status_code == 409
    assert "Somebody sent this report for approval meanwhile." in again.text
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 1


def test_a_new_draft_takes_the_place_of_the_one_that_waits(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    ask(els, world)

    assert db.session.scalars(select(Approval.state).order_by(Approval.id)).all() == ["withdrawn", "waiting"]


# --- answering ----------------------------------------------------------------------------------------------------------------


def test_approved_it_can_be_published_and_the_edition_has_the_approved_hash(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    seen = db.session.get_one(Approval, newest()).content_sha256

    answer = publish(els, world)

    edition = db.session.scalars(select(Edition)).one()
    assert (answer.status_code, edition.content_sha256) == (303, seen)
    assert db.session.get_one(Approval, newest()).edition_id == edition.id
    assert "Greet Daems" in els.get(f"/reports/{edition.id}").text


def test_the_word_files_say_who_approved_it_and_its_edition_still_holds(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    publish(els, world)
    edition_id = db.session.scalars(select(Edition.id)).one()
    expected = {"en": "Approved by Greet Daems", "fr": "Approuvé par Greet Daems", "nl": "Goedgekeurd door Greet Daems"}

    for lang, said in expected.items():
        file = Document(BytesIO(queries.file_of(edition_id, lang).content))
        assert any(said in cell.text for table in file.tables for row in table.rows for cell in row.cells)
        assert said in file.core_properties.comments
    assert verify(edition_id).is_good


def test_the_asker_is_told_the_answer(world, login, people):
    ask(person(login, people[0]), world)
    approve(person(login, people[1]))

    mail = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (mail.person_id, mail.subject) == (people[0], "pmo: the report for Management committee is approved")


def test_sent_back_needs_a_reason(world, login, people):
    ask(person(login, people[0]), world)

    answer = approve(person(login, people[1]), answer="back")

    assert (answer.status_code, state()) == (422, "waiting")
    assert "Zeg wat er moet veranderen" in answer.text


def test_sent_back_it_cannot_be_published_and_says_why(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]), answer="back", reason="The colour of PAC-01 is wrong.")

    answer = publish(els, world)

    assert (answer.status_code, db.session.scalar(select(func.count()).select_from(Edition))) == (409, 0)
    assert "Greet Daems sent the draft back: The colour of PAC-01 is wrong." in answer.text


def test_answered_twice_the_second_is_told(world, login, people):
    ask(person(login, people[0]), world)
    greet = person(login, people[1])
    approve(greet)

    again = greet.post(f"/reports/approvals/{newest()}/answer", data={"answer": "back", "reason": "No", "version": 1})

    assert (again.status_code, state()) == (409, "approved")


@pytest.mark.parametrize(("version", "status"), [(0, 409), (1, 303)])
def test_a_stale_answer_changes_nothing(world, login, people, version, status):
    ask(person(login, people[0]), world)

    answer = approve(person(login, people[1]), version=version)

    assert (answer.status_code, state()) == (status, "approved" if status == 303 else "waiting")


def test_who_is_not_asked_may_not_answer(world, login, people):
    els = person(login, people[0])
    ask(els, world)

    answer = approve(els)

    assert (answer.status_code, state()) == (403, "waiting")


def test_a_stranger_does_not_know_of_it(world, make, login, people):
    ask(person(login, people[0]), world)
    stranger = login((Role.PMO, make.portfolio()))

    found = [
        stranger.get(f"/reports/approvals/{newest()}").status_code,
        stranger.get(f"/reports/approvals/{newest()}/en.docx").status_code,
        approve(stranger).status_code,
        stranger.post(f"/reports/approvals/{newest()}/withdraw", data={"version": 1}).status_code,
        ask(stranger, world).status_code,
    ]

    assert (found, state()) == ([404] * 5, "waiting")


def test_by_role_the_author_asks_the_others_who_hold_it(world, make, login, people):
    asked_of(world, approver_role="PMO")
    other = make.person("Ivo Lambrecht")
    make.grant(other, Role.PMO, world.portfolio)
    els = person(login, people[0])
    ask(els, world)

    own, others = approve(els), approve(person(login, other.id))

    assert (own.status_code, others.status_code, state()) == (403, 303, "approved")


def test_alone_in_the_role_one_may_approve_ones_own_and_is_told(world, login, people):
    asked_of(world, approver_role="PMO")
    els = person(login, people[0])
    ask(els, world)

    page = els.get(f"/reports/approvals/{newest()}").text
    approve(els)

    assert "You may approve it because nobody else may." in page
    assert state() == "approved"


# --- held to what was approved ------------------------------------------------------------------------------------------------


def change_a_risk(world):
    item = db.session.scalars(select(RaidItem).where(RaidItem.code == "R-031")).one()
    item.title = "Another title"


def change_a_date(world):
    milestone = db.session.scalars(select(Milestone).where(Milestone.name == "Acceptance test")).one()
    milestone.forecast = date(2026, 4, 20)


@pytest.mark.parametrize("change", [change_a_risk, change_a_date])
def test_when_the_report_says_something_else_the_approval_lapses(world, login, people, change):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    with transaction("changed"):
        change(world)

    first, second = publish(els, world), publish(els, world, key="pressed on a new page")

    assert (first.status_code, second.status_code, state()) == (200, 409, "lapsed")
    assert "The report says something else than Greet Daems approved, so the approval has lapsed." in first.text
    assert "The approval has lapsed: the report says something else by now." in second.text
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 0


def test_a_night_alone_changes_nothing(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))

    with clock.pretend(clock.now() + timedelta(days=2)):
        answer = publish(els, world)

    assert answer.status_code == 303
    assert verify(db.session.scalars(select(Edition.id)).one()).verdict is Verdict.SAME


def test_compared_with_an_earlier_edition_it_is_published_as_approved_too(world, login, people):
    asked_of(world)
    actions.publish(world.subject, PUBLISHER)
    asked_of(world, approver_id=people[1])
    with transaction("changed"):
        change_a_date(world)
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))

    answer = publish(els, world)

    assert (answer.status_code, db.session.scalar(select(func.count()).select_from(Edition))) == (303, 2)
    assert verify(db.session.scalar(select(func.max(Edition.id)))).verdict is Verdict.SAME


def test_an_approval_does_not_hold_for_ever(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))

    with clock.pretend(clock.now() + timedelta(days=8)):
        answer = publish(els, world)

    assert (answer.status_code, state()) == (200, "lapsed")
    assert "so the approval has lapsed." in answer.text


def test_what_is_approved_is_published_once(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    publish(els, world)

    again = publish(els, world, key="another-form-than-before")

    assert again.status_code == 409
    assert "Send the draft for approval first." in again.text
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1


def test_two_who_publish_at_once_publish_one_edition(app, world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    subject, done = world.subject, []

    def one(key: str) -> None:
        with app.app_context():
            try:
                actions.publish(subject, PUBLISHER, key=key)
                done.append("published")
            except Conflict:
                done.append("refused")

    db.session.rollback()
    threads = [threading.Thread(target=one, args=(f"form {number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == ["published", "refused"]
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1


def test_a_withdrawn_request_is_answered_no_more(world, login, people):
    els = person(login, people[0])
    ask(els, world)

    withdrawn = els.post(f"/reports/approvals/{newest()}/withdraw", data={"version": 1})
    late = approve(person(login, people[1]))

    assert (withdrawn.status_code, late.status_code, state()) == (303, 409, "withdrawn")


def test_the_page_that_publishes_leads_through_approval(world, login, people):
    els, address = person(login, people[0]), f"/reports/new?what=committee:{world.subject.id}"

    before = els.get(address).text
    ask(els, world)
    waiting = els.get(address).text
    approve(person(login, people[1]))
    approved = els.get(address).text

    assert "Send for approval" in before
    assert "This report waits for approval." in waiting
    assert "Publish the edition" in approved
    assert "Greet Daems approved it" in approved


def test_looking_back_nothing_is_asked_or_answered(world, login, people):
    els = person(login, people[0])
    ask(els, world)

    answers = [
        els.post("/reports/approvals?as_of=2026-03-11", data={"what": f"committee:{world.subject.id}"}).status_code,
        person(login, people[1]).post(f"/reports/approvals/{newest()}/answer?as_of=2026-03-12T08:41:00Z", data={}).status_code,
    ]

    assert answers == [403, 403]


def test_the_content_of_now_is_the_one_frozen(world, login, people):
    """Computed with the clock held still, the present gives the hash of the frozen moment."""
    ask(person(login, people[0]), world)
    one = db.session.get_one(Approval, newest())
    wanted, at, digest, number = Wanted(world.subject.scope, world.subject.id), one.moment, one.content_sha256, one.id
    db.session.rollback()

    with clock.pretend(at):
        made = report(wanted)

    assert canonical.sha256(canonical.plain(made)) == digest
    assert replace(made, at=at) == approval_queries.content(number)


def test_reading_it_costs_the_same_for_one_and_three_projects(world, make, login, people, statements):
    ask(person(login, people[0]), world)
    greet, sent = person(login, people[1]), []
    for _ in range(2):
        statements.clear()
        assert greet.get(f"/reports/approvals/{newest()}").status_code == 200
        sent.append(len(statements))
        make.project(world.programme)

    assert sent == [83, 83]  # most of them of the report of now, beside which the draft is held


def test_the_command_is_held_to_it_too(world, people):
    with pytest.raises(Conflict, match="Send the draft for approval first"):
        actions.publish(world.subject, PUBLISHER)
