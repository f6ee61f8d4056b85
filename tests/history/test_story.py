"""The history panel as people see it, and the list of changes between two moments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from pmo.db import Moment, acting, db, transaction
from pmo.history import queries
from pmo.history.logic import BOOKKEEPING, all_kept, kept
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Role
from tests.conftest import HTMX, NOW


def change(row, *, by=None, origin="ui", reason="", effective_at=None, **values):
    with acting(by.id if by else None, origin), transaction(reason, effective_at=effective_at):
        for name, value in values.items():
            setattr(row, name, value)


def later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


COLUMNS = """select tab, array_agg(attname::text) from history.tracked
    join pg_attribute on attrelid = format('public.%I', tab)::regclass and attnum > 0 and not attisdropped group by 1"""


def test_every_table_under_history_is_described_column_by_column(app):
    columns = {table: set(names) - BOOKKEEPING for table, names in db.session.execute(text(COLUMNS))}

    assert {one.table: set(one.fields) | one.hidden for one in all_kept()} == columns


def test_the_panel_says_who_changed_what_and_why(login, make):
    nele, milestone = make.person("Nele Peeters"), make.milestone(forecast=date(2026, 3, 27))
    change(milestone, by=nele, reason="Legal desk meets on 17 Mar", forecast=date(2026, 4, 10), effective_at=later(1))

    page = login(Role.PMO).get(f"/history/milestone/{milestone.id}", headers=HTMX).text

    assert '<del class="old">27 Mar 2026</del> <b>10 Apr 2026</b>' in page
    assert "Nele Peeters" in page
    assert "Legal desk meets on 17 Mar" in page
    assert page.strip().startswith('<aside class="panel" id="panel"')


def test_without_script_it_is_a_page(login, make):
    milestone = make.milestone(name="Contract, Tampere")

    page = login(Role.PMO).get(f"/history/milestone/{milestone.id}").text

    assert "<h1>History of Contract, Tampere</h1>" in page


def test_an_import_says_since_when_it_holds(login, make):
    january = datetime(2026, 1, 30, 11, tzinfo=UTC)
    milestone, els = make.milestone(effective_at=january), make.person("Els Wauters")
    change(milestone, by=els, origin="import", effective_at=january + timedelta(days=31), forecast=date(2026, 5, 1))

    page = login(Role.PMO).get(f"/history/milestone/{milestone.id}", headers=HTMX).text

    assert "Import by Els Wauters" in page
    assert "True on 2 Mar 2026, 12:00, recorded" in page


def test_looking_back_it_tells_only_what_was_true_by_then(login, make):
    january = datetime(2026, 1, 30, 11, tzinfo=UTC)
    milestone = make.milestone(name="As it was", effective_at=january)
    change(milestone, effective_at=january + timedelta(days=31), name="As it became")

    page = login(Role.PMO).get(f"/history/milestone/{milestone.id}?as_of=2026-02-10", headers=HTMX).text

    assert "As it was" in page
    assert "As it became" not in page


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PMO, 200), (Role.AUDITOR, 200), (Role.CONTRIBUTOR, 403), (Role.ADMINISTRATOR, 404)]
)
def test_it_takes_the_permission_to_read_history(login, make, role, status):
    milestone = make.milestone()

    assert login(role).get(f"/history/milestone/{milestone.id}").status_code == status


def test_a_stranger_to_the_project_finds_nothing(login, make):
    milestone, other = make.milestone(), make.project()

    assert login((Role.PROJECT_MANAGER, other)).get(f"/history/milestone/{milestone.id}").status_code == 404


@pytest.mark.parametrize("path", ["/history/milestone/999", "/history/credential/1", "/history/txn/1"])
def test_what_does_not_exist_or_has_no_history_is_not_found(login, path):
    assert login(Role.PMO).get(path).status_code == 404


def test_people_are_for_those_who_may_read_people(login, make):
    person = make.person()

    assert login(Role.ADMINISTRATOR).get(f"/history/person/{person.id}").status_code == 200
    assert login(Role.PMO).get(f"/history/person/{person.id}").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3, 30])
def test_the_panel_costs_the_same_however_long_the_story(login, make, statements, how_many):
    milestone, client, person = make.milestone(), login(Role.PMO), make.person()
    for number in range(how_many):
        change(milestone, by=person, name=f"Name {number}", owner_id=person.id, effective_at=later(number))
    client.get(f"/history/milestone/{milestone.id}", headers=HTMX)
    statements.clear()

    client.get(f"/history/milestone/{milestone.id}", headers=HTMX)

    # versions, names of projects and people, transactions, their authors, the newest seal
    assert len([one for one in statements if "history." in one]) == 6


def test_long_stories_are_told_in_parts(login, make):
    milestone = make.milestone()
    for number in range(55):
        change(milestone, name=f"Name {number}", effective_at=later(number))
    client = login(Role.PMO)

    first, second = (client.get(f"/history/milestone/{milestone.id}?skip={skip}", headers=HTMX).text for skip in (0, 50))

    assert (first.count('feed__i"'), second.count('feed__i"')) == (50, 6)
    assert ("skip=50" in first, "skip=100" in second) == (True, False)


def test_changes_between_two_moments_are_net(app, make):
    moved, back, gone = make.milestone(), make.milestone(), make.milestone()
    change(moved, by=make.person("Nele"), forecast=date(2026, 4, 10), effective_at=later(2))
    change(back, name="Other", effective_at=later(2))
    change(back, name="Milestone 2", effective_at=later(3))
    with transaction(effective_at=later(3)):
        db.session.delete(gone)
    new = make.milestone(moved.project, effective_at=later(3))

    found = queries.changes((Moment(later(1)), Moment(later(4))), ["milestone"])

    steps = [(one.id, one.before is None, one.after is None) for one in found]
    assert steps == [(moved.id, False, False), (gone.id, False, True), (new.id, True, False)]
    assert (found[0].before["forecast"], found[0].after["forecast"]) == (date(2026, 3, 31), date(2026, 4, 10))
    assert [queries.authors([found[0].txn])[found[0].txn].actor] == ["Nele"]


def test_changes_of_some_objects_only(app, make):
    one, other = make.milestone(), make.milestone()
    change(one, name="New name", effective_at=later(2))
    change(other, name="New name too", effective_at=later(2))

    found = queries.changes((Moment(later(1)), Moment(later(3))), ["milestone", "project"], {"milestone": [other.id]})

    assert [(each.table, each.id) for each in found] == [("milestone", other.id)]


def test_changes_since_a_settled_moment_are_those_recorded_since(app, make):
    milestone = make.milestone(effective_at=later(-10))
    settled = queries.settled()
    change(milestone, effective_at=later(-5), name="Loaded later")

    found = queries.changes((settled, Moment(settled.at)), ["milestone"])

    assert [(one.before["name"], one.after["name"]) for one in found] == [("Milestone 1", "Loaded later")]


def test_only_what_is_described_can_be_asked_for(app):
    assert kept("milestone").table == "milestone"
    with pytest.raises(NotFound):
        queries.changes((Moment(NOW), Moment(NOW)), ["milestone; drop table person"])
