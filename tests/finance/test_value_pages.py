"""Earned value on the pages: entered by those who run a project or its finance, shown to those who may see money, not guessed."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from pmo.db import db
from pmo.finance.models import ValueEntry
from pmo.kernel.permissions import Role
from tests.conftest import HTMX, NOW

LONG_AGO = NOW - timedelta(days=90)
STATEMENTS = 20
TYPED = {"on_day": "28/2/2026", "actual": "500", "planned": "", "to_complete": "", "note": "Ledger of February"}


def words(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.text).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(plain.split())


@pytest.fixture
def project(make):
    """Half of the weight is planned by the end of February, four tenths are reached; the budget is 1,000."""
    programme = make.programme(make.portfolio(code="BX", effective_at=LONG_AGO), name="Evidence", effective_at=LONG_AGO)
    project = make.project(programme, code="EVG-01", name="Registry", budget=1000, effective_at=LONG_AGO)
    for weight, baseline, actual in (
        (4, date(2026, 1, 31), date(2026, 2, 3)),
        (1, date(2026, 2, 20), None),
        (5, date(2026, 6, 30), None),
    ):
        make.milestone(
            project, weight=weight, baseline=baseline, forecast=actual or baseline, actual=actual, effective_at=LONG_AGO
        )
    return project


@pytest.fixture
def finance(make, login, project):
    return login(make.person("Fien Raes", role=Role.FINANCE))


def test_figures_of_a_day_are_measured_by_weighted_milestones_and_say_their_formulas(finance, project):
    answer = finance.post(f"/projects/{project.id}/value/entries/new", data=TYPED)
    page = words(finance.get(f"/projects/{project.id}/value"))

    assert (answer.status_code, answer.location) == (303, f"/projects/{project.id}/value")
    assert "BAC × 50 %, the weight of the 2 milestones with a baseline up to this day, of 3" in page
    assert "BAC × 40 %, the weight of the 1 milestone reached up to this day, of 3" in page
    assert "SPI Schedule performance index R 0.8 EV / PV 400 / 500" in page
    assert "EAC₁ At completion, if the cost efficiency so far continues 1,250 BAC / CPI 1,000 / (400 / 500)" in page
    assert "TCPI To-complete performance index, to the budget R 1.2 (BAC − EV) / (BAC − AC)" in page
    assert "EAC₄ At completion, estimated anew not known AC + ETC₀ ETC₀ is not known." in page


def test_a_project_without_budget_shows_no_number_but_why(make, finance):
    bare = make.project(name="Bare", budget=None, spent=70)

    page = words(finance.get(f"/projects/{bare.id}/value"))

    assert "EV Earned value not known The project has no approved budget." in page
    assert "AC Actual cost 70 Spent, as the project says" in page
    assert "CPI Cost performance index not known EV / AC EV is not known." in page


def test_a_project_without_any_money_says_what_is_needed(make, finance):
    bare = make.project(name="Bare")

    assert "No money in this project yet" in words(finance.get(f"/projects/{bare.id}/value"))


def test_what_is_wrong_is_said_field_by_field_and_keeps_what_was_typed(finance, project):
    url = f"/projects/{project.id}/value/entries/new"

    wrong = finance.post(url, data=TYPED | {"on_day": "soon", "actual": "much"}, headers=HTMX)
    ahead = finance.post(url, data=TYPED | {"on_day": "30/6/2026"}, headers=HTMX)
    empty = finance.post(url, data=TYPED | {"actual": ""}, headers=HTMX)

    assert [answer.status_code for answer in (wrong, ahead, empty)] == [422, 422, 422]
    assert "Enter a date such as 31/03/2026." in words(wrong)
    assert "Enter an amount such as 410000, 410 k or 1.2 M." in words(wrong)
    assert 'value="much"' in wrong.text
    assert 'value="Ledger of February"' in wrong.text
    assert "For a day to come only a planned value can be entered." in words(ahead)
    assert "Enter at least one amount." in words(empty)


def test_a_second_entry_for_a_day_and_a_stale_one_are_refused(make, finance, project):
    entry = make.value_entry(project)
    url = f"/projects/{project.id}/value/entries/{entry.id}"

    twice = finance.post(f"/projects/{project.id}/value/entries/new", data=TYPED)
    stale = finance.post(url, data=TYPED | {"actual": "650", "version": "99"})

    assert (twice.status_code, stale.status_code) == (422, 409)
    assert "There are amounts for this day already: change those." in words(twice)
    assert 'value="650"' in stale.text
    assert db.session.get_one(ValueEntry, entry.id).actual == 500


def test_an_entry_is_corrected_and_a_slip_is_voided_with_its_reason(make, finance, project):
    entry = make.value_entry(project)
    url = f"/projects/{project.id}/value/entries/{entry.id}"

    corrected = finance.post(url, data=TYPED | {"actual": "400", "version": str(entry.version)})
    db.session.refresh(entry)
    unsaid = finance.post(f"{url}/void", data={"version": str(entry.version)})
    voided = finance.post(f"{url}/void", data={"version": str(entry.version), "void_reason": "Another project's ledger"})
    db.session.refresh(entry)

    assert [answer.status_code for answer in (corrected, unsaid, voided)] == [303, 422, 303]
    assert (entry.actual, entry.void_reason) == (400, "Another project's ledger")
    assert "No actual cost was entered, and the project does not say what was spent." in words(
        finance.get(f"/projects/{project.id}/value")
    )
    assert finance.get(url).status_code == 404


def test_the_state_of_an_earlier_day_shows_what_was_entered_then_and_takes_nothing(make, finance, project):
    entry = make.value_entry(project, effective_at=NOW - timedelta(days=9))
    finance.post(f"/projects/{project.id}/value/entries/{entry.id}", data=TYPED | {"actual": "777", "version": "1"})

    now, then = (words(finance.get(f"/projects/{project.id}/value{asked}")) for asked in ("", "?as_of=2026-03-04"))
    form = finance.get(f"/projects/{project.id}/value/entries/new?as_of=2026-03-04")

    assert "AC Actual cost 777" in now
    assert "AC Actual cost 500" in then
    assert "Enter amounts" not in then
    assert form.status_code == 403


def test_money_is_for_those_who_may_see_it(make, login, project):
    make.value_entry(project, note="Quagga")
    contributor, committee = (login(make.person(role=role)) for role in (Role.CONTRIBUTOR, Role.COMMITTEE))
    url = f"/projects/{project.id}"

    assert contributor.get(f"{url}/value").status_code == 404
    assert contributor.get(f"{url}/value/list.xlsx").status_code == 404
    assert "Earned value" not in contributor.get(url).text
    assert "Earned value" not in contributor.get(f"/programmes/{project.programme_id}").text
    assert committee.get(f"{url}/value").status_code == 200
    assert committee.get(f"{url}/value/entries/new").status_code == 403


def test_a_programme_adds_up_by_currency_what_is_wholly_known(make, finance, project):
    make.value_entry(project)
    other = make.project(project.programme, code="EVG-02", budget=2000, currency="SEK", spent=100)
    make.milestone(other, baseline=date(2026, 2, 1), actual=date(2026, 2, 1), forecast=date(2026, 2, 1))
    make.project(project.programme, code="EVG-03", budget=300)

    page = words(finance.get(f"/programmes/{project.programme_id}"))

    assert "EUR € 1 k € 500 € 400 € 500 R 0.8 R 0.8 € 1 k 1 of 2 known EVG-01" in page
    assert "SEK SEK 2 k SEK 2 k SEK 2 k SEK 100 G 1 G 20 SEK 100 1 of 1 known EVG-02" in page


def test_excel_holds_every_status_day_with_numbers_and_real_dates(make, finance, project):
    make.value_entry(project, on_day=date(2026, 1, 31), actual=200)
    make.value_entry(project, note="=1+1")

    answer = finance.get(f"/projects/{project.id}/value/list.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)

    assert rows[0][:6] == ("Status day", "Currency", "BAC", "PV", "EV", "AC")
    assert [(row[0].date(), *row[1:6]) for row in rows[1:]] == [
        (date(2026, 1, 31), "EUR", 1000, 400, 0, 200),
        (date(2026, 2, 28), "EUR", 1000, 500, 400, 500),
    ]
    assert rows[2][-1] == "=1+1"


def test_the_word_report_of_a_project_says_its_earned_value_in_a_table(make, finance, project):
    make.value_entry(project)
    what = {"what": f"project:{project.id}", "lang": "fr"}

    read = Document(BytesIO(finance.get("/reports/draft.docx", query_string=what).data))

    table = next(table for table in read.tables if table.rows[0].cells[0].text == "BAC")
    cells = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.cells] for row in table.rows]
    assert cells == [
        ["BAC", "PV", "EV", "AC", "SPI", "CPI", "EAC", "VAC"],
        ["1 k€", "500 €", "400 €", "500 €", "0,8", "0,8", "1 k€", "−250 €"],
    ]
    assert any("Valeur acquise au 28 févr. 2026" in one.text.replace("\N{NO-BREAK SPACE}", " ") for one in read.paragraphs)


def test_one_project_and_three_take_as_many_statements(make, finance, project, statements):
    counts = []
    for _ in range(2):
        statements.clear()
        finance.get(f"/programmes/{project.programme_id}")
        counts.append(len(statements))
        for number in (2, 3):
            other = make.project(project.programme, budget=10 * number)
            make.milestone(other)
            make.value_entry(other)

    assert counts[0] == counts[1]


def test_one_status_day_and_three_take_as_many_statements(make, finance, project, statements):
    counts = []
    for month in (1, 2):
        make.value_entry(project, on_day=date(2026, month, 28))
        statements.clear()
        finance.get(f"/projects/{project.id}/value")
        counts.append(len(statements))

    assert counts == [STATEMENTS, STATEMENTS]
