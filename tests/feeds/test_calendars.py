"""Calendars at a secret address: whose days they hold, in which words, and when they open nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.feeds.models import CalendarFeed
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people.models import Person, RoleGrant
from pmo.schedule.models import Milestone
from tests.conftest import HTMX, NOW
from tests.marked import MARK


@pytest.fixture
def subscribe(login, app):
    """The path of a new address of somebody's calendar."""

    def make_address(person, **typed):
        page = login(person).post("/feeds/calendars", data={"kind": "person"} | typed)
        assert page.status_code == 200
        return page.text.split("http://localhost")[1].split("<")[0]

    return make_address


@pytest.fixture
def manager(make):
    """A manager of a project with a milestone, in a portfolio with a committee."""
    project = make.project(code="PAC-01", name="Compassionate use")
    person = make.person(name="Nele", language="en")
    make.grant(person, Role.PROJECT_MANAGER, project)
    project.manager_id = person.id
    db.session.commit()
    make.milestone(project, code="M01", name="Ethics opinion", forecast=date(2026, 3, 20), baseline=date(2026, 3, 2))
    committee = make.committee(project.programme.portfolio, code="MC", name="Management committee")
    meeting = make.meeting(committee, date(2026, 3, 24), room="Blue room")
    make.action_item(meeting, project, code="A-001", what=f"{MARK} of a supplier", owner_id=person.id, due=date(2026, 3, 16))
    return person


def events(answer):
    return [event for event in Calendar.from_ical(answer.data).walk("VEVENT")]


def shown(answer):
    return [(str(event["SUMMARY"]), event.decoded("DTSTART").isoformat(), str(event["STATUS"])) for event in events(answer)]


def test_ones_own_calendar_holds_milestones_actions_and_meetings_without_what_was_said(app, subscribe, manager):
    answer = app.test_client().get(subscribe(manager))

    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert shown(answer) == [
        ("PAC-01 M01 Ethics opinion", "2026-03-20", "CONFIRMED"),
        ("Action A-001 due", "2026-03-16", "CONFIRMED"),
        ("Management committee meets", "2026-03-24", "CONFIRMED"),
    ]
    assert MARK not in answer.text


def test_an_entry_is_a_whole_day_that_makes_nobody_busy(app, subscribe, manager):
    first, *_ = events(app.test_client().get(subscribe(manager)))

    assert first.decoded("DTEND") - first.decoded("DTSTART") == timedelta(days=1)
    assert (first["TRANSP"], first["CLASS"], first["UID"]) == ("TRANSPARENT", "PUBLIC", "milestone-1@localhost")
    assert first["URL"] == "http://localhost/projects/1/milestones/1"


def test_a_moved_milestone_keeps_its_uid_and_grows_its_sequence(app, subscribe, manager):
    address, client = subscribe(manager), app.test_client()
    before, *_ = events(client.get(address))

    with transaction("moved", effective_at=NOW + timedelta(hours=1)):
        db.session.get(Milestone, 1).forecast = date(2026, 4, 7)
    with clock.pretend(NOW + timedelta(hours=2)):
        [after] = [event for event in events(client.get(address)) if event["UID"] == before["UID"]]

    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.decoded("LAST-MODIFIED") == datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
    assert after.decoded("DTSTART") == date(2026, 4, 7)


def test_what_was_cancelled_stays_as_cancelled(app, make, subscribe, manager):
    with transaction("cancelled"):
        db.session.get(Milestone, 1).cancelled_on = date(2026, 3, 12)

    first, *_ = shown(app.test_client().get(subscribe(manager)))

    assert first == ("PAC-01 M01 Ethics opinion", "2026-03-20", "CANCELLED")


def test_a_committee_shows_when_it_meets_takes_its_data_and_sends_its_pack(app, login, make, subscribe):
    portfolio = make.portfolio()
    committee = make.committee(portfolio, code="MC", name="Management committee")
    make.meeting(committee, date(2026, 3, 24), cancelled_at=NOW)
    person = make.person()
    make.grant(person, Role.COMMITTEE, portfolio)

    answer = app.test_client().get(subscribe(person, kind="committee", committee_id=committee.id))

    assert shown(answer) == [
        ("Management committee meets", "2026-03-24", "CANCELLED"),
        ("MC: data cut-off", "2026-03-18", "CANCELLED"),
        ("MC: pack is sent", "2026-03-20", "CANCELLED"),
    ]


@pytest.mark.parametrize(
    ("language", "title"),
    [("fr", "PAC-01 M01 Ethics opinion (atteint)"), ("nl", "PAC-01 M01 Ethics opinion (bereikt)")],
)
def test_it_speaks_the_language_of_its_person(app, subscribe, manager, language, title):
    with transaction("reached"):
        db.session.get(Milestone, 1).actual = date(2026, 3, 11)
        db.session.get(Person, manager.id).language = language

    first, *_ = shown(app.test_client().get(subscribe(manager)))

    assert first == (title, "2026-03-11", "CONFIRMED")


def test_a_program_that_has_it_already_is_sent_nothing_again(app, subscribe, manager):
    client, address = app.test_client(), subscribe(manager)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_leaver_a_taken_role_and_an_ended_address_open_nothing(app, login, make, subscribe, manager):
    client = app.test_client()
    own, project = subscribe(manager), subscribe(manager, kind="project", project_id=1)
    before = [client.get(address).status_code for address in (own, project)]

    with transaction("role taken away"):
        db.session.delete(db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == manager.id)).one())
    without_role = [client.get(address).status_code for address in (own, project)]
    with transaction("left"):
        db.session.get(Person, manager.id).is_active = False
    left = [client.get(address).status_code for address in (own, project)]

    assert (before, without_role, left) == ([200, 200], [404, 404], [404, 404])


def test_no_right_of_an_earlier_day_opens_it(app, subscribe, manager):
    address = subscribe(manager)

    assert app.test_client().get(f"{address}?as_of=2026-03-01").status_code == 403


def test_rights_are_those_of_the_moment_it_is_read(app, make, subscribe, manager):
    address, other = subscribe(manager), make.project(code="PAC-09")
    make.milestone(other, code="M01", name=MARK, owner_id=manager.id)

    answer = app.test_client().get(address)

    assert MARK not in answer.text


def test_a_new_address_of_the_same_calendar_ends_the_one_before(app, subscribe, manager):
    first, second = subscribe(manager), subscribe(manager)

    codes = [app.test_client().get(address).status_code for address in (first, second, "/calendar/guessed/pmo.ics")]

    assert codes == [404, 200, 404]
    assert [feed.revoked_at is None for feed in db.session.scalars(select(CalendarFeed).order_by(CalendarFeed.id))] == [
        False,
        True,
    ]


def test_who_holds_an_address_ends_it_and_nobody_else_does(app, login, subscribe, manager, make):
    address = subscribe(manager)

    by_another = login(Role.PMO).post("/feeds/calendars/1/end")
    working = app.test_client().get(address).status_code
    by_owner = login(manager).post("/feeds/calendars/1/end")

    assert (by_another.status_code, working) == (404, 200)
    assert (by_owner.status_code, by_owner.location) == (303, "/feeds")
    assert app.test_client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Fill this in."),
        ({"kind": "planet"}, "Choose one from the list."),
        ({"kind": "project"}, "Choose one from the list."),
        ({"kind": "committee", "committee_id": "x"}, "Enter a whole number."),
    ],
)
def test_a_choice_that_is_none_is_refused_with_the_form_open(login, manager, typed, sentence):
    answer = login(manager).post("/feeds/calendars", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalars(select(CalendarFeed)).all() == []


@pytest.mark.parametrize("kind", ["project", "committee"])
def test_nobody_subscribes_to_what_they_may_not_see(login, make, manager, kind):
    outside = make.portfolio()
    project, committee = make.project(make.programme(outside)), make.committee(outside)

    answer = login(manager).post("/feeds/calendars", data={"kind": kind, "project_id": project.id, "committee_id": committee.id})

    assert answer.status_code == 404


def test_an_address_is_shown_once_and_kept_as_a_digest(login, manager):
    client = login(manager)

    made = client.post("/feeds/calendars", data={"kind": "person"}, headers=HTMX)
    again = client.get("/feeds")

    secret = made.text.split("/calendar/")[1].split("/pmo.ics")[0]
    assert len(secret) > 40
    assert secret not in again.text
    assert secret.encode() not in db.session.scalars(select(CalendarFeed)).one().token_digest


@pytest.mark.parametrize("how_many", [1, 3])
def test_reading_costs_the_same_whatever_it_holds(app, make, subscribe, manager, statements, how_many):
    project = db.session.get(Milestone, 1).project
    for _ in range(how_many - 1):
        make.milestone(project)
    address = subscribe(manager)
    app.test_client().get(address)
    statements.clear()

    answer = app.test_client().get(address)

    assert len(events(answer)) == how_many + 2
    assert (
        len(statements) == 10
    )  # two of the limit on calls; address, grants; milestones, actions, meetings and when each changed
