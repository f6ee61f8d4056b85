"""Odd, broken and nasty files: each ends in one clear sentence or in a reading that shows every cell."""

import json
import re
import time
import warnings
import zipfile
from io import BytesIO

import openpyxl
import pytest

from pmo.exchange import mappings
from pmo.exchange.files import open_file
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices, understand
from pmo.exchange.logic.text import read_text
from pmo.exchange.xlsx.problems import Unreadable
from pmo.exchange.xlsx.workbook import read_workbook
from pmo.kernel.errors import Refused
from tests.exchange.reading import DATA, needs_data

HOSTILE = DATA / "hostile"
FILES = sorted(file for file in HOSTILE.rglob("*") if file.is_file() and file.suffix != ".md") if HOSTILE.exists() else []
WORKBOOKS = [file for file in FILES if file.suffix in {".xlsx", ".xlsm"}]
SECONDS = 10


def names(files):
    return [file.name for file in files]


@needs_data
@pytest.mark.parametrize("file", FILES, ids=names(FILES))
def test_it_ends_in_a_sentence_or_in_a_reading_that_holds_every_cell(file):
    began = time.monotonic()

    source, readings, left_out, sentence = _outcome(file)

    assert time.monotonic() - began < SECONDS
    if sentence:
        assert re.search(r"\w+ \w+ .*[.]$", sentence)
    else:
        shown = [reading.table.grid for reading in readings] + list(left_out)
        assert sum(_filled(grid) for grid in shown) == sum(_filled(grid) for grid in source.grids)
        assert all(len(record.reads) >= reading.table.grid.width for reading in readings for record in reading.records)


def _outcome(file):
    try:
        source = open_file(file.read_bytes(), file.name)
        found = understand(source, Kind.PORTFOLIO, mappings.shipped(), mappings.words(), Choices())
    except Refused as refused:
        return None, (), (), str(refused)
    return source, found.readings, found.left_out, ""


def _filled(grid):
    return sum(1 for row in grid.rows for cell in row if cell.text)


@needs_data
@pytest.mark.parametrize("file", WORKBOOKS, ids=names(WORKBOOKS))
def test_a_workbook_holds_the_cells_another_reader_finds(file):
    """Every cell openpyxl finds is found here with the same place; where it fails, reading more is allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(BytesIO(file.read_bytes()), data_only=True)
        except Exception as broken:  # noqa: BLE001 whatever the other reader stumbles over
            pytest.skip(f"the other reader cannot open it: {broken!r:.60}")
        theirs = {
            (sheet.title, cell.row, cell.column)
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        }

    ours = {(sheet.name, row, column) for sheet in read_workbook(file.read_bytes()) for row, column, *_ in sheet.cells}

    assert theirs - ours == set()


@needs_data
@pytest.mark.parametrize("file", sorted(HOSTILE.glob("csv/*.expected.json")), ids=lambda file: file.name)
def test_a_text_file_is_split_as_its_collectors_say(file):
    expected = json.loads(file.read_text(encoding="utf-8"))
    grid = read_text(file.with_name(file.name.replace(".expected.json", ".csv")).read_bytes()).grid
    heading, *rows = grid.rows

    found = [{name.text: cell.text for name, cell in zip(heading, row, strict=True)} for row in rows]
    assert [_unix(row) for row in found] == [_unix(row) for row in expected]


def _unix(row):
    return {key: value.replace("\r\n", "\n") for key, value in row.items()}


@needs_data
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("docx/real_zero_byte.docx", "The file is empty."),
        ("xlsx/real_word_document_named_RAID_Log.xlsx", "This is a Word document, not a workbook."),
        ("docx/real_macos_resource_fork_._Status_Report.doc", "This is the hidden companion file of a Mac"),
        ("xls_ods/readxl_dates-1904.xls", "This is an old Excel or Word file (.xls, .doc)"),
        ("xls_ods/sheetjs_sushi.ods", "This is an OpenDocument file."),
        ("xlsx/poi_poc-xmlbomb.xlsx", "The workbook holds XML declarations that can do harm"),
        ("xlsx/exceljs_invalid-xml.xlsx", "The workbook is damaged and cannot be opened."),
        ("zip/frictionless_table-multiple-files.zip", "This is a ZIP archive."),
    ],
)
def test_the_sentence_says_what_the_file_is_and_what_to_do(name, sentence):
    file = HOSTILE / name

    with pytest.raises(Refused) as refused:
        open_file(file.read_bytes(), file.name)
    assert str(refused.value).startswith(sentence)


@needs_data
def test_a_strict_workbook_is_read_where_others_see_no_sheets():
    sheets = read_workbook((HOSTILE / "xlsx" / "poi_SimpleStrict.xlsx").read_bytes())

    assert [len(sheet.cells) for sheet in sheets] == [8, 11]


@needs_data
def test_dates_of_the_1904_system_are_four_years_later():
    [grid] = open_file((HOSTILE / "xlsx" / "sheetjs_1904.xlsx").read_bytes(), "x.xlsx").grids

    assert grid.rows[0][1].text == "1904-01-02"


@needs_data
def test_numbers_stored_as_text_and_leading_zeros_stay_text():
    grid = read_text((HOSTILE / "csv" / "frictionless_leading-zeros.csv").read_bytes()).grid

    assert [row[0].text for row in grid.rows] == ["value", "01", "002", "00003"]


def test_a_bomb_of_zeros_is_given_up_in_time():
    content = _workbook(f"<sheetData><row r='1'>{'<c><v>1</v></c>' * 3_000_000}</row></sheetData>")
    began = time.monotonic()

    with pytest.raises(Refused, match="more than can be read at once|too much time or memory"):
        open_file(content, "bomb.xlsx")
    assert (len(content) < 300_000, time.monotonic() - began < SECONDS) == (True, True)


def test_more_cells_than_fit_are_refused_by_their_number(monkeypatch):
    monkeypatch.setattr("pmo.exchange.xlsx.workbook.MOST_CELLS", 3)

    with pytest.raises(Unreadable, match="too large"):
        read_workbook(_workbook(f"<sheetData><row r='1'>{'<c><v>1</v></c>' * 4}</row></sheetData>"))


def test_a_cell_in_the_last_corner_costs_nothing():
    content = _workbook(
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
    )

    [grid] = open_file(content, "wide.xlsx").grids

    assert (grid.rows[0][0].text, grid.place(0, 0)) == ("7", (1_048_576, "XFD"))


def test_a_merge_over_a_whole_column_fills_only_rows_that_hold_something():
    rows = "".join(
        f"<row r='{row}'><c r='A{row}' t='inlineStr'><is><t>{'MOD' if row == 2 else ''}</t></is></c>"
        f"<c r='B{row}' t='inlineStr'><is><t>P{row}</t></is></c></row>"
        for row in (1, 2, 3)
    )
    content = _workbook(f"<sheetData>{rows}</sheetData><mergeCells><mergeCell ref='A2:A1048576'/></mergeCells>")

    [grid] = open_file(content, "merged.xlsx").grids

    assert [[cell.text for cell in row] for row in grid.rows] == [["", "P1"], ["MOD", "P2"], ["MOD", "P3"]]


def test_an_external_entity_is_never_opened():
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    content = _workbook("<sheetData><row r='1'><c t='inlineStr'><is><t>&e;</t></is></c></row></sheetData>", before=evil)

    with pytest.raises(Unreadable, match="machinery"):
        read_workbook(content)


def test_a_formula_without_stored_value_is_refused_not_lost():
    text = "<c r='A{0}' t='inlineStr'><is><t>{1}</t></is></c>"
    rows = f"<row r='1'>{text.format(1, 'Project')}<c r='B1' t='inlineStr'><is><t>Budget</t></is></c></row>"
    rows += f"<row r='2'>{text.format(2, 'LUMEN')}<c r='B2'><f>A1*2</f></c></row>"

    source = open_file(_workbook(f"<sheetData>{rows}</sheetData>"), "f.xlsx")
    [reading] = understand(source, Kind.PORTFOLIO, mappings.shipped(), mappings.words(), Choices()).readings

    [(_, _, cell, reason)] = reading.refusals()
    assert (cell.text, str(reason)) == ("=A1*2", "a formula without a stored value: open the file in Excel and save it")


def test_a_quotation_mark_never_closed_is_named_by_its_row():
    with pytest.raises(Refused, match="In row 3 a quotation mark is opened and never closed"):
        read_text(b'id,name\n1,"one"\n2,"two\n3,three\n')


RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _related(kind, target):
    return f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELS}/{kind}" Target="{target}"/></Relationships>'


def _workbook(sheet, before=""):
    """The smallest workbook that holds this sheet."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", _related("officeDocument", "xl/workbook.xml"))
        file.writestr("xl/_rels/workbook.xml.rels", _related("worksheet", "s.xml"))
        sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
        file.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{sheets}</workbook>')
        file.writestr("xl/s.xml", f'{before}<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
    return out.getvalue()
