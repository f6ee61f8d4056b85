"""Bytes of a text file to rows: encoding, separator, quotation marks."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from pmo.exchange.logic.grid import MOST_CELLS, Cell, Grid, compact, too_many
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg

SEPARATORS = ",;\t|"
LONGEST_CELL = 1_000_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 65_536
SAMPLE_ROWS = 300


@dataclass(frozen=True, slots=True)
class Text:
    grid: Grid
    encoding: str
    separator: str  # as it is shown: ",", ";", "tab", "|"
    notes: tuple[Message, ...] = ()


def read_text(content: bytes, encoding: str = "") -> Text:
    """The cells of a CSV file. Raises Refused for what is no text, or whose quotation marks do not close."""
    text, found = decode(content, encoding)
    separator, text = _separator(text)
    try:
        grid = compact("", _cells(text, separator))
    except csv.Error as error:
        raise Refused(msg("The file cannot be split into cells: %(error)s.", error=str(error))) from error
    notes = (msg("Some characters could not be read and are shown as “%(sign)s”.", sign="\ufffd"),) if "\ufffd" in text else ()
    return Text(grid, found, {"\t": "tab"}.get(separator, separator), notes)


def decode(content: bytes, encoding: str = "") -> tuple[str, str]:
    """UTF-8, else cp1252, else latin-1, unless a mark at the start says more; the encoding used comes with the text."""
    if encoding:
        return _strictly(content, encoding)
    for mark, name in MARKS:
        if content.startswith(mark):
            return _strictly(content, name)
    wide = _wide(content)
    if wide:
        return _strictly(content, wide)
    for name in ("utf-8", "cp1252"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        return _readable(text), name
    return _readable(content.decode("cp1252", "pmo-latin")), "latin-1"


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """The few bytes cp1252 has no sign for, read as latin-1; everything else stays cp1252, so that quotes stay quotes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("pmo-latin", _as_latin)


def _strictly(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        return _readable(content.decode(encoding)), encoding
    except (UnicodeDecodeError, LookupError) as error:
        raise Refused(
            msg("The file says it is %(encoding)s text, but it is not. Save it again as “CSV UTF-8”.", encoding=encoding)
        ) from error


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is zero."""
    sample = content[:4096]
    if len(sample) < 4 or sample.count(0) < len(sample) // 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return "utf-16-le" if odd > 9 * even else "utf-16-be" if even > 9 * odd else ""


def _readable(text: str) -> str:
    sample = text[:SAMPLE]
    strange = sum(1 for letter in sample if ord(letter) < 32 and letter not in "\t\r\n\x0b\x0c")
    if not sample.strip():
        raise Refused(msg("The file is empty."))
    if strange > max(2, len(sample) // 100):
        raise Refused(msg("This is not a text file. Save the list as .xlsx or as “CSV UTF-8” and try again."))
    return text


def _separator(text: str) -> tuple[str, str]:
    """The sign that cuts most rows into the same number of cells; "sep=;" on the first line says it outright."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        return first.strip()[4:] or "\t", rest
    return max(SEPARATORS, key=lambda separator: (_evenness(text, separator), -SEPARATORS.index(separator))), text


def _evenness(text: str, separator: str) -> float:
    """Share of the sampled rows with the most common width, weighed by that width; 0 where nothing is cut."""
    widths: Counter[int] = Counter()
    try:
        for number, row in enumerate(csv.reader(StringIO(text[: SAMPLE * 8], newline=""), delimiter=separator)):
            if number >= SAMPLE_ROWS:
                break
            if any(row):
                widths[len(row)] += 1
    except csv.Error:
        return 0.0
    cut = {width: count for width, count in widths.items() if width > 1}
    if not cut:
        return 0.0
    width, count = max(cut.items(), key=lambda one: (one[1], one[0]))
    return count / widths.total() * (1 + min(width, 50) / 50)


def _cells(text: str, separator: str) -> Iterator[tuple[int, int, Cell]]:
    csv.field_size_limit(LONGEST_CELL)
    count = 0
    for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), start=1):
        for column, value in enumerate(row, start=1):
            if value:
                count += 1
                yield number, column, Cell(value.replace("\x00", ""))
        if count > MOST_CELLS:
            raise too_many("")
    _quotes_close(text, separator)


def _quotes_close(text: str, separator: str) -> None:
    """A quotation mark that is opened and never closed swallows every row after it: said rather than guessed."""
    row = 0
    try:
        for _ in csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True):
            row += 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            message = msg(
                "In row %(row)s a quotation mark is opened and never closed. Close it, or write it twice.", row=str(row + 1)
            )
            raise Refused(message) from error
