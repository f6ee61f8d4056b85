"""The register and its items as pages."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.raid.models import RaidItem
from tests.conftest import HTMX

NEW = {
    "type": "risk",
    "title": "Label stock late",
    "probability": "4",
    "impact": "5",
    "due": "+2w",
    "response": "reduce",
    "response_text": "Print early",
}


def items():
    db.session.expire_all()
    return list(db.session.scalars(select(RaidItem).order_by(RaidItem.id)))


def titles(answer):
    """Of the items a list shows, in its order."""
    return [line.split("</a>")[0].rsplit(">", 1)[1] for line in answer.text.split('<span class="code">')[1:]]


@pytest.fixture
def full(make):
    """A register of two projects: four types, one overdue, one closed."""
    project = make.project(code="PAC-01")
    other = make.project(code="EVG-03")
    kim = make.person("Kim Peeters")
    make.raid_item(project, title="Small risk", probability=1, impact=2)
    make.raid_item(project, title="Big risk", probability=4, impact=5, owner_id=kim.id, due=date(2026, 3, 1))
    make.raid_item(other, title="Élan lost", type="issue", code="I-001", probability=3, impact=3, due=date(2026, 4, 1))
    make.raid_item(other, title="Depends on portal", type="dependency", code="D-001", probability=None, impact=None)
    make.raid_item(other, title="Long over", code="R-099", status="closed", closed_on=date(2026, 2, 1))
    return project


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Big risk", "Small risk", "Élan lost", "Depends on portal"]),
        ("type=issue", ["Élan lost"]),
        ("q=elan", ["Élan lost"]),
        ("q=kim", ["Big risk"]),
        ("q=risk>=15", ["Big risk"]),
        ("q=level>=9 -type:risk", ["Élan lost"]),
        ("project=EVG-03", ["Élan lost", "Depends on portal"]),
        ("state=closed", ["Long over"]),
        ("overdue=1", ["Big risk"]),
        ("owner=none&type=risk", ["Small risk"]),
        ("cell=4x5", ["Big risk"]),
        ("cell=9x9&type=nonsense&sort=nothing", ["Big risk", "Small risk", "Élan lost", "Depends on portal"]),
        ("sort=due", ["Big risk", "Élan lost", "Small risk", "Depends on portal"]),
        ("sort=-item&type=risk", ["Small risk", "Big risk"]),
    ],
)
def test_the_register_is_filtered_and_sorted_by_its_address(full, login, query, expected):
    answer = login(Role.PMO).get(f"/raid?{query}")

    assert answer.status_code == 200
    assert titles(answer) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Big risk", "Small risk", "Élan lost", "Depends on portal"]),
        ("state=left", ["Nobody closed it"]),
        ("project=OLD-01", ["Nobody closed it"]),
        ("state=all", ["Nobody closed it", "Big risk", "Long over", "Small risk", "Élan lost", "Depends on portal"]),
    ],
)
def test_what_a_closed_project_left_open_is_shown_when_asked_for(full, make, login, query, expected):
    make.raid_item(make.project(code="OLD-01", state="closed"), title="Nobody closed it", probability=5, impact=5)

    answer = login(Role.PMO).get(f"/raid?{query}")

    assert titles(answer) == expected


def test_a_filter_that_cannot_be_understood_is_answered_with_a_sentence_and_the_list(full, login):
    answer = login(Role.PMO).get("/raid?q=colour:red", headers=HTMX)

    assert answer.status_code == 422
    assert "There is no field colour here." in answer.text
    assert 'value="colour:red"' in answer.text
    assert len(titles(answer)) == 4


def test_levels_carry_their_number_and_their_word(full, login):
    page = login(Role.PMO).get("/raid").text

    assert '<span class="score h5">20</span><span class="vh"> high</span>' in page
    assert '<span class="score h1">2</span><span class="vh"> low</span>' in page
    assert "risks of level 20, high" in page


def test_excel_has_the_same_rows_in_the_same_order(full, login):
    answer = login(Role.PMO).get("/raid/register.xlsx?sort=due&project=EVG-03")

    sheet = load_workbook(BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[5] for row in rows[1:]] == ["Élan lost", "Depends on portal"]
    assert rows[1][12].date() == date(2026, 4, 1)
    assert rows[1][10] == 9


def test_lists_show_only_what_one_may_see(full, login):
    client = login((Role.PROJECT_MANAGER, full))

    page = client.get("/raid")
    file = client.get("/raid/register.xlsx")

    assert titles(page) == ["Big risk", "Small risk"]
    assert "EVG-03" not in page.text
    assert [row[5].value for row in load_workbook(BytesIO(file.data)).active.iter_rows(min_row=2)] == ["Big risk", "Small risk"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_register_costs_the_same_whatever_its_length(make, login, statements, how_many):
    for _ in range(how_many):
        make.raid_item(owner_id=make.person().id)
    client = login(Role.PMO)
    statements.clear()

    client.get("/raid")

    assert len(statements) == 8


def test_the_next_page_begins_where_this_one_ends(make, login, monkeypatch):
    project = make.project()
    for number in range(5):
        make.raid_item(project, title=f"Risk {number}", probability=5 - number, impact=1)
    monkeypatch.setattr("pmo.web.tables.ROWS", 2)
    client = login(Role.PMO)

    first = client.get("/raid")
    following = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following)

    assert titles(first) == ["Risk 0", "Risk 1"]
    assert titles(second) == ["Risk 2", "Risk 3"]


def test_an_item_is_added_changed_closed_and_opened_again(make, login):
    project = make.project()
    client = login((Role.CONTRIBUTOR, project))

    added = client.post("/raid/new", data=NEW | {"project_id": str(project.id)}, headers=HTMX)
    [item] = items()
    facts = (item.code, item.level, item.due, item.response)
    client.post(
        f"/raid/{item.id}/edit", data=NEW | {"title": "Labels late", "impact": "2", "due": "-1w", "version": "1"}, headers=HTMX
    )
    changed = (items()[0].title, items()[0].level, items()[0].due)
    silent = client.post(f"/raid/{item.id}/close", data={"reason": "", "version": "2"}, headers=HTMX)
    client.post(f"/raid/{item.id}/close", data={"reason": "Labels arrived", "status": "closed", "version": "2"}, headers=HTMX)
    closed = items()[0].closing_reason
    client.post(f"/raid/{item.id}/reopen")

    assert facts == ("R-001", 20, date(2026, 3, 26), "reduce")
    assert "raid-changed" in added.headers["HX-Trigger-After-Settle"]
    assert changed == ("Labels late", 8, date(2026, 3, 19))
    assert (silent.status_code, closed, items()[0].closed_on) == (422, "Labels arrived", None)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "Fill this in."),
        ({"probability": "6"}, "This number is too large."),
        ({"due": "one day"}, "Enter a date such as 31/03/2026, or a step such as +10d or 2w."),
        ({"project_id": ""}, "Choose a project."),
        ({"response": "pray"}, "Choose one from the list."),
    ],
)
def test_a_refused_item_keeps_what_was_typed(make, login, typed, message):
    project = make.project()

    answer = login(Role.PMO).post("/raid/new", data=NEW | {"project_id": str(project.id)} | typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.text
    assert "Print early" in answer.text
    assert items() == []


def test_who_was_slower_keeps_their_words_and_sees_what_was_saved(make, login):
    item = make.raid_item(title="Label stock", probability=3, impact=3)
    client = login(Role.PMO)
    client.post(f"/raid/{item.id}/edit", data=NEW | {"title": "Their title", "version": "1"})

    answer = client.post(f"/raid/{item.id}/edit", data=NEW | {"title": "My title", "impact": "2", "version": "1"}, headers=HTMX)

    assert answer.status_code == 409
    assert 'value="My title"' in answer.text
    assert "<b>Their title</b>" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_a_risk_that_occurred_becomes_an_issue(make, login):
    item = make.raid_item(title="Label stock")
    client = login(Role.PMO)

    answer = client.post(f"/raid/{item.id}/issue", headers=HTMX)
    again = client.post(f"/raid/{item.id}/issue", headers=HTMX)

    assert "I-001" in answer.text
    assert again.status_code == 409
    assert [found.type for found in items()] == ["risk", "issue"]


def test_many_items_change_at_once_after_a_look(make, login):
    project, locked = make.project(), make.project()
    mine, other, foreign = make.raid_item(project), make.raid_item(project), make.raid_item(locked)
    kim = make.person("Kim Peeters", role=Role.CONTRIBUTOR)
    client = login((Role.PROJECT_MANAGER, project), (Role.COMMITTEE, locked))
    ticked = {"item": [str(item.id) for item in (mine, other, foreign)]}

    look = client.post("/raid/many", data=ticked | {"do": "owner"}, headers=HTMX)
    client.post("/raid/many", data=ticked | {"do": "owner", "owner_id": str(kim.id), "confirmed": "true"}, headers=HTMX)
    client.post("/raid/many", data=ticked | {"do": "due", "due": "+2w", "confirmed": "true"})
    owners, dues = [item.owner_id for item in items()], [item.due for item in items()]
    silent = client.post("/raid/many", data=ticked | {"do": "close", "confirmed": "true"}, headers=HTMX)
    client.post("/raid/many", data=ticked | {"do": "close", "reason": "Merged", "confirmed": "true"})

    assert "Change 2 items" in look.text
    assert "1 ticked item stays as it is" in look.text
    assert owners == [kim.id, kim.id, None]
    assert dues == [date(2026, 3, 26), date(2026, 3, 26), None]
    assert silent.status_code == 422
    assert [item.status for item in items()] == ["closed", "closed", "open"]


def test_nothing_ticked_is_said(make, login):
    make.raid_item()

    assert "Tick the items first." in login(Role.PMO).post("/raid/many", data={"do": "owner"}, headers=HTMX).text


def test_the_owner_of_an_item_may_change_it_and_a_reader_may_not(make, login):
    project, person = make.project(), make.person()
    make.grant(person, Role.COMMITTEE, project)
    mine, other = make.raid_item(project, owner_id=person.id), make.raid_item(project)
    client = login(person)

    assert client.get(f"/raid/{mine.id}/edit").status_code == 200
    assert client.get(f"/raid/{other.id}/edit").status_code == 403


@pytest.mark.parametrize("tail", ["", "/edit", "/close"])
def test_a_stranger_finds_nothing(make, login, tail):
    item = make.raid_item(title="SECRET RISK")

    answer = login((Role.PROJECT_MANAGER, make.project())).get(f"/raid/{item.id}{tail}", headers=HTMX)

    assert (answer.status_code, "SECRET" in answer.text) == (404, False)


def test_a_project_has_its_own_register(full, login):
    client = login(Role.PMO)

    assert titles(client.get(f"/projects/{full.id}/raid")) == ["Big risk", "Small risk"]
    assert titles(client.get(f"/projects/{full.id}/raid?sort=level")) == ["Small risk", "Big risk"]
