"""The agenda of a meeting: last decisions, overdue actions, reds, gates, questions; each line leads to its page."""

from datetime import date

import pytest
from lxml import html
from sqlalchemy import select

from pmo.committees.models import Meeting
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio
from tests.conftest import HTMX
from tests.reports.conftest import LONG_AGO


@pytest.fixture
def meeting_id(world, make) -> int:
    """Of 24 March, with one of everything; the gate of May is behind the meeting of April."""
    last, coming = (db.session.scalars(select(Meeting).where(Meeting.held_on == day)).one() for day in (FEBRUARY, MARCH))
    first, second, _ = world.projects
    found = coming.id
    decided = make.decision(last, second, text="Labels in Dutch and French")
    make.action_item(last, second, what="Send the labels", due=date(2026, 3, 1), decision_id=decided.id)
    make.action_item(last, second, what="Count the stock", due=date(2026, 4, 1))
    gate = {"is_gate": True, "baseline": None, "effective_at": LONG_AGO}
    make.milestone(second, code="G1", name="Gate 1", forecast=date(2026, 4, 20), **gate)
    make.milestone(second, code="G2", name="Gate 2", forecast=date(2026, 5, 20), **gate)
    make.request(coming, first, question="Open a fall-back site?")
    return found


FEBRUARY, MARCH = date(2026, 2, 24), date(2026, 3, 24)


def lines(answer) -> dict[str, list[str]]:
    """The links of each part, by its title."""
    parts = html.fromstring(answer.text).xpath("//div[@id='agenda']//section")
    return {
        part.xpath(".//h2/text()")[0]: [" ".join(link.text_content().split()) for link in part.xpath(".//div//a[@href]")]
        for part in parts
    }


def test_everything_a_meeting_goes_through_stands_in_its_order(world, meeting_id, login):
    answer = login((Role.COMMITTEE, world.portfolio)).get(f"/committees/meetings/{meeting_id}/agenda")

    found = {title: [line.split(" ", 1)[-1] for line in listed] for title, listed in lines(answer).items()}
    assert list(found.items()) == [
        ("Last decisions", ["Labels in Dutch and French", "Send the labels"]),
        ("Overdue actions", ["the labels"]),
        ("Red projects", ["OLR-214 compassionate use"]),
        ("Gate milestones due by 21 Apr 2026", ["Gate 1"]),
        ("Decisions asked", ["a fall-back site?"]),
    ]
    assert "Back to green</b> Opinion given." in answer.text


def test_of_projects_one_may_not_see_nothing_is_on_the_agenda(world, meeting_id, login):
    reader = login((Role.COMMITTEE, world.portfolio))
    stranger = login((Role.PMO, Portfolio(id=99)))

    assert reader.get(f"/committees/meetings/{meeting_id}/agenda").status_code == 200
    assert stranger.get(f"/committees/meetings/{meeting_id}/agenda").status_code == 404
    assert stranger.get("/committees/meetings/99/agenda").status_code == 404


def test_a_meeting_that_was_held_leads_to_its_day(world, meeting_id, login):
    client = login((Role.COMMITTEE, world.portfolio))
    held = db.session.scalars(select(Meeting.id).where(Meeting.held_on == FEBRUARY)).one()

    now, then = (client.get(f"/committees/meetings/{held}/agenda{query}") for query in ("", "?as_of=2026-02-24"))

    assert "The agenda as of that day" in now.text
    assert "The agenda as of that day" not in then.text


def test_an_empty_agenda_says_so(make, login):
    portfolio = make.portfolio()
    meeting = make.meeting(make.committee(portfolio))

    answer = login((Role.PMO, portfolio)).get(f"/committees/meetings/{meeting.id}/agenda")

    assert "Nothing on the agenda" in answer.text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_agenda_costs_the_same_however_long_it_is(world, meeting_id, make, login, statements, how_many):
    last, second = db.session.scalars(select(Meeting).where(Meeting.held_on == FEBRUARY)).one(), world.projects[1]
    for number in range(how_many):
        make.milestone(second, code=f"X{number}", name="Gate", is_gate=True, forecast=date(2026, 4, 1))
        make.decision(last, second, text="Decided")
        make.action_item(last, second, what="To do", due=date(2026, 3, 2))
    client = login((Role.COMMITTEE, world.portfolio))
    statements.clear()

    answer = client.get(f"/committees/meetings/{meeting_id}/agenda", headers=HTMX)

    assert len(lines(answer)["Gate milestones due by 21 Apr 2026"]) == 1 + how_many
    assert len(statements) == 20  # session, meeting, around it, decisions, actions, statuses, gates, questions, changes
