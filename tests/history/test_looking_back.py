"""A session turned towards a moment: the same queries show that moment, nothing can be written, also after a rollback."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pmo.db import as_of, db, transaction
from pmo.history import queries
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone
from tests.conftest import NOW

BEFORE, AFTER = NOW + timedelta(hours=1), NOW + timedelta(hours=3)


@pytest.fixture
def moved(make) -> Milestone:
    """A milestone moved from 31 March to 20 April, two hours from now."""
    milestone = make.milestone(forecast=date(2026, 3, 31))
    with transaction("moved", effective_at=NOW + timedelta(hours=2)):
        milestone.forecast = date(2026, 4, 20)
    return milestone


def forecast(milestone_id: int) -> date:
    return db.session.scalars(select(Milestone.forecast).where(Milestone.id == milestone_id)).one()


def test_the_same_query_shows_each_moment(moved):
    number = moved.id
    with as_of(BEFORE):
        then = forecast(number)
    with as_of(AFTER):
        later = forecast(number)

    assert (then, later, forecast(number)) == (date(2026, 3, 31), date(2026, 4, 20), date(2026, 4, 20))


def test_relationships_lead_through_the_same_moment(make, moved):
    number = moved.id
    with transaction("renamed", effective_at=AFTER):
        moved.project.name = "New name"

    with as_of(BEFORE):
        assert db.session.get(Milestone, number).project.name == "Project 1"


def test_a_rollback_does_not_turn_it_back(moved):
    number = moved.id
    with as_of(BEFORE):
        db.session.rollback()
        assert forecast(number) == date(2026, 3, 31)


@pytest.mark.parametrize("statement", ["update public.project set name = 'x'", "delete from milestone"])
def test_nothing_can_be_written_there(moved, statement):
    with as_of(BEFORE):
        for _ in range(2):
            with pytest.raises(DBAPIError, match="read-only|permission denied"):
                db.session.execute(text(statement))
            db.session.rollback()


def test_the_session_comes_back_to_the_present(moved):
    number = moved.id
    with as_of(BEFORE):
        forecast(number)
    with transaction("back", effective_at=AFTER):
        db.session.get(Milestone, number).name = "Written again"

    assert db.session.get(Milestone, number).name == "Written again"


def test_prepared_statements_do_not_mix_the_moments(moved):
    """psycopg prepares a statement at its sixth use; the plan of the present must not answer for the past."""
    number, shown = moved.id, []
    for turn in range(20):
        if turn % 2:
            with as_of(BEFORE):
                shown.append(forecast(number))
        else:
            shown.append(forecast(number))

    assert shown == [date(2026, 4, 20), date(2026, 3, 31)] * 10


def test_today_is_that_day(moved):
    with as_of(BEFORE + timedelta(days=40)):
        assert clock.today() == date(2026, 4, 21)


def test_people_are_always_those_of_now(make):
    person = make.person(name="Before")
    number = person.id
    with transaction("married", effective_at=NOW + timedelta(hours=2)):
        person.name = "After"

    with as_of(BEFORE):
        assert db.session.get(Person, number).name == "After"


def test_an_edition_sees_even_people_as_they_were_known(make):
    person = make.person(name="Before")
    number, settled = person.id, queries.settled()
    with transaction("married", effective_at=NOW + timedelta(hours=2)):
        person.name = "After"

    with as_of(AFTER, settled.known_txn):
        assert db.session.get(Person, number).name == "Before"


def test_what_is_loaded_in_the_past_is_forgotten_in_the_present(moved):
    number = moved.id
    with as_of(BEFORE):
        then = db.session.get(Milestone, number)
        assert then.forecast == date(2026, 3, 31)

    assert db.session.get(Milestone, number).forecast == date(2026, 4, 20)


def test_a_revoked_grant_opens_nothing_in_the_past(make, login, moved):
    person = make.person()
    make.grant(person, Role.PROJECT_MANAGER, moved.project)
    client = login(person)
    path = f"/history/milestone/{moved.id}?as_of={BEFORE:%Y-%m-%dT%H:%MZ}"
    seen = client.get(path).status_code
    with transaction("moved on"):
        db.session.execute(text("delete from role_grant where person_id = :id"), {"id": person.id})

    assert (seen, client.get(path).status_code) == (200, 404)


def test_a_write_before_newer_history_is_refused_with_a_sentence(moved):
    number = moved.id

    with pytest.raises(Conflict, match="changed after the moment"), transaction("older", effective_at=NOW - timedelta(days=30)):
        db.session.get(Milestone, number).forecast = date(2026, 1, 1)

    assert forecast(number) == date(2026, 4, 20)


def test_a_project_that_did_not_exist_yet_is_not_there(make):
    project = make.project(effective_at=NOW)
    number = project.id

    with as_of(NOW - timedelta(days=1)):
        assert db.session.get(Project, number) is None


def test_a_day_to_come_is_refused_with_a_sentence(login, moved):
    answer = login(Role.PMO).get("/portfolio?as_of=2030-01-01")

    assert answer.status_code == 422
    assert "This day lies ahead" in answer.text
