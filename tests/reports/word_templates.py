"""Templates as a house would write them, and as somebody would who means harm: small Word files, made here."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from docx import Document

from pmo.reports.filled import Content, Filled, Limits, fill
from pmo.reports.logic.example import STAMP, example

LIMITS = Limits(unpacked_mib=60, output_mib=30, memory_mib=600, seconds=30)
TYPES = "[Content_Types].xml"
RELATIONS = "word/_rels/document.xml.rels"
BODY = "word/document.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def document(*paragraphs: str, header: str = "", rows: Sequence[Sequence[str]] = ()) -> bytes:
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(len(rows), len(rows[0]))
        for line, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, texts, strict=True):
                cell.text = text
    if header:
        made.sections[0].header.paragraphs[0].text = header
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def paragraphs_in_cell(*paragraphs: str) -> bytes:
    """A table of one cell that holds nothing else."""
    made = Document()
    cell = made.add_table(1, 1).rows[0].cells[0]
    cell.text = paragraphs[0]
    for text in paragraphs[1:]:
        cell.add_paragraph(text)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def changed(content: bytes, parts: Mapping[str, tuple[str, str]] | None = None, more: Mapping[str, bytes] | None = None) -> bytes:
    """The same file with words of its parts replaced, and with more parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if parts and name in parts:
                before, after = parts[name]
                assert before.encode() in part
                part = part.replace(before.encode(), after.encode(), 1)
            new.writestr(name, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def related(kind: str, target: str, mode: str = "") -> bytes:
    """A document that refers to something."""
    mode = f' TargetMode="{mode}"' if mode else ""
    one = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return changed(document("{{ headline }}"), {RELATIONS: ("</Relationships>", one)})


def field(instruction: str) -> bytes:
    """A document with a field of Word's own."""
    runs = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:sectPr'
    )
    return changed(document("{{ headline }}"), {BODY: ("<w:sectPr", runs)})


def tried(content: bytes, lang: str = "en", limits: Limits = LIMITS) -> Filled:
    """Filled with the invented report, without its charts."""
    return fill(content, Content(example(), STAMP, lang), limits, charts=())


def words(content: bytes) -> str:
    """Everything that is written in the text, a line per paragraph or cell."""
    made = Document(BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + cells)
