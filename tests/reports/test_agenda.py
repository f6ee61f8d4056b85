"""The agenda of a meeting: last decisions, overdue actions, reds, gates, questions; each line leads to its page."""

from datetime import date, timedelta

import pytest
from lxml import html
from sqlalchemy import select

from pmo.committees.models import ActionItem, Meeting
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio
from pmo.reports.contents import Wanted, report
from pmo.reports.logic.agenda import Kind
from pmo.reports.logic.content import Scope
from pmo.reports.models import Agenda, AgendaLine
from tests.conftest import HTMX, NOW
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


def lines(answer) -> list[str]:
    """What each line is called, in its order."""
    found = html.fromstring(answer.text).xpath("//ol[contains(@class, 'agenda')]/li")
    return [" ".join((line.xpath(".//div/a") or line.xpath(".//div/b"))[0].text_content().split()) for line in found]


def address(meeting_id: int, rest: str = "") -> str:
    return f"/committees/meetings/{meeting_id}/agenda{rest}"


def pmo(world, login):
    return login((Role.PMO, world.portfolio))


def kept(meeting_id: int) -> list[tuple]:
    query = select(AgendaLine).where(AgendaLine.meeting_id == meeting_id).order_by(AgendaLine.position, AgendaLine.id)
    return [(row.kind, row.title, row.minutes, row.presenter) for row in db.session.scalars(query)]


def version(meeting_id: int) -> int:
    return db.session.scalar(select(Agenda.version).where(Agenda.meeting_id == meeting_id)) or 0


def fields(client, meeting_id: int) -> dict[str, str]:
    """The form as the page shows it."""
    form = html.fromstring(client.get(address(meeting_id, "/arrange")).text).xpath("//form[contains(@action, '/arrange')]")[0]
    return {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@name]")}


def key_of(typed: dict[str, str], kind: str) -> str:
    return next(name.partition("-")[2] for name in typed if name.startswith(f"position-{kind}:"))


def test_everything_a_meeting_goes_through_stands_in_its_order(world, meeting_id, login):
    answer = login((Role.COMMITTEE, world.portfolio)).get(address(meeting_id))

    assert [line.split(" ", 1)[-1] for line in lines(answer)] == [
        "of the last meeting",
        "Send the labels",
        "OLR-214 compassionate use",
        "G1 Gate 1",
        "Open a fall-back site?",
    ]
    assert "Back to green</b> Opinion given." in answer.text
    assert "Labels in Dutch and French" in answer.text
    assert "Arrange the agenda" not in answer.text


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
    pmo(world, login).post(address(meeting_id, "/lines"), data={"title": "Welcome", "version": 0})
    last, second = db.session.scalars(select(Meeting).where(Meeting.held_on == FEBRUARY)).one(), world.projects[1]
    for number in range(how_many):
        make.milestone(second, code=f"X{number}", name="Gate", is_gate=True, forecast=date(2026, 4, 1))
        make.decision(last, second, text="Decided")
        make.action_item(last, second, what="To do", due=date(2026, 3, 2))
    client = login((Role.COMMITTEE, world.portfolio))
    statements.clear()

    answer = client.get(f"/committees/meetings/{meeting_id}/agenda", headers=HTMX)

    assert len(lines(answer)) == 6 + 2 * how_many
    assert (
        len(statements) == 23
    )  # session, meeting, around it, decisions, actions, statuses, gates, questions, changes, its lines


def test_the_report_of_a_committee_reads_the_statuses_of_its_projects_once(world, meeting_id, statements):
    statements.clear()

    made = report(Wanted(Scope.COMMITTEE, world.subject.id))

    assert [line.code for line in made.agenda.lines if line.kind is Kind.RED] == ["PAC-01"]
    assert len([sql for sql in statements if "running_override" in sql and "asked_at" in sql]) == 2  # and of the report before


def test_a_red_escalated_risk_stands_on_the_agenda_of_the_level_it_went_to(world, meeting_id, make, login):
    first = world.projects[0]
    up = {"escalated_on": date(2026, 3, 2), "escalation_reason": "Beyond us."}
    make.raid_item(first, code="R-090", title="No reviewers", escalated_to="portfolio", **up)
    make.raid_item(first, code="R-091", title="With the programme", escalated_to="programme", **up)
    make.raid_item(first, code="R-092", title="Answered", escalated_to="portfolio", answered_on=date(2026, 3, 3), **up)

    answer = login((Role.COMMITTEE, world.portfolio)).get(address(meeting_id))

    assert [line for line in lines(answer) if "R-09" in line] == ["PAC-01 R-090 No reviewers"]


def test_the_pmo_orders_times_and_names_every_line_in_one_form(world, meeting_id, login):
    client = pmo(world, login)
    typed = fields(client, meeting_id)
    red, asked = key_of(typed, "red"), key_of(typed, "request")
    said = {"starts_at": "14:00", f"position-{asked}": "1", f"minutes-{asked}": "20", f"presenter-{red}": "Els Wauters"}

    answer = client.post(address(meeting_id, "/arrange"), data=typed | said)

    page = client.get(address(meeting_id))
    assert (answer.status_code, answer.location) == (303, address(meeting_id))
    assert lines(page)[0] == "D1 Open a fall-back site?"
    assert "20 minutes in all. It ends at 14:20. 4 lines have no time yet." in " ".join(page.text.split())
    assert [(kind, minutes, who) for kind, _, minutes, who in kept(meeting_id)] == [
        ("request", 20, ""), ("last", None, ""), ("action", None, ""), ("red", None, "Els Wauters"), ("milestone", None, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("do", "first"), [("up", "action"), ("down", "last")])
def test_a_line_goes_up_or_down_and_what_was_typed_is_kept(world, meeting_id, login, do, first):
    client = pmo(world, login)
    typed = fields(client, meeting_id)
    action = key_of(typed, "action")

    answer = client.post(address(meeting_id, "/arrange"), data=typed | {f"minutes-{action}": "5", "do": f"{do}:{action}"})

    assert (answer.status_code, answer.location) == (303, address(meeting_id, f"/arrange?moved={do}:{action}"))
    assert kept(meeting_id)[0][0] == first
    assert [minutes for kind, _, minutes, _ in kept(meeting_id) if kind == "action"] == [5]


def test_a_moved_line_comes_back_as_a_fragment(world, meeting_id, login):
    client = pmo(world, login)
    typed = fields(client, meeting_id)

    answer = client.post(address(meeting_id, "/arrange"), data=typed | {"do": f"up:{key_of(typed, 'red')}"}, headers=HTMX)

    assert (answer.status_code, answer.text.strip().split(">")[0]) == (200, '<div class="cols cols--main" id="arrange"')


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("starts_at", "soon", "Enter a time such as 14:00."),
        ("minutes", "long", "Enter a whole number."),
        ("minutes", "-5", "This number is too small."),
        ("position", "0", "This number is too small."),
        ("presenter", "x" * 201, "This is too long."),
    ],
)
def test_what_is_not_understood_is_said_beside_its_field_and_nothing_is_saved(world, meeting_id, login, field, typed, sentence):
    client = pmo(world, login)
    form = fields(client, meeting_id)
    name = field if field == "starts_at" else f"{field}-{key_of(form, 'red')}"

    answer = client.post(address(meeting_id, "/arrange"), data=form | {name: typed})

    assert (answer.status_code, kept(meeting_id)) == (422, [])
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text


def test_who_comes_too_late_is_told_and_their_words_stay(world, meeting_id, login):
    client = pmo(world, login)
    stale = fields(client, meeting_id)
    client.post(address(meeting_id, "/lines"), data={"title": "Welcome", "version": 0})

    answer = client.post(address(meeting_id, "/arrange"), data=stale | {f"note-{key_of(stale, 'red')}": "Ask Finance"})

    assert (answer.status_code, version(meeting_id)) == (409, 1)
    assert "Somebody else changed this agenda meanwhile." in answer.text
    assert 'value="Ask Finance"' in answer.text


def test_a_line_of_its_own_stands_at_the_end(world, meeting_id, login):
    client = pmo(world, login)

    answer = client.post(address(meeting_id, "/lines"), data={"title": "Any other business", "minutes": "10", "version": 0})

    assert (answer.status_code, lines(client.get(address(meeting_id)))[-1]) == (303, "Any other business")


def test_an_own_line_without_title_keeps_what_was_typed(world, meeting_id, login):
    answer = pmo(world, login).post(address(meeting_id, "/lines"), data={"presenter": "Els", "version": 0})

    assert (answer.status_code, kept(meeting_id)) == (422, [])
    assert 'value="Els"' in answer.text


def test_a_line_is_left_out_with_a_reason_and_put_back(world, meeting_id, login):
    client = pmo(world, login)
    action = key_of(fields(client, meeting_id), "action")
    client.post(address(meeting_id, "/out"), data={"line": action, "reason": "Settled by mail", "version": 0})
    without = client.get(address(meeting_id))

    answer = client.post(address(meeting_id, "/back"), data={"line": action, "version": version(meeting_id)})

    assert "PAC-02 A-001" not in lines(without)
    assert "Settled by mail" in without.text
    assert answer.status_code == 303
    assert "A-001 Send the labels" in lines(client.get(address(meeting_id)))


def test_leaving_out_asks_why_and_only_what_is_there(world, meeting_id, login):
    client = pmo(world, login)
    action = key_of(fields(client, meeting_id), "action")

    no_reason = client.post(address(meeting_id, "/out"), data={"line": action, "version": 0})
    stale = client.post(address(meeting_id, "/out"), data={"line": action, "reason": "x", "version": 9})
    unknown = client.post(address(meeting_id, "/out"), data={"line": "red:999", "reason": "x", "version": 0})

    assert (no_reason.status_code, stale.status_code, unknown.status_code, kept(meeting_id)) == (422, 409, 409, [])
    assert "Say why, in a few words" in no_reason.text


def test_what_comes_up_later_is_new_and_what_is_settled_is_named_to_the_pmo(world, meeting_id, make, login):
    client = pmo(world, login)
    client.post(address(meeting_id, "/arrange"), data=fields(client, meeting_id))
    coming = db.session.get_one(Meeting, meeting_id)
    make.request(coming, world.projects[1], question="Another vendor?")
    settled = db.session.scalars(select(ActionItem).where(ActionItem.what == "Send the labels")).one()
    with transaction("done"):
        settled.done_on = date(2026, 3, 12)
        settled.evidence = "Sent"

    page = client.get(address(meeting_id)).text

    assert "1 line came up since the agenda was arranged." in page
    assert html.fromstring(page).xpath("//section[@aria-labelledby='h-gone']//li//text()[contains(., 'Send the labels')]")
    member = login((Role.COMMITTEE, world.portfolio)).get(address(meeting_id)).text
    assert "No longer on the agenda" not in member


def test_an_earlier_agenda_is_shown_as_it_was_and_not_changed(world, meeting_id, make, login):
    client, before = pmo(world, login), {"as_of": NOW.isoformat()}
    make.save(AgendaLine(meeting_id=meeting_id, kind="own", title="Welcome"), NOW + timedelta(hours=1))

    then = client.get(address(meeting_id), query_string=before)
    refused = client.get(address(meeting_id, "/arrange"), query_string=before)

    assert "Welcome" in client.get(address(meeting_id)).text
    assert (len(lines(then)), "Welcome" in then.text, refused.status_code) == (5, False, 403)


@pytest.mark.parametrize("rest", ["/arrange", "/lines", "/out", "/back"])
def test_a_member_reads_the_agenda_and_changes_nothing(world, meeting_id, login, rest):
    member = login((Role.COMMITTEE, world.portfolio))
    stranger = login((Role.PMO, Portfolio(id=99)))

    assert (member.post(address(meeting_id, rest)).status_code, stranger.post(address(meeting_id, rest)).status_code) == (
        403,
        404,
    )
