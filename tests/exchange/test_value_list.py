"""Amounts for earned value by list: taken out as a sheet, filled in, looked at, brought in; conflicts and refusals by cell."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.exchange.bringing import Where, bring_entries, read_list
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices
from pmo.exchange.models import ImportRun
from pmo.exchange.value_sheet import COLUMNS, rows
from pmo.finance.models import ValueEntry
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio
from pmo.status.actions import HOUSE

LIST = (
    "Project;Status day;Planned value;Actual cost;Estimate to complete;Note\n"
    "LUM-1;31/01/2026;90000;100000;;Ledger of January\n"
    "LUM-1;28/02/2026;;125000;60000;\n"
    "REG-2;28/02/2026;;80000;;\n"
)


@pytest.fixture
def projects(make):
    programme = make.programme()
    first = make.project(programme, code="LUM-1", name="LUMEN", budget=Decimal(200_000))
    second = make.project(programme, code="REG-2", name="Registry", budget=Decimal(100_000))
    for done in (date(2026, 1, 20), None):
        make.milestone(first, baseline=date(2026, 1, 31), forecast=date(2026, 1, 31), actual=done)
    return first, second


def bring(content, dry_run=False, name="value.csv", **where):
    heard = read_list(content.encode() if isinstance(content, str) else content, name, Kind.VALUE, Choices())
    return bring_entries(heard, Kind.VALUE, Where(**where), dry_run=dry_run)


def entries():
    e = ValueEntry
    query = select(e.on_day, e.planned, e.actual, e.to_complete, e.note).order_by(e.project_id, e.on_day)
    return [tuple(row) for row in db.session.execute(query)]


def test_every_row_is_an_entry_of_its_project_and_day(projects):
    report = bring(LIST)

    assert (report["created"], report["updated"], report["unchanged"], report["conflicts"]) == (3, 0, 0, 0)
    assert entries() == [
        (date(2026, 1, 31), Decimal(90_000), Decimal(100_000), None, "Ledger of January"),
        (date(2026, 2, 28), None, Decimal(125_000), Decimal(60_000), ""),
        (date(2026, 2, 28), None, Decimal(80_000), None, ""),
    ]


def test_a_trial_says_the_same_and_keeps_nothing(projects):
    tried = bring(LIST, dry_run=True)

    assert entries() == []
    assert tried["lines"] == bring(LIST)["lines"]


def test_the_same_list_again_changes_nothing(projects):
    bring(LIST)
    before = db.session.scalar(text("select count(*) from history.txn"))

    again = bring(LIST)

    assert (again["created"], again["updated"], again["unchanged"], again["lines"]) == (0, 0, 3, [])
    assert db.session.scalar(text("select count(*) from history.txn")) == before


def test_an_empty_cell_leaves_what_is_here(projects):
    bring(LIST)

    report = bring("Project;Status day;Planned value;Actual cost\nLUM-1;31/01/2026;;101000\n")

    assert report["updated"] == 1
    assert entries()[0] == (date(2026, 1, 31), Decimal(90_000), Decimal(101_000), None, "Ledger of January")
    assert [(one["field"], one["before"], one["after"]) for one in report["lines"]] == [("actual", "100000.00", "101000.00")]


@pytest.mark.parametrize(
    ("row", "cell", "value", "why"),
    [
        ("LUM-1;30/04/2026;EUR;;;5000", "B2", "30/04/2026", "For a day to come only a planned value can be entered."),
        ("LUM-1;31/01/2026;USD;;;5000", "F2", "5000", "the amounts of this project are in EUR"),
        ("LUM-1;31/01/2026;EUR;;99000;5000", "E2", "99000", "is measured here, not entered: € 100 k on that day"),
        ("REG-2;31/01/2026;EUR;;99000;5000", "E2", "99000", "nothing can be measured for that day"),
        ("LUM-1;31/01/2026;EUR;;;-3", "F2", "-3", "an amount below zero"),
        ("NOPE;31/01/2026;EUR;;;5000", "row 2", "NOPE", "no project has this code, identifier or name"),
        ("LUM-1;;EUR;;;5000", "row 2", "LUM-1", "no status day is given"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(projects, row, cell, value, why):
    report = bring(f"Project;Status day;Currency;Planned value;Earned value;Actual cost\n{row}\n")

    (refused,) = [one for one in report["refused"] if why in one["reason"].replace("\N{NO-BREAK SPACE}", " ")]
    assert (refused["cell"], refused["value"]) == (cell, value)


def test_an_earned_value_that_is_the_one_measured_is_no_objection(projects):
    report = bring("Project;Status day;Earned value;Actual cost\nLUM-1;31/01/2026;100000;5000\n")

    assert (report["refused"], report["created"]) == ([], 1)


def test_a_closed_project_takes_no_amounts(projects):
    with transaction("test"):
        projects[1].state, projects[1].closed_on = "closed", date(2026, 2, 28)

    report = bring(LIST)

    assert [(one["cell"], one["value"], one["reason"]) for one in report["refused"]] == [
        ("row 4", "REG-2", "this project is not open any more: its amounts stand still")
    ]


def sheet_of(app, change, portfolio=None):
    """What a colleague sends back: the sheet as it left, with some cells changed."""
    book = openpyxl.Workbook()
    book.active.append([str(column.title) for column in COLUMNS])
    portfolio = portfolio or db.session.scalars(select(Portfolio)).one()
    for row in rows(HOUSE, portfolio, clock.today()):
        cells = list(row)
        change(cells)
        book.active.append(cells)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fill_january(cells):
    if cells[0] == "LUM-1" and cells[2] == date(2026, 1, 31):
        cells[6] = 107_000


def test_the_sheet_goes_out_and_comes_back(app, projects):
    bring(LIST)
    sheet = sheet_of(app, fill_january)

    report = bring_entries(read_list(sheet, "value.xlsx", Kind.VALUE, Choices()), Kind.VALUE, Where())

    assert (report["updated"], report["conflicts"], report["refused"]) == (1, 0, [])
    assert [actual for _, _, actual, _, _ in entries()] == [Decimal(107_000), Decimal(125_000), Decimal(80_000)]


def change_here(amount):
    with transaction("slip"):
        db.session.scalars(select(ValueEntry).order_by(ValueEntry.on_day, ValueEntry.id)).first().actual = Decimal(amount)


def test_what_changed_here_since_the_sheet_left_is_a_conflict_that_somebody_answers(app, projects):
    bring(LIST)
    sheet = sheet_of(app, fill_january)
    change_here(103_000)

    left = bring(sheet_bytes := sheet, dry_run=True)
    kept = bring(sheet_bytes)
    at = next(one["at"] for one in left["lines"])

    assert [(one["before"], one["after"], one["is_conflict"]) for one in left["lines"]] == [("103000.00", "107000.00", True)]
    assert (kept["conflicts"], entries()[0][2]) == (1, Decimal(103_000))
    assert (bring(sheet_bytes, answers={at: "file"})["updated"], entries()[0][2]) == (1, Decimal(107_000))


def test_two_people_who_fill_in_the_same_new_day_do_not_overwrite_each_other(app, projects):
    def fill_today(amount):
        def change(cells):
            if cells[0] == "LUM-1" and cells[2] == clock.today():
                cells[6] = amount

        return change

    mine, theirs = sheet_of(app, fill_today(11_000)), sheet_of(app, fill_today(22_000))
    first = bring(mine)
    second = bring(theirs)

    assert (first["created"], first["conflicts"], second["created"], second["updated"], second["conflicts"]) == (1, 0, 0, 0, 1)
    assert [actual for _, _, actual, _, _ in entries()] == [Decimal(11_000)]


def test_the_sheet_holds_only_projects_whose_money_one_may_see(login, projects, make):
    make.project(projects[0].programme, code="OTHER-9", budget=Decimal(1))
    client = login((Role.PROJECT_MANAGER, projects[0]))

    book = openpyxl.load_workbook(BytesIO(client.get(f"/imports/portfolios/{projects[0].portfolio_id}/value.xlsx").data))

    found = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in found] == ["Project", "LUM-1"]
    assert (found[1][5], found[1][6]) == (100_000, None)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_sheet_costs_the_same_statements_whatever_its_length(app, make, statements, how_many):
    programme = make.programme()
    for _ in range(how_many):
        make.project(programme, budget=Decimal(5))
    portfolio = db.session.get_one(Portfolio, programme.portfolio_id)
    statements.clear()

    assert len(list(rows(HOUSE, portfolio, clock.today()))) == how_many
    assert len(statements) == 6


def upload(client, projects, content, name="value.xlsx"):
    portfolio = db.session.get(type(projects[0].programme), projects[0].programme_id).portfolio_id
    code = db.session.scalar(text("select code from portfolio where id = :id"), {"id": portfolio})
    data = {"kind": "value", "portfolio": code, "file": (BytesIO(content), name)}
    return client.post("/imports", data=data, content_type="multipart/form-data").location


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_shows_amounts_and_conflicts_before_anything_is_stored(app, login, projects):
    bring(LIST)
    sheet = sheet_of(app, fill_january)
    change_here(103_000)
    client = login(Role.PMO)

    url = upload(client, projects, sheet)
    page = client.get(url)
    at = re.search(r'name="answer-([^"]+)"', page.text).group(1)
    client.post(url, data={f"answer-{at}": "file"})
    again = client.get(url)
    seen = db.session.scalars(select(ImportRun)).one().preview["fingerprint"]
    answer = client.post(f"{url}/apply", data={"fingerprint": seen})

    assert "1 amount changed here since the sheet left" in words(page)
    assert "€ 103,000 € 107,000 What counts in row" in words(page)
    assert "Nothing to apply" in words(page)
    assert "Apply 0 added, 1 changed" in words(again)
    assert (answer.status_code, entries()[0][2]) == (303, Decimal(107_000))


@pytest.fixture
def twins(make):
    """Two portfolios that both have a project P1."""
    found = [make.portfolio(code=code, name=f"Portfolio {code}") for code in ("AAA", "BBB")]
    for portfolio in found:
        make.project(make.programme(portfolio), code="P1", name=f"One of {portfolio.code}", budget=Decimal(1_000))
    return found


def test_the_sheet_of_one_portfolio_is_not_taken_for_another(app, login, twins):
    def spent(cells):
        cells[6] = 700

    sheet = sheet_of(app, spent, twins[0])
    client = login(Role.PMO)
    data = {"kind": "value", "portfolio": "BBB", "file": (BytesIO(sheet), "value.xlsx")}
    wrong = client.get(client.post("/imports", data=data, content_type="multipart/form-data").location)
    report = bring(sheet, name="value.xlsx")

    assert "The list is of the portfolio AAA, and BBB was chosen." in words(wrong)
    assert (report["created"], report["refused"]) == (1, [])
    assert [row.project.portfolio_id for row in db.session.scalars(select(ValueEntry))] == [twins[0].id]


def test_a_list_of_several_portfolios_is_refused(twins):
    content = "Project;Portfolio;Status day;Actual cost\nP1;AAA;31/01/2026;5\nP1;Portfolio BBB;31/01/2026;6\n"

    with pytest.raises(Refused, match="several portfolios \\(AAA, BBB\\)"):
        bring(content)


def test_each_portfolio_has_a_sheet_of_its_own(login, make, twins):
    office, one = login(Role.PMO).get("/imports").text, login((Role.PMO, twins[1]))
    book = openpyxl.load_workbook(BytesIO(one.get(f"/imports/portfolios/{twins[1].id}/value.xlsx").data))
    links = [re.findall(r"/imports/portfolios/(\d+)/value\.xlsx", page) for page in (office, one.get("/imports").text)]

    assert links == [[str(twins[0].id), str(twins[1].id)], [str(twins[1].id)]]
    assert [row[1] for row in book.active.iter_rows(values_only=True)][1:] == ["One of BBB"]
    assert one.get(f"/imports/portfolios/{twins[0].id}/value.xlsx").status_code == 404


def test_a_list_looked_at_in_an_earlier_release_still_shows_its_refused_rows(login, projects):
    client = login(Role.PMO)
    url = upload(client, projects, b"Project;Status day;Actual cost\nNOPE;31/01/2026;5000\n", "value.csv")
    run = db.session.scalars(select(ImportRun)).one()
    with transaction("earlier"):
        rows = [{key: value for key, value in one.items() if key != "said"} for one in run.preview["refused_rows"]]
        run.preview = run.preview | {"refused_rows": rows}

    assert "2 NOPE no project has this code, identifier or name" in words(client.get(url))


def test_the_page_says_refusals_in_the_language_of_the_reader(login, projects):
    client = login(Role.PMO, language="fr")
    content = b"Project;Status day;Currency;Actual cost\nLUM-1;31/01/2026;USD;5000\n"

    page = words(client.get(upload(client, projects, content, "value.csv")))

    assert "Coût réel: les montants de ce projet sont en EUR" in page
