"""A file as it arrives: what it is by its contents, whatever its name says, and its cells."""

from pmo.exchange import xlsx_file
from pmo.exchange.logic.sheets import Source
from pmo.exchange.logic.text import read_text
from pmo.exchange.xlsx.problems import SENTENCES, Problem
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg

LARGEST = 25 * 1024 * 1024
KINDS: tuple[tuple[bytes, Message], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        msg(
            "This is an old Excel or Word file (.xls, .doc), or it is protected by a password. Save it as .xlsx without password."
        ),
    ),
    (b"%PDF", msg("This is a PDF. Bring in the list it was made from, as .xlsx or .csv.")),
    (b"{\\rtf", msg("This is a rich-text document. Copy its table into Excel and save it as .xlsx.")),
    (
        b"\x00\x05\x16\x07",
        msg("This is the hidden companion file of a Mac (its name begins with “._”). Bring in the file itself."),
    ),
    (b"\x1f\x8b", msg("This is a compressed file. Unpack it first.")),
    (b"PK\x05\x06", SENTENCES[Problem.ARCHIVE]),
)
MARKUP: tuple[tuple[bytes, Message], ...] = (
    (
        b"urn:schemas-microsoft-com:office:spreadsheet",
        msg("This is a workbook saved as XML. Open it in Excel and save it as .xlsx."),
    ),
    (b"<html", msg("This is a web page. Open it in Excel and save it as .xlsx.")),
    (b"<table", msg("This is a web page. Open it in Excel and save it as .xlsx.")),
    (b"<!doctype html", msg("This is a web page. Open it in Excel and save it as .xlsx.")),
    (b"<project", msg("This is a project plan. Bring it in as a schedule.")),
)


def open_file(content: bytes, name: str, encoding: str = "") -> Source:
    """The cells of a workbook or a text file. Raises Refused with what it is and what to do."""
    if not content.strip():
        raise Refused(msg("The file is empty."))
    if len(content) > LARGEST:
        raise Refused(
            msg("The file is larger than %(most)s MB. Keep only the list itself, or split it.", most=LARGEST // 1024 // 1024)
        )
    if content.startswith((b"PK\x03\x04", b"PK\x01\x02")):
        return Source(name, xlsx_file.read(content))
    refusal = _not_a_list(content)
    if refusal is not None:
        raise Refused(refusal)
    text = read_text(content, encoding)
    return Source(name, (text.grid,), text.encoding, text.separator, text.notes)


def _not_a_list(content: bytes) -> Message | None:
    for start, sentence in KINDS:
        if content.startswith(start):
            return sentence
    head = content[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if not head.startswith(b"<"):
        return None
    found = next((sentence for mark, sentence in MARKUP if mark in head), None)
    return found or msg("This is an XML file, not a list. Save the list as .xlsx or as “CSV UTF-8”.")
