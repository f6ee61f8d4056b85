"""Which files are taken in by name and content, and that the same bytes are kept once."""

from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest

from pmo.db import db, transaction
from pmo.documents.actions import store
from pmo.documents.logic import EMPTY, HIDDEN, MACROS, OTHERWISE, UNKNOWN, Accepted, examine
from pmo.documents.models import StoredFile
from pmo.kernel.errors import Invalid


def packed(*names: str) -> bytes:
    """A ZIP file with these parts."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name in names:
            made.writestr(ZipInfo(name), "x")  # of a fixed time: the bytes name the test
    return out.getvalue()


def open_document(kind: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as made:
        made.writestr(ZipInfo("mimetype"), f"application/vnd.oasis.opendocument.{kind}")
        made.writestr(ZipInfo("content.xml"), "x")
    return out.getvalue()


WORD = packed("[Content_Types].xml", "word/document.xml")
MACRO = packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("Charter.pdf", b"%PDF-1.7", "Charter.pdf", "application/pdf"),
        ("C:\\Users\\els\\Étude v2.PDF", b"%PDF-1.4", "Étude v2.PDF", "application/pdf"),
        ("../../etc/plan.txt", "plané".encode(), "plan.txt", "text/plain"),
        ("list.csv", b"a;b", "list.csv", "text/csv"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "photo.jpeg", "image/jpeg"),
        ("scan.png", b"\x89PNG\r\n\x1a\n..", "scan.png", "image/png"),
        ("a.docx", WORD, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.odt", open_document("text"), "a.odt", "application/vnd.oasis.opendocument.text"),
    ],
)
def test_files_of_the_office_are_taken_in(name, content, kept, media_type):
    assert examine(name, content) == Accepted(kept, media_type)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("charter.pdf", b"", EMPTY),
        ("setup.exe", b"MZ", UNKNOWN),
        ("charter.pdf.exe", b"%PDF-1.7", UNKNOWN),
        ("page.html", b"<html>", UNKNOWN),
        ("drawing.svg", b"<svg/>", UNKNOWN),
        (".pdf", b"%PDF-1.7", UNKNOWN),
        ("...pdf", b"%PDF-1.7", UNKNOWN),
        ("charter", b"%PDF-1.7", UNKNOWN),
        ("charter.pdf", b"<script>", OTHERWISE),
        ("charter.docx", b"PK\x03\x04 not a zip", OTHERWISE),
        ("sheet.xlsx", WORD, OTHERWISE),
        ("charter.odt", open_document("spreadsheet"), OTHERWISE),
        ("note.txt", b"MZ\x90", OTHERWISE),
        ("note.txt", b"a\x00b", OTHERWISE),
        ("charter.docx", MACRO, MACROS),
        ("annex\u202efdp.txt", b"x", HIDDEN),
        ("a\nb.txt", b"x", HIDDEN),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(Invalid) as refusal:
        examine(name, content)

    assert refusal.value.errors == {"file": sentence}


def test_a_name_without_end_is_refused():
    with pytest.raises(Invalid) as refusal:
        examine("a" * 200 + ".pdf", b"%PDF-1.7")

    assert str(refusal.value.errors["file"]) == "The name of this file is too long: at most 150 characters."


def test_the_same_bytes_are_kept_once(app):
    accepted = Accepted("charter.pdf", "application/pdf")

    with transaction():
        first, again, other = (store(accepted, content).id for content in (b"%PDF-1", b"%PDF-1", b"%PDF-2"))

    assert (first == again, first == other) == (True, False)
    assert db.session.query(StoredFile).count() == 2
