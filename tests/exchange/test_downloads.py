"""Lists leave as workbooks with real dates and numbers, and no text ever becomes a formula."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pmo.kernel.languages import msg
from pmo.web.downloads import Column, Shown, attachment, sheet_name, workbook

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "strings" / "csv_injection_payloads.txt"
COLUMNS = (Column(msg("Name")), Column("Finish", Shown.DATE), Column("Seen", Shown.MOMENT), Column("Budget", Shown.MONEY))


def back(content):
    rows = openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [[str(cell) if isinstance(cell, datetime) else cell for cell in row] for row in rows]


def test_dates_and_amounts_stay_dates_and_amounts():
    rows = [("LUMEN", date(2026, 3, 12), datetime(2026, 3, 12, 8, 40, tzinfo=UTC), Decimal("1234.50"))]

    assert back(workbook("Projects", COLUMNS, rows, "en")) == [
        ["Name", "Finish", "Seen", "Budget"],
        ["LUMEN", "2026-03-12 00:00:00", "2026-03-12 09:40:00", 1234.5],
    ]


def test_the_heading_row_stays_in_view_and_filters():
    sheet = openpyxl.load_workbook(BytesIO(workbook("Projects", COLUMNS, [("A", None, None, None)], "nl"))).active

    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Projects", "A2", "A1:D2")


@pytest.mark.parametrize("text", ["=1+1", "+32 2 555", "-3", "@SUM(A1)", "\t=1", "http://example.org", "mailto:a@b.be"])
def test_text_that_looks_like_a_formula_or_a_link_stays_text(text):
    cell = openpyxl.load_workbook(BytesIO(workbook("x", COLUMNS[:1], [(text,)], "en"))).active["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.skipif(not PAYLOADS.exists(), reason="the collected hostile files are not beside this checkout")
def test_no_collected_payload_becomes_a_formula():
    payloads = [line for line in PAYLOADS.read_text(encoding="utf-8").splitlines() if line]

    sheet = openpyxl.load_workbook(BytesIO(workbook("x", COLUMNS[:1], [(text,) for text in payloads], "en"))).active

    assert [cell.data_type for cell in sheet["A"]] == ["s"] * (len(payloads) + 1)


def test_a_text_longer_than_excel_allows_is_cut_not_lost():
    assert len(back(workbook("x", COLUMNS[:1], [("y" * 40_000,)], "en"))[1][0]) == 32_767


@pytest.mark.parametrize(
    ("title", "name"), [("RAID: [open]", "RAID open"), ("'quoted'", "quoted"), ("///", "List"), ("x" * 40, "x" * 31)]
)
def test_any_title_gives_a_sheet_name_excel_accepts(title, name):
    assert sheet_name(title) == name


def test_an_attachment_names_its_file_in_ascii_and_in_full():
    response = attachment("Liste é.xlsx", b"x", "text/plain")

    assert (
        response.headers["Content-Disposition"] == "attachment; filename=\"Liste _.xlsx\"; filename*=UTF-8''Liste%20%C3%A9.xlsx"
    )
