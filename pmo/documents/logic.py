"""Which files are taken in: what a name may hide, and what the content really is."""

import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg

LONGEST_NAME = 150
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# What a file of each ending must be; the browser is told this type, never the one that was sent.
TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": OFFICE + "wordprocessingml.document",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "pptx": OFFICE + "presentationml.presentation",
    "odt": OPEN_DOCUMENT + "text",
    "ods": OPEN_DOCUMENT + "spreadsheet",
    "odp": OPEN_DOCUMENT + "presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
NUL = b"\x00"  # stands in no text
MAIN_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
ACCEPT = ",".join(f".{ending}" for ending in TYPES)

HIDDEN = msg("The name of this file hides what it is. Give it a plain name and choose it again.")
UNKNOWN = msg("Files of this kind are not kept here. Choose a PDF, Word, Excel, PowerPoint, OpenDocument, text file or picture.")
OTHERWISE = msg("The content of this file is not what its name says. Save it again in its own program and choose it again.")
MACROS = msg("This file holds macros. Save it without them and choose it again.")
EMPTY = msg("Choose a file with something in it.")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept: the name it is saved under and what it is."""

    name: str
    media_type: str


def examine(sent_name: str, content: bytes) -> Accepted:
    """Raises Invalid, for the field `file`, with what to do about it."""
    name = plain_name(sent_name)
    if not content:
        raise _refused(EMPTY)
    stem, _, ending = name.rpartition(".")
    kind = ending.lower()
    if not stem.strip(" .") or kind not in TYPES:
        raise _refused(UNKNOWN)
    if not _is(kind, content):
        raise _refused(OTHERWISE)
    return Accepted(name, TYPES[kind])


def plain_name(sent_name: str) -> str:
    """The last part of a path. Characters that turn or hide the rest of a name are refused, not taken away unsaid."""
    name = unicodedata.normalize("NFC", sent_name.replace("\\", "/").rpartition("/")[2]).strip()
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") for letter in name):
        raise _refused(HIDDEN)
    if len(name) > LONGEST_NAME:
        raise _refused(msg("The name of this file is too long: at most %(most)s characters.", most=LONGEST_NAME))
    return name


def _is(kind: str, content: bytes) -> bool:
    match kind:
        case "pdf":
            return content.startswith(b"%PDF-")
        case "png":
            return content.startswith(b"\x89PNG\r\n\x1a\n")
        case "jpg" | "jpeg":
            return content.startswith(b"\xff\xd8\xff")
        case "txt" | "csv":
            return NUL not in content and not content.startswith((b"%PDF-", b"MZ", b"PK"))
        case "odt" | "ods" | "odp":
            return content.startswith(b"PK\x03\x04") and content[30:].startswith(b"mimetype" + TYPES[kind].encode() + b"PK")
        case _:
            return _office_kind(content) == kind


def _office_kind(content: bytes) -> str:
    """docx, xlsx or pptx by the parts inside, "" for anything else. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise _refused(MACROS)
    if "[Content_Types].xml" not in parts:
        return ""
    return next((kind for folder, kind in MAIN_PARTS.items() if any(part.startswith(folder) for part in parts)), "")


def _refused(sentence: Message) -> Invalid:
    return Invalid({"file": sentence})
