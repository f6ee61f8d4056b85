"""Lists as Excel files, and files sent as attachments: real dates and numbers, and no text that Excel would run as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Response
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pmo.kernel import clock
from pmo.kernel.languages import Message, render

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # Excel's own limit
EARLIEST = date(1900, 3, 1)  # before it Excel counts a day that never was


class Shown(StrEnum):
    """How a column looks; values decide themselves what they are (a date stays a date)."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"  # 12.5 is shown as 12.5 %
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Column:
    title: str | Message
    shown: Shown = Shown.TEXT
    width: int = 0  # in characters; 0: from the kind


Value = str | Message | int | float | Decimal | bool | date | datetime | Enum | None

WIDTHS = {Shown.TEXT: 28, Shown.DATE: 13, Shown.MOMENT: 18, Shown.NUMBER: 11, Shown.MONEY: 16, Shown.PERCENT: 10, Shown.DAYS: 9}
DAY_FORMAT = {"en": "d mmm yyyy", "fr": "dd/mm/yyyy", "nl": "dd/mm/yyyy"}
FORMATS = {Shown.NUMBER: "#,##0.##", Shown.MONEY: "#,##0.00", Shown.PERCENT: '0.0" %"', Shown.DAYS: "+#,##0;-#,##0;0"}


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], lang: str) -> bytes:
    """One sheet with a heading row that stays, a filter and the rows in the order given."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": clock.machine_now().replace(tzinfo=None)})
        sheet = book.add_worksheet(sheet_name(title))
        formats = _formats(book, columns, lang)
        _heading(book, sheet, columns, lang)
        last = 0
        for last, row in enumerate(rows, start=1):
            for across, value in enumerate(row):
                _write(sheet, last, across, value, (formats[across], lang))
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, last, len(columns) - 1)
    return buffer.getvalue()


def excel(name: str, content: bytes) -> Response:
    return attachment(f"{name}.xlsx", content, EXCEL)


def attachment(name: str, content: bytes, mimetype: str) -> Response:
    """A file the browser saves under `name` and never opens in the page."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._- ") else "_" for letter in name)
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def sheet_name(title: str) -> str:
    """Excel allows 31 characters, none of []:*?/\\ and no quote at either end."""
    bare = "".join(" " if letter in "[]:*?/\\" or ord(letter) < 32 else letter for letter in title)
    return " ".join(bare.split())[:31].strip(" '") or "List"


def _formats(book: Workbook, columns: Sequence[Column], lang: str) -> list[Format]:
    day = DAY_FORMAT.get(lang, DAY_FORMAT["en"])
    known = FORMATS | {Shown.DATE: day, Shown.MOMENT: f"{day} hh:mm"}
    made = {shown: book.add_format({"valign": "top", "num_format": known.get(shown, "General")}) for shown in Shown}
    made[Shown.TEXT].set_text_wrap()
    return [made[column.shown] for column in columns]


def _heading(book: Workbook, sheet: Worksheet, columns: Sequence[Column], lang: str) -> None:
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
    for across, column in enumerate(columns):
        sheet.write_string(0, across, _text(column.title, lang), bold)
        sheet.set_column(across, across, column.width or WIDTHS[column.shown])


def _write(sheet: Worksheet, down: int, across: int, value: Value, look: tuple[Format, str]) -> None:
    """The value as what it is. Text is always written as text, so that a title like "=1+1" stays a title."""
    form, lang = look
    match value:
        case None:
            sheet.write_blank(down, across, None, form)
        case bool():
            sheet.write_boolean(down, across, value, form)
        case int() | float() | Decimal():
            sheet.write_number(down, across, float(value), form)
        case datetime():
            sheet.write_datetime(down, across, clock.local(value).replace(tzinfo=None) if value.tzinfo else value, form)
        case date() if value >= EARLIEST:
            sheet.write_datetime(down, across, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001 Excel knows no zones
        case _:
            sheet.write_string(down, across, _text(value, lang)[:LONGEST_CELL], form)


def _text(value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return render(value, lang)
    return str(value.value) if isinstance(value, Enum) else str(value)
