"""A workbook as sheets of cells: sparse, typed, with what merged ranges and hidden sheets there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from pmo.documents.package import Broken, Package, attribute, local
from pmo.exchange.xlsx.formats import BUILTIN, EPOCH_1900, EPOCH_1904, FICTITIOUS_DAY, GENERAL, is_date, is_elapsed, moment
from pmo.exchange.xlsx.problems import Problem, Unreadable

MOST_CELLS = 400_000
MOST_TEXT = 20_000_000  # characters of all cells together
MOST_SPANS = 20_000
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
USUAL_MAIN = "xl/workbook.xml"


@dataclass(slots=True)
class Sheet:
    name: str
    hidden: bool
    cells: list[tuple[int, int, str, str, str]] = field(default_factory=list)  # row, column, text, kind, number format
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right


@dataclass(frozen=True, slots=True)
class Book:
    package: Package
    strings: list[str]
    formats: list[str]
    epoch: datetime


def read_workbook(content: bytes) -> list[Sheet]:
    """Every worksheet of the file. Raises Unreadable."""
    try:
        return _read(Package(content))
    except Broken as broken:
        raise Unreadable(Problem(broken.fault), broken.part) from broken


def _read(package: Package) -> list[Sheet]:
    main = _main_part(package)
    related = package.related(main)
    by_kind = {kind: part for kind, part in related.values()}
    epoch = EPOCH_1900
    sheets: list[tuple[str, bool, str]] = []
    for element in package.elements(main, "workbookPr", "sheet"):
        if local(element) == "workbookPr":
            epoch = EPOCH_1904 if element.get("date1904") in {"1", "true"} else epoch
        else:
            kind, part = related.get(attribute(element, "id"), ("", ""))
            if kind == "worksheet" and package.has(part):
                sheets.append(
                    (element.get("name") or f"Sheet{len(sheets) + 1}", element.get("state", "visible") != "visible", part)
                )
    if not sheets:
        raise Unreadable(Problem.NO_SHEETS)
    book = Book(package, _strings(package, by_kind.get("sharedStrings", "")), _formats(package, by_kind.get("styles", "")), epoch)
    return _sheets(book, sheets)


def _main_part(package: Package) -> str:
    try:
        main = next((part for kind, part in package.related("").values() if kind == "officeDocument"), "")
    except Broken:
        main = USUAL_MAIN if package.has(USUAL_MAIN) else ""
    folder = main.partition("/")[0] or next(
        (name for name in ("xl", "word", "ppt") if f"{name}/" in " ".join(package.names())), ""
    )
    if folder in {"word", "ppt"}:
        raise Unreadable(Problem.WORD if folder == "word" else Problem.SLIDES)
    if package.has("mimetype"):
        raise Unreadable(Problem.OPEN_DOCUMENT)
    if not main or not package.has(main):
        raise Unreadable(Problem.NO_WORKBOOK if package.has("[Content_Types].xml") else Problem.ARCHIVE)
    return main


def _sheets(book: Book, named: list[tuple[str, bool, str]]) -> list[Sheet]:
    found, cells, text = [], 0, 0
    for name, hidden, part in named:
        sheet = Sheet(name, hidden)
        for one in _cells(book, part, sheet.merged):
            cells, text = cells + 1, text + len(one[2])
            if cells > MOST_CELLS or text > MOST_TEXT:
                raise Unreadable(Problem.TOO_LARGE, name)
            sheet.cells.append(one)
        found.append(sheet)
    return found


def _cells(book: Book, part: str, merged: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, str, str, str]]:
    row = column = 0
    for element in book.package.elements(part, "c", "row", "mergeCell"):
        match local(element):
            case "row":
                row, column = max(row, _number(element.get("r"), row + 1)), 0
            case "mergeCell" if len(merged) < MOST_SPANS:
                merged += _span(element.get("ref") or "")
            case "c":
                at = _place(element.get("r"))
                parent = element.getparent()
                row_here = at[0] if at else _number(parent.get("r") if parent is not None else None, row + 1)
                column = at[1] if at else column + 1
                text, kind, number_format = _content(book, element)
                if text.strip():
                    yield row_here, column, text, kind, number_format


def _content(book: Book, cell: etree._Element) -> tuple[str, str, str]:
    """What a cell shows, its kind (text, number, moment) and its number format."""
    parts = {local(child): child for child in cell if isinstance(child.tag, str)}
    stored = parts["v"].text if "v" in parts else None
    kind = cell.get("t", "n")
    if stored is None and kind != "inlineStr":
        return (f"={parts['f'].text or ''}", "text", "") if "f" in parts else ("", "text", "")
    match kind:
        case "s":
            at = _number(stored, -1)
            return (book.strings[at] if 0 <= at < len(book.strings) else f"#{stored}", "text", "")
        case "inlineStr":
            return (_runs(parts["is"]) if "is" in parts else "", "text", "")
        case "b":
            return ("TRUE" if stored == "1" else "FALSE", "text", "")
        case "n" | "d":
            style = _number(cell.get("s"), 0)
            number_format = book.formats[style] if style < len(book.formats) else GENERAL
            return _figure(book, (stored or "").strip(), number_format)
    return (_unescaped(stored or ""), "text", "")


def _figure(book: Book, stored: str, number_format: str) -> tuple[str, str, str]:
    try:
        number = Decimal(f"{float(stored):.15g}")  # as many digits as Excel itself shows
    except (ValueError, InvalidOperation):
        return _iso(stored)
    if not number.is_finite():
        return (stored, "text", "")
    if is_date(number_format):
        return _moment(book, number, number_format)
    if re.fullmatch(r"0{2,}", number_format) and number == number.to_integral_value() and number >= 0:
        return (f"{number:f}".zfill(len(number_format)), "text", "")
    shown = f"{number * 100:f}" if "%" in number_format else f"{number:f}"
    bare = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return (
        (f"{bare}%", f"number {number:f}", number_format) if "%" in number_format else (bare, f"number {number:f}", number_format)
    )


def _moment(book: Book, number: Decimal, number_format: str) -> tuple[str, str, str]:
    if book.epoch == EPOCH_1900 and int(number) == FICTITIOUS_DAY:
        return ("1900-02-29", "text", "")
    if number < 0:  # Excel itself shows no day for it
        return (f"{number:f}", f"number {number:f}", number_format)
    if is_elapsed(number_format):
        return (str(timedelta(seconds=round(float(number) * 86_400))), "text", number_format)
    try:
        value = moment(number, book.epoch)
    except OverflowError:
        return (f"{number:f}", f"number {number:f}", number_format)
    if number < 1:
        return (value.time().isoformat(), "text", number_format)
    return (value.date().isoformat() if value.time() == time() else value.isoformat(sep=" "), "moment", number_format)


def _iso(stored: str) -> tuple[str, str, str]:
    """Strict files write dates as they are: 2026-03-12T00:00:00."""
    try:
        value = datetime.fromisoformat(stored)
    except ValueError:
        return (stored, "text", "")
    return (value.date().isoformat() if value.time() == time() else value.isoformat(sep=" "), "moment", "")


def _strings(package: Package, part: str) -> list[str]:
    if not package.has(part):
        return []
    strings: list[str] = []
    size = 0
    for element in package.elements(part, "si"):
        strings.append(_runs(element))
        size += len(strings[-1])
        if size > MOST_TEXT:
            raise Unreadable(Problem.TOO_LARGE, part)
    return strings


def _runs(element: etree._Element) -> str:
    """The text of a string and its formatted runs, without the reading aids of East Asian texts."""
    texts = [one.text or "" for one in element.iter() if isinstance(one.tag, str) and local(one) == "t" and not _is_aid(one)]
    return _unescaped("".join(texts))


def _is_aid(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "rPh"


def _formats(package: Package, part: str) -> list[str]:
    """The number format of each cell style."""
    if not package.has(part):
        return []
    custom: dict[int, str] = {}
    formats: list[str] = []
    for element in package.elements(part, "numFmt", "cellXfs"):
        if local(element) == "numFmt":
            custom[_number(element.get("numFmtId"), -1)] = element.get("formatCode") or GENERAL
        else:
            numbers = [_number(style.get("numFmtId"), 0) for style in element if isinstance(style.tag, str)]
            formats = [custom.get(number) or BUILTIN.get(number, GENERAL) for number in numbers]
    return formats


def _unescaped(text: str) -> str:
    return ESCAPED.sub(
        lambda match: chr(number) if (number := int(match[1], 16)) and number not in range(0xD800, 0xE000) else "", text
    )


def _place(reference: str | None) -> tuple[int, int] | None:
    match = REFERENCE.match(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _span(reference: str) -> list[tuple[int, int, int, int]]:
    first, _, last = reference.partition(":")
    top, bottom = _place(first), _place(last)
    return [(top[0], top[1], bottom[0], bottom[1])] if top and bottom else []


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default
