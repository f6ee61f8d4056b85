"""An approval that has lapsed is shown as such before anybody publishes: on its page, where reports are made, in My work."""

from datetime import date, timedelta

import pytest
from lxml import html
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.people.actions import revoke
from pmo.people.models import RoleGrant
from pmo.portfolio.models import Project
from pmo.reports.logic.approval import Standing, lapsed
from tests.home.test_my_work import section
from tests.reports.test_approval import approve, ask, change_a_date, newest, people, person, state

people = people  # a fixture of the other module


@pytest.mark.parametrize(
    ("standing", "is_approved", "said"),
    [
        (Standing.HOLDS, True, "None"),
        (Standing.EXPIRED, True, "It was approved too long ago, so the approval has lapsed. Els can send the report again."),
        (Standing.CHANGED, True, "The report says something else by now, so the approval has lapsed. Els can send it again."),
        (
            Standing.CHANGED,
            False,
            "The report says something else by now: this draft could not be published any more. Els can send a new one.",
        ),
    ],
)
def test_what_became_of_a_draft_says_who_does_what(standing, is_approved, said):
    assert str(lapsed(standing, is_approved=is_approved, asker="Els")) == said


def change(world):
    with transaction("changed"):
        change_a_date(world)


def page_of(client):
    return client.get(f"/reports/approvals/{newest()}").text


def test_an_approval_that_holds_can_be_published_from_everywhere(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]), reason="Well done")

    page, make, work = page_of(els), els.get(f"/reports/new?what=committee:{world.subject.id}").text, els.get("/my-work").text

    assert "It can be published as long as its data stay as they are." in page
    assert "Publish the edition" in make
    mine = section(work, "answered")
    assert ("Approved</span>" in mine, "Well done" in mine, f"what=committee:{world.subject.id}" in mine) == (True, True, True)


def test_a_lapsed_approval_says_so_on_its_page_with_what_changed_and_what_to_do(world, login, people):
    els, greet = person(login, people[0]), person(login, people[1])
    ask(els, world)
    approve(greet)
    change(world)

    his, hers = page_of(els), page_of(greet)

    assert "so the approval has lapsed. Els Wauters can send it again." in his
    assert (f"/changes/committee/{world.subject.id}?since=" in his, "Send it for approval again" in his) == (True, True)
    assert ("Goedkeuring vervallen" in hers, "/reports/new?" in hers) == (True, False)  # hers is in Dutch
    assert "It can be published as long as" not in his
    assert state() == "approved"  # put back, it holds again; who publishes ends it


def test_a_lapsed_approval_is_sent_again_where_reports_are_made(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    change(world)

    page = els.get(f"/reports/new?what=committee:{world.subject.id}").text
    again = ask(els, world)

    assert ("The approval has lapsed" in page, "Publish the edition" in page) == (True, False)
    assert (again.status_code, state()) == (303, "waiting")


def test_my_work_leads_to_publishing_which_says_that_it_lapsed(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))
    change(world)

    mine = section(els.get("/my-work").text, "answered")
    way = html.fromstring(mine).xpath("//a[contains(@href, '/reports/new')]/@href")[0]

    assert "The approval has lapsed: the report says something else by now." in els.get(way).text


def test_who_may_no_longer_read_the_report_is_not_told_of_its_approval(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]), reason="Well done")

    with transaction("left"):
        for given in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == people[0])):
            revoke(given)

    assert "Well done" not in els.get("/my-work", follow_redirects=True).text


def test_too_many_nights_are_said_too(world, login, people):
    els = person(login, people[0])
    ask(els, world)
    approve(person(login, people[1]))

    with clock.pretend(clock.now() + timedelta(days=8)):
        page = page_of(els)

    assert "It was approved too long ago, so the approval has lapsed." in page


def test_who_is_asked_sees_that_a_draft_is_overtaken_before_answering(world, login, people):
    ask(person(login, people[0]), world)
    change(world)

    page = page_of(person(login, people[1]))

    assert (
        "dit ontwerp zou niet meer gepubliceerd kunnen worden. Els Wauters kan een nieuw voorleggen." in page
    )  # hers is in Dutch


def test_sent_back_stands_in_the_work_of_who_asked_with_the_reason(world, login, people):
    els, greet = person(login, people[0]), person(login, people[1])
    ask(els, world)
    approve(greet, answer="back", reason="One colour is wrong")

    mine, theirs = section(els.get("/my-work").text, "answered"), section(greet.get("/my-work").text, "answered")

    assert ("Sent back" in mine, "One colour is wrong" in mine, theirs) == (True, True, "")


def test_a_draft_waits_in_the_work_of_the_committee_member_who_approves(world, login, people):
    ask(person(login, people[0]), world)

    asked = section(person(login, people[1]).get("/my-work").text, "asked")

    assert f'href="/reports/approvals/{newest()}"' in asked


def test_who_approves_sees_an_overridden_colour_with_its_reason_and_its_end(world, make, login, people):
    project = db.session.get_one(Project, world.project_ids[0])
    make.override(project, colour="green", reason="The supplier has signed", ends_on=date(2026, 3, 30))
    ask(person(login, people[0]), world)

    page = page_of(person(login, people[0]))

    assert "until 30 Mar 2026: The supplier has signed." in page
    assert "Overridden</span>" in page
