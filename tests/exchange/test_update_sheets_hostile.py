"""Update sheets that come back damaged, moved about, foreign or hostile: a sentence for the file, or a reason for every row."""

import time
from datetime import date, datetime

import pytest
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.exchange.models import ImportRun, UpdateSheet
from pmo.exchange.updates import looking
from pmo.kernel.errors import Refused
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.schedule.models import Milestone
from tests.exchange.reading import DATA, needs_data
from tests.exchange.update_sheets import bring_back, fill, saved, sheet_for

HOSTILE = DATA / "hostile"
FILES = sorted(file for file in HOSTILE.rglob("*") if file.is_file() and file.suffix != ".md") if HOSTILE.exists() else []
EVERYTHING = Actor(1, "PMO", frozenset({Grant(Role.PMO)}))


@pytest.fixture
def client(login):
    return login(Role.PMO)


@pytest.fixture
def book(client, make):
    """Three milestones and one item, the second milestone moved to 24 April."""
    project = make.project(code="PAC-01")
    for number in (1, 2, 3):
        make.milestone(project, code=f"M0{number}")
    make.raid_item(project, code="R-001")
    made = sheet_for(client, "/update-sheets/projects")
    fill(made["Milestones"], "M02", Forecast=date(2026, 4, 24), Reason="Supply")
    return made


def run():
    return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()


def outcome():
    shown = run().preview
    changed = [(one["at"], one["said"]["day"]) for row in shown["rows"] for one in row["changes"] if not row["refused"]]
    refused = [(one["at"], one["why"]["text"]) for row in shown["rows"] for one in row["refused"]]
    return changed, refused


def notes():
    return [(one["at"], one["text"], one["why"]["text"]) for one in run().preview["notes"]]


@needs_data
@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_a_file_that_is_no_update_sheet_ends_in_a_sentence(app, file):
    began = time.monotonic()

    with pytest.raises(Refused) as refused:
        looking.look(file.read_bytes(), file.name, EVERYTHING)

    assert str(refused.value).endswith(".")
    assert time.monotonic() - began < 10


def test_reordered_columns_and_rows_are_read_where_they_stand_now(client, book):
    sheet = book["Milestones"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heading, *lines = rows
    order = [9, 5, 8, 0, 1, 2, 6, 7, 4, 3]
    for down, line in enumerate([heading, *reversed(lines)], start=1):
        for across, position in enumerate(order, start=1):
            sheet.cell(down, across).value = line[position]
            sheet.cell(down, across).number_format = "dd/mm/yyyy" if isinstance(line[position], datetime) else "General"

    bring_back(client, book)

    assert outcome() == ([("Milestones!B3", "2026-04-24")], [])


def test_a_removed_column_is_named_and_nothing_of_it_changes(client, book):
    book["Milestones"].delete_cols(9)  # reached on
    book["Milestones"].delete_cols(3)  # the name, which is only shown

    bring_back(client, book)

    assert outcome() == ([("Milestones!E3", "2026-04-24")], [])
    assert notes() == [("Milestones", "", "The column “%(name)s” is gone: nothing of it changes.")]


def test_without_its_hidden_column_every_row_is_refused(client, book):
    book["Milestones"].delete_cols(10)

    bring_back(client, book)

    assert outcome() == ([], [(f"Milestones!{row}", looking.NO_MARK.text) for row in (2, 3, 4)])


def test_pasted_rows_are_refused_with_what_stands_in_them(client, book):
    sheet = book["Milestones"]
    sheet.cell(5, 1).value, sheet.cell(5, 3).value = "PAC-01", "A new one"
    for column in range(1, 11):
        sheet.cell(6, column).value = sheet.cell(3, column).value
    sheet.cell(7, 10).value = "milestone:9:x"

    bring_back(client, book)

    twice = "This row stands in the sheet twice: row %(row)s counts."
    assert outcome() == (
        [("Milestones!F3", "2026-04-24")],
        [("Milestones!5", looking.NO_MARK.text), ("Milestones!6", twice), ("Milestones!7", looking.NO_MARK.text)],
    )
    assert run().preview["rows"][3]["refused"][0]["text"] == "PAC-01 A new one"


def test_further_columns_rows_above_and_sheets_are_listed_as_not_read(client, book):
    sheet = book["Milestones"]
    sheet.cell(1, 11).value, sheet.cell(2, 11).value = "day:soon", "remember"
    sheet.insert_rows(1)
    sheet.cell(1, 1).value = "My list"
    book.create_sheet("Scratch").cell(1, 1).value = "x"

    url = bring_back(client, book).location

    assert outcome() == ([("Milestones!F4", "2026-04-24")], [])
    assert notes() == [
        ("Milestones!K2", "day:soon", "not one of the columns that were sent: not read"),
        ("Milestones!K3", "remember", "not one of the columns that were sent: not read"),
        ("Milestones!1", "My list", "above the table: not read"),
        ("Scratch", "", "not one of the sheets that were sent: not read"),
    ]
    assert "day:soon" in client.get(url).text


def test_thousands_of_pasted_cells_and_rows_neither_fill_the_page_nor_the_house(client, book):
    sheet = book["Milestones"]
    for row in range(2, 1002):
        sheet.cell(row, 12).value = "x"
    bring_back(client, book)
    assert (len(notes()), notes()[-1][2]) == (201, "%(num)s more are not read")

    for row in range(5, 5003):
        sheet.cell(row, 3).value = f"Pasted {row}"
    page = client.get(bring_back(client, book).location).text
    assert "This file has more than 5,000 rows, which no update sheet has." in page


@pytest.mark.parametrize("mark", ["milestone:1:77", "milestone:999:1", "raid_item:1:1"])
def test_a_changed_hidden_number_is_refused(client, book, mark):
    book["Milestones"].cell(3, 10).value = mark

    bring_back(client, book)

    changed, refused = outcome()
    assert (changed, [at for at, _ in refused]) == ([], ["Milestones!3"])


def break_file(book):
    return saved(book)[:2000]


def without_hidden_sheet(book):
    del book["pmo"]
    return saved(book)


def of_another_form(book):
    book["pmo"]["A2"] = "0"
    return saved(book)


def of_another_house(book):
    book["pmo"]["A5"] = "0123456789abcdef"
    return saved(book)


def with_a_number_that_is_none(book):
    book["pmo"]["A4"] = "9999999999999"
    return saved(book)


def without_tables(book):
    for name in ("Milestones", "RAID"):
        del book[name]
    return saved(book)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (break_file, "The workbook is damaged and cannot be opened."),
        (without_hidden_sheet, "This is not an update sheet made here"),
        (of_another_form, "This update sheet was made by another version"),
        (of_another_house, "This is not an update sheet made here"),
        (with_a_number_that_is_none, "This is not an update sheet made here"),
        (without_tables, "The tables of this update sheet are gone."),
        (lambda book: b"Project;Code\nA;B\n", "This is not an update sheet made here"),
    ],
)
def test_a_damaged_or_foreign_sheet_ends_in_one_sentence(client, book, damage, sentence):
    page = client.get(bring_back(client, damage(book)).location).text

    assert (sentence in page, run().state) == (True, "refused")
    assert client.post(f"/update-sheets/{run().id}/apply").status_code == 409


def test_a_file_larger_than_any_sheet_is_not_even_opened():
    with pytest.raises(Refused, match="This file is much larger than any update sheet."):
        looking.look(b"PK\x03\x04" + bytes(9 * 1024 * 1024), "sheet.xlsx", EVERYTHING)


def test_texts_of_other_programs_stay_texts_and_harmless(client, book, make):
    nasty = '=HYPERLINK("http://x","y")'
    make.raid_item(make.project(code="Z"), code="R-009", title=nasty, response_text=f"{nasty}\r\nsecond line ")
    sent = sheet_for(client, "/update-sheets/register")
    again = sheet_for(client, "/update-sheets/register")

    bring_back(client, sent)
    assert outcome() == ([], [])
    assert [type(cell.value) for cell in again["RAID"]["C"]][-1] is str

    fill(again["RAID"], "R-001", Response_in_words="<script>alert(1)</script>")
    page = client.get(bring_back(client, again).location).text
    assert "<script>alert" not in page


def test_a_renamed_project_and_another_language_do_not_disturb_a_sheet(client, book, login, make):
    with transaction("renamed"):
        milestone = db.session.scalars(select(Milestone)).first()
        milestone.project.code = "PAC-99"
    book["Milestones"]["G3"] = "Levering"

    bring_back(client, book)
    assert outcome() == ([("Milestones!F3", "2026-04-24")], [])
    assert db.session.scalars(select(UpdateSheet.language)).one() == "en"
