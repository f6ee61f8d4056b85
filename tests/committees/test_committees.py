"""Committees and their meetings, as a PMO member keeps them and others read them."""

from datetime import UTC, date, datetime

import pytest
from lxml import html
from sqlalchemy import select

from pmo.committees.models import Committee, Meeting
from pmo.db import db
from pmo.kernel.permissions import Role
from tests.conftest import HTMX

BEFORE = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_committee_is_added_and_its_dates_stand_on_every_page(make, login):
    make.portfolio(code="DEMO")
    client = login(Role.PMO)

    answer = client.post("/committees/new", data={"code": "mc", "name": "Management committee", "portfolio": "DEMO"})
    client.post(f"{answer.location}/meetings", data={"held_on": "2026-03-24", "cut_off": "2026-03-18", "pack_on": "2026-03-20"})

    assert db.session.scalars(select(Committee.code)).all() == ["MC"]
    assert "24 Mar" in client.get("/committees").text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"held_on": "soon"}, "Enter a date such as 2026-03-31."),
        ({"held_on": "2026-03-24", "cut_off": "2026-03-25"}, "Data are cut off before the pack is sent."),
        ({"held_on": "2026-03-24", "pack_on": "2026-03-25"}, "The pack is sent before the committee meets."),
        ({"held_on": "2026-04-28"}, "The committee already meets on this day."),
    ],
)
def test_a_refused_meeting_keeps_the_form(make, login, typed, message):
    committee = make.committee(make.portfolio())
    make.meeting(committee, date(2026, 4, 28))

    answer = login(Role.PMO).post(f"/committees/{committee.id}/meetings", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{typed["held_on"]}"' in answer.text
    assert len(db.session.scalars(select(Meeting)).all()) == 1


def test_a_stale_change_of_a_meeting_is_refused(make, login):
    meeting = make.meeting(make.committee(make.portfolio()))

    answer = login(Role.PMO).post(f"/committees/meetings/{meeting.id}", data={"held_on": "2026-03-26", "version": "9"})

    assert answer.status_code == 409
    assert db.session.get(Meeting, meeting.id).held_on == date(2026, 3, 24)


def test_the_next_meeting_stands_on_top_with_the_way_to_its_agenda_and_pack(make, login):
    portfolio = make.portfolio()
    committee = make.committee(portfolio)
    make.meeting(committee, date(2026, 3, 10))
    coming = make.meeting(committee, date(2026, 3, 24))
    member, pmo = login((Role.COMMITTEE, portfolio)), login(Role.PMO)

    heads = [
        html.fromstring(who.get(f"/committees/{committee.id}").text).xpath("//section[@class='comhead']")[0]
        for who in (pmo, member)
    ]

    ways = [[link.get("href") for link in head.iter("a")] for head in heads]
    of_meeting = [f"/committees/meetings/{coming.id}/agenda", f"/committees/meetings/{coming.id}/minutes"]
    assert heads[0].text_content().split()[:2] == ["24Mar", "2026"]
    assert ways == [[*of_meeting, f"/reports/new?what=committee:{committee.id}"], of_meeting]


def test_a_cancelled_meeting_stays_in_the_list_and_can_take_place_after_all(make, login):
    meeting = make.meeting(make.committee(make.portfolio()))
    client = login(Role.PMO)

    client.post(f"/committees/meetings/{meeting.id}/cancel", data={"version": "1"})
    shown = client.get(f"/committees/{meeting.committee_id}").text
    client.post(f"/committees/meetings/{meeting.id}/reinstate", data={"version": "2"})

    assert "<s>24 Mar 2026</s>" in shown
    assert db.session.get(Meeting, meeting.id).cancelled_at is None


def test_a_member_reads_and_a_stranger_finds_nothing(make, login):
    committee = make.committee(make.portfolio(), name="Secret committee")
    member = login((Role.COMMITTEE, make.portfolio()))
    reader = login(Role.COMMITTEE)

    assert reader.get(f"/committees/{committee.id}").status_code == 200
    assert reader.post(f"/committees/{committee.id}/meetings", data={"held_on": "2026-03-24"}).status_code == 403
    assert member.get(f"/committees/{committee.id}").status_code == 404
    assert "Secret" not in member.get("/committees").text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, how_many):
    portfolio = make.portfolio()
    for _ in range(how_many):
        make.meeting(make.committee(portfolio))
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/committees")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 4  # who asks, run-up to the next meeting, committees, their next meetings


def test_the_state_before_a_meeting_moved_shows_its_old_date(make, login):
    meeting = make.meeting(make.committee(make.portfolio(effective_at=BEFORE), effective_at=BEFORE), effective_at=BEFORE)
    client = login(Role.PMO)
    client.post(f"/committees/meetings/{meeting.id}", data={"held_on": "2026-03-26", "version": "1"})

    page = client.get(f"/committees/{meeting.committee_id}?as_of=2026-03-11").text

    assert "24 Mar 2026" in page
    assert "26 Mar 2026" not in page
    assert "26 Mar 2026" in client.get(f"/committees/{meeting.committee_id}").text


def test_nothing_is_written_while_looking_back(make, login):
    committee = make.committee(make.portfolio())

    answer = login(Role.PMO).post(f"/committees/{committee.id}/meetings?as_of=2026-03-11", data={"held_on": "2026-03-24"})

    assert answer.status_code == 403
    assert db.session.scalars(select(Meeting)).all() == []


def test_the_manager_of_one_project_knows_when_the_committee_reads_about_it(make, login):
    portfolio = make.portfolio()
    mine, other = make.programme(portfolio, code="A"), make.programme(portfolio, code="B")
    project = make.project(mine)
    make.meeting(make.committee(portfolio, code="MC"), date(2026, 3, 24))
    make.meeting(make.committee(portfolio, code="OTH", programme_id=other.id), date(2026, 3, 17))

    page = login((Role.PROJECT_MANAGER, project)).get("/portfolio").text

    assert "24 Mar" in page
    assert "17 Mar" not in page


def test_who_reads_no_committee_is_not_told_that_there_is_none(make, login):
    portfolio = make.portfolio()
    make.committee(portfolio)

    page = login((Role.PROJECT_MANAGER, make.project(make.programme(portfolio)))).get("/committees").text

    assert "No committee to show" in page
    assert "No committee yet" not in page
