"""The stakeholders of a programme: the same register as of a project, for those who may read the programme itself."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.stakeholders.models import Stakeholder
from tests.conftest import HTMX
from tests.stakeholders.test_pages import TYPED

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def register():
    db.session.expire_all()
    return list(db.session.scalars(select(Stakeholder).order_by(Stakeholder.id)))


def address(programme, one=None, verb=""):
    return f"/programmes/{programme.id}/stakeholders" + (f"/{one.id}" if one else "") + (f"/{verb}" if verb else "")


@pytest.fixture
def programme(make):
    return make.programme(code="PAC", name="Patient access")


def test_the_page_shows_the_programme_s_own_and_not_those_of_its_projects(make, login, programme):
    make.stakeholder(programme, name="Agency", power=5, interest=2)
    make.stakeholder(make.project(programme), name="Of a project")

    page = login(Role.PMO).get(address(programme)).text

    assert 'Keep satisfied</b> <span class="count">1' in page
    assert "Agency" in page
    assert "Of a project" not in page
    assert f'href="{address(programme)}"' in login(Role.PMO).get(f"/programmes/{programme.id}").text


def test_one_is_added_changed_archived_and_put_back(login, programme):
    client = login((Role.PROGRAMME_MANAGER, programme))

    added = client.post(address(programme, verb="new"), data=TYPED)
    [one] = register()
    changed = client.post(address(programme, one), data=TYPED | {"power": "2", "version": "1"}, headers=HTMX)
    archived = client.post(address(programme, one, "archive"), headers=HTMX)
    restored = client.post(address(programme, one, "restore"))

    assert (added.status_code, added.location, restored.status_code) == (303, address(programme), 303)
    assert "FAMHP is saved." in changed.text
    assert address(programme, one, "restore") in archived.text
    assert [(row.programme_id, row.project_id, row.power, row.archived_at) for row in register()] == [
        (programme.id, None, 2, None)
    ]


def test_what_cannot_be_keeps_what_was_typed(make, login, programme):
    make.stakeholder(programme, name="FAMHP", organisation="Federal agency")

    answer = login(Role.PMO).post(address(programme, verb="new"), data=TYPED | {"contact": "My words"}, headers=HTMX)

    assert answer.status_code == 422
    assert "This stakeholder stands in the register already." in answer.text
    assert 'value="My words"' in answer.text


def test_the_same_may_stand_in_a_programme_and_in_its_project(make, login, programme):
    make.stakeholder(make.project(programme), name="FAMHP", organisation="Federal agency")

    assert login(Role.PMO).post(address(programme, verb="new"), data=TYPED).status_code == 303


def test_a_stale_change_and_an_archived_programme_are_refused(make, login, programme):
    one, client = make.stakeholder(programme), login(Role.PMO)
    stale = client.post(address(programme, one), data=TYPED | {"version": "7"}, headers=HTMX)
    over = make.programme(archived_at=LONG_AGO)

    refused = client.post(address(over, verb="new"), data=TYPED, headers=HTMX)

    assert (stale.status_code, refused.status_code) == (409, 409)
    assert "The programme is archived, so nothing is changed in its stakeholders." in refused.text
    assert "Add a stakeholder" not in client.get(address(over)).text


def test_a_reader_may_not_and_a_stranger_does_not_find_it(make, login, programme):
    one, project = make.stakeholder(programme, name="Secret agency"), make.project(programme)
    reader, of_project = login((Role.COMMITTEE, programme)), login((Role.PROJECT_MANAGER, project))

    assert reader.get(address(programme, one)).status_code == 200
    assert "Add a stakeholder" not in reader.get(address(programme)).text
    assert reader.post(address(programme, verb="new"), data=TYPED).status_code == 403
    assert of_project.get(address(programme)).status_code == 404
    assert of_project.get(address(programme, one)).status_code == 404
    assert "Secret agency" not in of_project.get(f"/programmes/{programme.id}").text
    assert login((Role.PMO, make.portfolio())).get(address(programme, one)).status_code == 404


def test_one_of_another_programme_or_of_a_project_is_not_found_here(make, login, programme):
    other, of_project = make.stakeholder(make.programme()), make.stakeholder(make.project(programme))
    client = login(Role.PMO)

    assert client.get(address(programme, other)).status_code == 404
    assert client.get(address(programme, of_project)).status_code == 404


def test_the_excel_has_the_same_rows(make, login, programme):
    make.stakeholder(programme, name="Agency")
    make.stakeholder(programme, name="Patients")

    book = load_workbook(BytesIO(login(Role.PMO).get(f"{address(programme)}.xlsx?q=agency").data))

    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["Name", "Agency"]


def test_the_past_shows_who_was_there_and_refuses_writing(make, login, programme):
    make.stakeholder(programme, name="Agency")
    client = login(Role.PMO)

    assert "Agency" not in client.get(f"{address(programme)}?as_of=2026-01-01").text
    assert client.post(f"{address(programme, verb='new')}?as_of=2026-03-11", data=TYPED).status_code == 403


def test_the_history_of_one_opens_for_who_reads_the_programme(make, login, programme):
    one = make.stakeholder(programme)

    assert login((Role.PROGRAMME_MANAGER, programme)).get(f"/history/stakeholder/{one.id}").status_code == 200
    assert login((Role.PROGRAMME_MANAGER, make.programme())).get(f"/history/stakeholder/{one.id}").status_code == 404


STATEMENTS = 5  # session, programme and its portfolio, rules, the register


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_statements_whatever_its_length(make, login, programme, statements, how_many):
    for _ in range(how_many):
        make.stakeholder(programme)
    client = login(Role.PMO)
    statements.clear()

    page = client.get(address(programme), headers=HTMX)

    assert page.text.count("<tr data-row>") == how_many
    assert len(statements) == STATEMENTS
