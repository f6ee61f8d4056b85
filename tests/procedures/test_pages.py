"""The list of procedures, one of them, and "read and understood"."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.procedures.models import ProcedureIssue, ProcedureReading
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def issue_of(procedure, number=1):
    query = select(ProcedureIssue).where(ProcedureIssue.procedure_id == procedure.id, ProcedureIssue.number == number)
    return db.session.scalars(query).one()


def readings():
    db.session.expire_all()
    return [(row.issue_id, row.person_id) for row in db.session.scalars(select(ProcedureReading).order_by(ProcedureReading.id))]


def confirm(procedure, issue):
    return f"/procedures/{procedure.id}/versions/{issue.id}/confirm"


def states(page):
    """Title and state of each line, in order."""
    found = re.findall(r'class="name" href="/procedures/\d+">([^<]+)</a>.*?<span class="tag[^"]*">([^<]+)</span>', page, re.S)
    return list(found)


@pytest.fixture
def nele(make):
    return make.person("Nele Verbeke", role=Role.PROJECT_MANAGER)


def test_the_list_says_what_i_must_still_read(make, login, nele):
    make.procedure("Closing a project", audience=(Role.PROJECT_MANAGER,))
    make.reading(issue_of(make.procedure("Asking a committee")), nele)
    make.procedure("Booking costs", audience=(Role.FINANCE,))
    make.procedure("Old habits", withdrawn_at=LONG_AGO)

    page = login(nele).get("/procedures").text

    assert "1 waits for you to read it" in page
    assert states(page) == [
        ("Closing a project", "To be read"),
        ("Asking a committee", "Read and understood"),
        ("Booking costs", "For information"),
        ("Old habits", "Withdrawn"),
    ]


def test_without_procedures_the_pmo_is_led_to_the_first(app, login):
    assert "Publish the first procedure" in login(Role.PMO).get("/procedures").text


def test_one_button_says_read_and_understood(make, login, nele):
    one = make.procedure("Closing a project", text="First this, then that.")
    client, issue = login(nele), issue_of(one)

    before = client.get(f"/procedures/{one.id}").text
    answer = client.post(confirm(one, issue))
    client.post(confirm(one, issue))

    assert "First this, then that." in before
    assert "I have read and understood version 1" in before
    assert (answer.status_code, answer.location) == (303, f"/procedures/{one.id}")
    assert readings() == [(issue.id, nele.id)]
    assert "I have read and understood" not in client.get(f"/procedures/{one.id}").text


def test_a_new_version_asks_again(make, login, nele):
    one = make.procedure("Closing a project")
    make.reading(issue_of(one), nele)
    make.issue(one, 2, valid_from=date(2026, 3, 11), news="A new form")

    page = login(nele).get("/procedures").text

    assert states(page) == [("Closing a project", "To be read")]
    assert "A new form" in page


def test_a_version_of_a_later_day_does_not_ask_yet_and_can_be_read(make, login, nele):
    one = make.procedure("Closing a project")
    make.reading(issue_of(one), nele)
    later = make.issue(one, 2, valid_from=date(2026, 4, 1))
    client = login(nele)

    page = client.get("/procedures").text
    client.post(confirm(one, later))

    assert states(page) == [("Closing a project", "Read and understood")]
    assert "2 from 1 Apr 2026" in page
    assert readings()[-1] == (later.id, nele.id)


def test_a_version_that_was_replaced_is_not_confirmed_any_more(make, login, nele):
    one = make.procedure()
    first = issue_of(one)
    make.issue(one, 2, valid_from=date(2026, 3, 11))

    answer = login(nele).post(confirm(one, first), headers=HTMX)

    assert (answer.status_code, readings()) == (409, [])
    assert "A newer version took the place of this one." in answer.text


def test_what_is_withdrawn_is_not_confirmed(make, login, nele):
    one = make.procedure(withdrawn_at=LONG_AGO)

    assert login(nele).post(confirm(one, issue_of(one)), headers=HTMX).status_code == 409


def test_a_version_of_another_procedure_is_not_found(make, login, nele):
    one, other = make.procedure(), make.procedure()

    assert login(nele).post(confirm(one, issue_of(other))).status_code == 404


@pytest.mark.parametrize("role", [Role.PMO, Role.AUDITOR])
def test_who_follows_it_sees_who_has_confirmed_and_when(make, login, nele, role):
    one = make.procedure("Closing a project", audience=(Role.PROJECT_MANAGER, Role.CONTRIBUTOR))
    make.reading(issue_of(one), nele)
    make.person("Karim Benali", role=Role.CONTRIBUTOR)
    client = login(role)

    page = client.get(f"/procedures/{one.id}").text
    file = client.get(f"/procedures/{one.id}/readers.xlsx")

    rows = [row[:3] for row in load_workbook(BytesIO(file.data)).active.iter_rows(min_row=2, values_only=True)]
    assert "1 of 2" in client.get("/procedures").text
    assert ("Karim Benali" in page, "Nele Verbeke" in page) == (True, True)
    assert rows == [("Karim Benali", "Contributor", "yes"), ("Nele Verbeke", "Project manager", "yes")]


def test_others_do_not_see_who_has_confirmed(make, login, nele):
    one = make.procedure("Closing a project")
    make.reading(issue_of(one), make.person("Karim Benali", role=Role.CONTRIBUTOR))
    client = login(nele)

    assert "Karim Benali" not in client.get(f"/procedures/{one.id}").text
    assert client.get(f"/procedures/{one.id}/readers.xlsx").status_code == 403


def test_my_work_has_a_line_for_each_procedure_to_read(make, login, nele):
    one = make.procedure("Closing a project")
    make.procedure("Booking costs", audience=(Role.FINANCE,))

    page = login(nele).get("/my-work").text

    assert "1 thing waits for you" in page
    assert f'href="/procedures/{one.id}"' in page
    assert "Booking costs" not in page


def test_who_has_no_role_finds_nothing(make, login):
    assert login(make.person()).get("/procedures").status_code == 404


def test_looking_back_shows_what_was_in_force_and_confirms_nothing(make, login, nele):
    one = make.procedure("Closing a project", valid_from=date(2026, 1, 5), effective_at=LONG_AGO)
    make.issue(one, 2, valid_from=date(2026, 3, 1))
    client = login(nele)

    page = client.get(f"/procedures/{one.id}?as_of=2026-02-01").text

    assert ("Version 1" in page, "Version 2" in page, "I have read" in page) == (True, False, False)
    assert client.post(f"{confirm(one, issue_of(one))}?as_of=2026-02-01").status_code == 403


@pytest.mark.parametrize(("role", "expected"), [(Role.PROJECT_MANAGER, 5), (Role.PMO, 7)])
@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, how_many, role, expected):
    reader = make.person(role=Role.CONTRIBUTOR)
    for _ in range(how_many):
        make.reading(issue_of(make.procedure()), reader)
    client = login(role)
    statements.clear()

    client.get("/procedures")

    assert len(statements) == expected


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_page_costs_the_same_however_many_read_it(make, login, statements, how_many):
    one = make.procedure()
    for _ in range(how_many):
        make.reading(issue_of(one), make.person(role=Role.CONTRIBUTOR))
    client = login(Role.PMO)
    statements.clear()

    client.get(f"/procedures/{one.id}")

    assert len(statements) == 9
