"""A list of projects speaks only of what it has columns for: the rest of a declared state stays, and so does its author's."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.exchange.logic.telling import NOTHING, Spoken, Stated, over, telling
from pmo.exchange.logic.wanted import Told
from pmo.kernel import clock
from pmo.portfolio import actions as portfolios
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from tests.exchange.reading import bring

FIRST = "Code;Name;Department\nPAC-02;Medical need order desk;Care\n"
AMBER = "Code;Name;Status\nPAC-02;Medical need order desk;Amber\n"
DAY = date(2026, 2, 28)
FULL = {one: Colour.GREEN for one in Dimension}
GREEN = over(NOTHING, Told((("overall", "green"), ("scope", "green")), (("done", "Desk open"),)))


def stated(told=GREEN, on=date(2026, 2, 20), by_hand=True, number=1):
    return Stated(number, told, on, by_hand)


def said(colour):
    return Told((("overall", colour),))


@pytest.fixture
def manager(make):
    return make.person("Petra Manager")


@pytest.fixture
def declared(manager):
    """A project with a full update by its manager, of 20 February."""
    bring(FIRST, "first_2026-01-31.csv")
    declare(manager, date(2026, 2, 20), FULL, done="Desk open", next="Hire", attention="Contract")


def declare(person, on, colours, **words):
    with acting(person.id, "web"), transaction("declared", effective_at=clock.end_of_day(on)):
        project = db.session.scalars(select(Project)).one()
        return portfolios.declare(project, portfolios.Declaration(on, colours=colours, **words)).id


def newest():
    db.session.expire_all()
    return db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.stated_at.desc(), StatusUpdate.id.desc())).first()


def test_what_a_list_does_not_say_stays_declared(declared):
    bring(AMBER, "status_2026-02-28.csv")

    now = newest()
    assert {one.value: getattr(now, one.value) for one in Dimension} == {one.value: "green" for one in Dimension} | {
        "overall": "amber"
    }
    assert (now.done, now.next, now.attention) == ("Desk open", "Hire", "Contract")


def test_the_update_is_in_the_name_of_who_brought_the_list_in(declared, manager):
    bring(AMBER, "status_2026-02-28.csv")

    updates = db.session.execute(select(StatusUpdate.author_id, StatusUpdate.source).order_by(StatusUpdate.id)).all()
    assert updates == [(manager.id, ""), (None, "status_2026-02-28.csv")]


def test_an_update_written_here_after_the_day_of_the_list_stays_the_one_that_counts(declared, manager):
    later = declare(manager, date(2026, 3, 2), FULL, done="Written since")

    plan = bring(AMBER, "status_2026-02-28.csv")

    assert (newest().id, len(db.session.scalars(select(StatusUpdate)).all())) == (later, 2)
    assert [row.telling.held for row in plan.rows] == [True]


def test_the_same_list_again_says_nothing_more(declared):
    bring(AMBER, "status_2026-02-28.csv")

    again = bring(AMBER, "status_2026-02-28.csv")

    assert again.changes_nothing
    assert len(db.session.scalars(select(StatusUpdate)).all()) == 2


def test_a_corrected_list_of_the_same_day_corrects_its_own_update(declared):
    bring(AMBER, "status_2026-02-28.csv")

    bring(AMBER.replace("Amber", "Red"), "status_2026-02-28.csv")

    assert db.session.scalars(select(StatusUpdate.overall).order_by(StatusUpdate.id)).all() == ["green", "red"]


def test_a_colour_to_be_confirmed_says_nothing(declared):
    bring(AMBER.replace("Amber", "TBC"), "status_2026-03-01.csv")

    assert (newest().overall, newest().source) == ("green", "")


@pytest.mark.parametrize(
    ("spoken", "after"),
    [
        (Spoken(), "amber"),
        (Spoken(last=stated()), "amber"),
        (Spoken(last=stated(over(GREEN, said("amber")))), None),  # somebody declared the same
        (Spoken(last=stated(over(GREEN, said("amber")), by_hand=False)), "amber"),  # a list of another day did: it is repeated
        (Spoken(last=stated(over(GREEN, said("amber")), on=DAY, by_hand=False)), None),
        (Spoken(last=stated(number=2), then=stated(over(GREEN, said("amber")), on=DAY, by_hand=False)), None),  # came in before
    ],
)
def test_a_list_adds_an_update_only_where_it_has_something_to_add(spoken, after):
    found = telling(said("amber"), spoken, DAY)

    assert (dict(found.after.colours)["overall"] if found else None) == after


def test_a_newer_update_holds_the_list_back_and_shows_what_it_would_say():
    found = telling(said("red"), Spoken(last=stated(), newer=stated(over(GREEN, said("amber")), number=2)), DAY)

    assert (found.held, found.changes) == (True, [("overall", "amber", "red")])


def test_an_unreadable_colour_says_nothing(declared):
    bring(AMBER.replace("Amber", "blauw") + "PAC-03;Stock;Green\n", "status_2026-02-28.csv")

    assert db.session.scalars(select(StatusUpdate.overall).join(Project).where(Project.code == "PAC-02")).all() == ["green"]
