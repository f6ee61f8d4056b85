"""An update sheet as a workbook: what may be filled in is open, everything else is locked; real dates, lists to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pmo.exchange.logic.update_sheet import (
    COLUMNS,
    EXPLANATION,
    FORM,
    HIDDEN_SHEET,
    ORIGIN,
    TABLE_NAMES,
    Column,
    Line,
    Reads,
    Table,
    Value,
    belongs,
    words_of,
)
from pmo.exchange.logic.update_values import tidy
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg, render
from pmo.kernel.typed import EARLIEST as EARLIEST_YEAR
from pmo.kernel.typed import LATEST as LATEST_YEAR
from pmo.web.downloads import DAY_FORMAT, EARLIEST, LONGEST_CELL, sheet_name

OPEN_CELL, HEAD = "#FFF8E1", "#E4EEF4"
FIRST_LIST = 2  # column of the hidden sheet
NO_SUCH_DAY = msg("Enter a date such as 31/03/2026.")
NOT_YET = msg("Enter a date that is not after today.")
FROM_THE_LIST = msg("Choose one from the list.")
LOCKED = {"select_locked_cells": True, "select_unlocked_cells": True, "format_rows": True, "autofilter": True, "sort": True}
SENTENCES = (
    msg("Fill in the coloured cells only and send the file back, or upload it under Update sheets."),
    msg("Forecast: the day you expect now. When it moves and was promised, choose a reason; “other” needs words."),
    msg("Reached on: the day it happened, not later than today."),
    msg("Likelihood and impact: 1 is very low, 5 is very high. Choose from the list."),
    msg("State: when you choose one that ends the item, say under “How it ended” in a few words how."),
    msg("Trigger and proximity are of risks, confidence is of assumptions; in other rows these cells are locked."),
    msg("Dates are real dates. Write them as 31/03/2026 or 2026-03-31."),
    msg("A cell you leave as it is changes nothing. The arrows of the headings hide rows you do not need."),
    msg("Nothing is stored before somebody has looked at the changes and applied them."),
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a sheet says of itself."""

    number: int
    key: str
    language: str
    title: Message
    maker: str
    made_at: datetime

    @property
    def heading(self) -> Message:
        return msg("Update sheet %(number)s", number=self.number)


@dataclass(slots=True)
class Desk:
    """The workbook being written, with the lists already laid out on its hidden sheet."""

    book: Workbook
    hidden: Worksheet
    cover: Cover
    formats: dict[tuple[bool, bool], Format]  # (is a day, may be filled in)
    lists: dict[tuple[str, str], str] = field(default_factory=dict)  # column and type of item -> range

    def text(self, message: Message) -> str:
        return render(message, self.cover.language)

    def choices(self, key: str, kind: str) -> str:
        """The range of the hidden sheet that holds what may be chosen."""
        kind = kind if key == "status" else ""  # only the states differ from type to type
        words = [self.text(name) for name in words_of(key, kind).values()]
        if (key, kind) not in self.lists:
            column = FIRST_LIST + len(self.lists)
            for row, word in enumerate(words):
                self.hidden.write_string(row, column, word)
            letter = chr(ord("A") + column)
            self.lists[key, kind] = f"={HIDDEN_SHEET}!${letter}$1:${letter}${len(words)}"
        return self.lists[key, kind]


def workbook(cover: Cover, lines: Sequence[Line]) -> bytes:
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": render(cover.title, cover.language), "created": clock.machine_now().replace(tzinfo=None)})
        tables = [table for table in Table if any(line.mark.table is table for line in lines)]
        sheets = [book.add_worksheet(sheet_name(render(TABLE_NAMES[table], cover.language))) for table in tables]
        explanation = book.add_worksheet(sheet_name(render(EXPLANATION, cover.language)))
        desk = Desk(book, book.add_worksheet(HIDDEN_SHEET), cover, _formats(book, cover.language))
        for table, sheet in zip(tables, sheets, strict=True):
            _table(desk, sheet, table, [line for line in lines if line.mark.table is table])
        _explain(desk, explanation)
        _pass(desk)
    return buffer.getvalue()


def _formats(book: Workbook, lang: str) -> dict[tuple[bool, bool], Format]:
    made = {}
    for is_day in (False, True):
        for is_open in (False, True):
            form = book.add_format({"valign": "top", "text_wrap": not is_day, "locked": not is_open})
            if is_day:
                form.set_num_format(DAY_FORMAT.get(lang, DAY_FORMAT["en"]))
            if is_open:
                form.set_bg_color(OPEN_CELL)
                form.set_border(4)
            made[is_day, is_open] = form
    return made


def _table(desk: Desk, sheet: Worksheet, table: Table, lines: Sequence[Line]) -> None:
    columns = COLUMNS[table]
    head = desk.book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1, "bg_color": HEAD})
    for across, column in enumerate(columns):
        sheet.write_string(0, across, desk.text(column.title), head)
        sheet.set_column(across, across, column.width)
    sheet.write_string(0, len(columns), table.heading)
    sheet.set_column(len(columns), len(columns), 4, None, {"hidden": True})
    for down, line in enumerate(lines, start=1):
        for across, column in enumerate(columns):
            _write(desk, sheet, (down, across), column, line)
        sheet.write_string(down, len(columns), str(line.mark))
    _validate(desk, sheet, columns, lines)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, len(lines), len(columns) - 1)
    sheet.protect("", LOCKED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{desk.text(desk.cover.heading)}&R&P / &N")


def _write(desk: Desk, sheet: Worksheet, place: tuple[int, int], column: Column, line: Line) -> None:
    form = desk.formats[column.reads is Reads.DAY, column.is_open and belongs(column.key, line.kind)]
    value = line.values.get(column.key)
    if value is None or value == "":
        sheet.write_blank(*place, None, form)
    elif isinstance(value, date) and value >= EARLIEST:
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001 Excel knows no zones
    else:
        sheet.write_string(*place, _text(desk, column, line.kind, value)[:LONGEST_CELL], form)


def _text(desk: Desk, column: Column, kind: str, value: Value) -> str:
    if column.reads is Reads.CHOICE and value in words_of(column.key, kind):
        return desk.text(words_of(column.key, kind)[value])
    return tidy(str(value))


def _validate(desk: Desk, sheet: Worksheet, columns: Sequence[Column], lines: Sequence[Line]) -> None:
    for across, column in enumerate(columns):
        if column.is_open and column.reads is Reads.DAY:
            sheet.data_validation(1, across, len(lines), across, _days(desk, column.key))
        if column.is_open and column.reads is Reads.CHOICE:
            for first, last, kind in (run for run in _runs(lines) if belongs(column.key, run[2])):
                said = {"error_title": "", "error_message": desk.text(FROM_THE_LIST)}
                sheet.data_validation(
                    first, across, last, across, {"validate": "list", "source": desk.choices(column.key, kind)} | said
                )


def _days(desk: Desk, key: str) -> dict[str, object]:
    """What was reached was reached by today; a forecast may be any day of this age."""
    if key == "actual":
        return {"validate": "date", "criteria": "<=", "value": "=TODAY()", "error_message": desk.text(NOT_YET)}
    first, last = date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)
    said = desk.text(NO_SUCH_DAY)
    return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last, "error_message": said}


def _runs(lines: Sequence[Line]) -> list[tuple[int, int, str]]:
    """First row, last row and type of neighbouring rows that choose from the same lists."""
    runs: list[tuple[int, int, str]] = []
    for down, line in enumerate(lines, start=1):
        if runs and runs[-1][2] == line.kind:
            runs[-1] = (runs[-1][0], down, line.kind)
        else:
            runs.append((down, down, line.kind))
    return runs


def _explain(desk: Desk, sheet: Worksheet) -> None:
    cover = desk.cover
    bold = desk.book.add_format({"bold": True, "font_size": 14})
    plain = desk.book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 90)
    made = msg("Made on %(moment)s by %(name)s", moment=cover.made_at, name=cover.maker)
    sheet.write_string(0, 0, desk.text(cover.heading), bold)
    for down, sentence in enumerate((cover.title, made, *SENTENCES), start=1):
        sheet.write_string(down, 0, desk.text(sentence), plain)
    sheet.protect("", LOCKED)


def _pass(desk: Desk) -> None:
    """Where the workbook comes from, so that it is known again when it comes back."""
    cover = desk.cover
    for down, text in enumerate((ORIGIN, FORM, cover.language, str(cover.number), cover.key)):
        desk.hidden.write_string(down, 0, text)
    desk.hidden.protect()
    desk.hidden.very_hidden()
