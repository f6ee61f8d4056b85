"""The register of stakeholders of a project, and one of them beside it."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.stakeholders.models import Stakeholder
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
TYPED = {
    "name": "FAMHP", "organisation": "Federal agency", "role": "Decides", "contact": "desk@example.org", "power": "5",
    "interest": "3", "engagement": "neutral", "desired": "supportive", "message": "Dates of the order desk", "channel": "Letter",
    "rhythm": "quarterly", "owner_id": "",
}  # fmt: skip


def register():
    db.session.expire_all()
    return list(db.session.scalars(select(Stakeholder).order_by(Stakeholder.id)))


def address(project, one=None, verb=""):
    return f"/projects/{project.id}/stakeholders" + (f"/{one.id}" if one else "") + (f"/{verb}" if verb else "")


def test_the_tab_shows_the_grid_and_the_register(make, login):
    project = make.project()
    make.stakeholder(project, name="Agency", power=5, interest=2, message="The order desk opens")
    make.stakeholder(project, name="Patients", power=2, interest=5, engagement="supportive")
    make.stakeholder(project, name="Went away", archived_at=LONG_AGO)
    make.stakeholder(make.project(), name="Of another project")

    page = login(Role.PMO).get(address(project)).text

    assert 'Keep satisfied</b> <span class="count">1' in page
    assert 'Keep informed</b> <span class="count">1' in page
    assert "1 stands less behind it than needed" in page
    assert "The order desk opens" in page
    assert "Went away" not in page
    assert "Of another project" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=agenc", ["Agency"]), ("attention=inform", ["Patients"]), ("short=1", ["Agency"]), ("archived=1", ["Went away"]),
     ("attention=nonsense", ["Agency", "Patients"]), ("q=nobody", [])],
)  # fmt: skip
def test_the_list_is_filtered_on_page_and_in_excel(make, login, query, shown):
    project, client = make.project(), login(Role.PMO)
    make.stakeholder(project, name="Agency", power=5, interest=2)
    make.stakeholder(project, name="Patients", power=2, interest=5, engagement="supportive")
    make.stakeholder(project, name="Went away", archived_at=LONG_AGO)

    page = client.get(f"{address(project)}?{query}")
    file = client.get(f"{address(project)}.xlsx?{query}")

    names = [row[0] for row in load_workbook(BytesIO(file.data)).active.iter_rows(min_row=2, values_only=True)]
    assert (page.status_code, names) == (200, shown)
    assert ("No stakeholder is like this" in page.text) == (shown == [])


def test_a_project_without_stakeholders_says_what_to_note(make, login):
    assert "Add the first stakeholder" in login(Role.PMO).get(address(make.project())).text


def test_a_project_manager_adds_a_stakeholder(make, login):
    project = make.project()
    client = login((Role.PROJECT_MANAGER, project))

    answer = client.post(address(project, verb="new"), data=TYPED)

    [made] = register()
    assert (answer.status_code, answer.location) == (303, address(project))
    assert (made.name, made.power, made.interest, made.rhythm, made.owner_id) == ("FAMHP", 5, 3, "quarterly", None)


def test_bad_input_keeps_what_was_typed(make, login):
    project = make.project()

    answer = login(Role.PMO).post(address(project, verb="new"), data={**TYPED, "name": "", "power": "6"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Name: Fill this in." in answer.text
    assert "Power: This number is too large." in answer.text
    assert 'value="desk@example.org"' in answer.text
    assert register() == []


def test_the_same_stakeholder_twice_is_refused(make, login):
    project = make.project()
    make.stakeholder(project, name="famhp", organisation="Federal Agency")

    answer = login(Role.PMO).post(address(project, verb="new"), data=TYPED, headers=HTMX)

    assert answer.status_code == 422
    assert "This stakeholder stands in the register already." in answer.text


def test_a_stakeholder_is_changed(make, login):
    project, kim = make.project(), make.person("Kim Peeters")
    one = make.stakeholder(project)

    answer = login(Role.PMO).post(address(project, one), data={**TYPED, "version": "1", "owner_id": str(kim.id)}, headers=HTMX)

    [row] = register()
    assert (answer.status_code, answer.headers["HX-Trigger-After-Settle"]) == (200, "stakeholders-changed")
    assert (row.name, row.organisation, row.owner_id, row.version) == ("FAMHP", "Federal agency", kim.id, 2)


def test_a_stale_form_changes_nothing(make, login):
    project = make.project()
    one = make.stakeholder(project, name="Before")

    answer = login(Role.PMO).post(address(project, one), data={**TYPED, "version": "9"}, headers=HTMX)

    assert answer.status_code == 409
    assert 'value="FAMHP"' in answer.text
    assert register()[0].name == "Before"


def test_who_was_archived_comes_back_by_undo(make, login):
    project, client = make.project(), login(Role.PMO)
    one = make.stakeholder(project)

    answer = client.post(address(project, one, "archive"), headers=HTMX)
    archived = register()[0].archived_at
    client.post(address(project, one, "restore"))

    assert f'action="{address(project, one, "restore")}"' in answer.text
    assert (archived is not None, register()[0].archived_at) == (True, None)


def test_an_archived_project_keeps_its_register_as_it_is(make, login):
    project = make.project(state="archived")

    answer = login(Role.PMO).post(address(project, verb="new"), data=TYPED, headers=HTMX)

    assert (answer.status_code, register()) == (409, [])


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.COMMITTEE])
def test_a_reader_may_look_and_not_write(make, login, role):
    project, client = make.project(), login(role)
    one = make.stakeholder(project, contact="through the desk")

    seen = client.get(address(project, one))

    assert (seen.status_code, "through the desk" in seen.text, "stakeholder-form" in seen.text) == (200, True, False)
    assert client.post(address(project, one), data=TYPED).status_code == 403
    assert client.post(address(project, one, "archive")).status_code == 403


def test_a_stranger_finds_nobody(make, login):
    project, other = make.project(), make.project()
    one = make.stakeholder(project, name="Quagga agency")
    client = login((Role.PROJECT_MANAGER, other))

    assert client.get(address(project)).status_code == 404
    assert client.get(address(project, one)).status_code == 404
    assert client.get(address(other, one)).status_code == 404
    assert "Quagga agency" not in client.get("/search?q=Quagga").text


def test_looking_back_shows_the_register_as_it_was(make, login):
    project, client = make.project(effective_at=LONG_AGO), login(Role.PMO)
    make.stakeholder(project, name="Early", effective_at=LONG_AGO)
    make.stakeholder(project, name="Later")

    page = client.get(f"{address(project)}?as_of=2026-02-01").text

    assert ("Early" in page, "Later" in page, "Add a stakeholder" in page) == (True, False, False)
    assert client.post(f"{address(project, verb='new')}?as_of=2026-02-01", data=TYPED).status_code == 403


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_register_costs_the_same_whatever_its_length(make, login, statements, how_many):
    project, client = make.project(), login(Role.PMO)
    for _ in range(how_many):
        make.stakeholder(project)
    statements.clear()

    client.get(address(project))

    assert len(statements) == 17
