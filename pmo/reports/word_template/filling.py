"""Filling a template with the values of a report, in a sandbox that knows the names of the list and nothing else."""

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Emu, Inches
from docxtpl import DocxTemplate, RichText
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from pmo.reports.logic.template_findings import Fault, Found, Part, Refusal, Verdict, Where
from pmo.reports.word_template.grammar import check
from pmo.reports.word_template.parcel import Unsafe, open_parcel
from pmo.reports.word_template.tags import Tag, problems, shown, tags

KINDS = {"header": Part.HEADER, "footer": Part.FOOTER, "footnotes": Part.FOOTNOTE, "endnotes": Part.FOOTNOTE}


class NotAllowed(Exception):
    """Something that the list of names does not hold was about to be filled."""

    def __init__(self, fault: Fault, name: str) -> None:
        super().__init__(name)
        self.fault, self.name = fault, name


class Bounded(Template):
    """Gives up when more comes out than may."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        environment, pieces = self.environment, []
        for piece in self.generate(*args, **kwargs):
            environment.room -= len(piece)  # type: ignore[attr-defined]
            if environment.room < 0:  # type: ignore[attr-defined]
                raise Unsafe(Refusal.GROWN)
            pieces.append(piece)
        return "".join(pieces)


class Narrow(SandboxedEnvironment):
    """Without filters, tests and globals. Whatever it is given to compile, it first holds against the list of names."""

    template_class = Bounded

    def __init__(self, room: int) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.filters.clear()
        self.tests.clear()
        self.globals.clear()
        self.room = room

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for said in check(tree):
            if said.fault is not None:
                raise NotAllowed(said.fault, said.name)
        return tree


def looked_through(content: bytes, most_bytes: int) -> Verdict:
    """The file and every field of it, without filling any. Raises Unsafe."""
    wrong, used, count = list[Found](), set[str](), 0
    plain = SandboxedEnvironment()
    for found in _tags(open_parcel(content, most_bytes)):
        count += len(found)
        bad, names = problems(found, plain)
        wrong += bad
        used |= names
    if not count:
        raise Unsafe(Refusal.EMPTY)
    return Verdict(None, tuple(wrong), tuple(sorted(used)))


def _tags(parts: dict[str, bytes]) -> Iterator[list[Tag]]:
    for name, part in sorted(parts.items()):
        folder, _, file = name.rpartition("/")
        if folder == "word":
            stem = file.removesuffix(".xml").rstrip("0123456789")
            kind = Part.BODY if stem == "document" else KINDS.get(stem)
            if kind and (found := list(tags(etree.fromstring(part), kind))):
                yield found


class Strict(DocxTemplate):  # type: ignore[misc]  # it has no types
    """docxtpl would mend a document that its fields have broken, and lose half of it."""

    def fix_tables(self, xml: str) -> Any:
        etree.fromstring(xml)
        return super().fix_tables(xml)


def filled(content: bytes, values: dict[str, Any], about: dict[str, str], room: int) -> bytes:
    """The document. Raises Unsafe, NotAllowed."""
    template = Strict(BytesIO(content))
    try:
        template.init_docx()
        width = _text_width(template.docx)
        template.render(_alive(values, template, width), Narrow(room), autoescape=True)
    except TemplateError as error:
        raise NotAllowed(Fault.BROKEN, shown(str(error.message or ""))) from error
    except etree.XMLSyntaxError as error:
        raise Unsafe(Refusal.LAYOUT) from error
    _mend(template.docx)
    for name, words in about.items():
        setattr(template.docx.core_properties, name, words)
    made = BytesIO()
    template.docx.save(made)
    return made.getvalue()


def _text_width(document: Document) -> int:
    section = document.sections[0]
    width = (section.page_width or Inches(8.27)) - (section.left_margin or 0) - (section.right_margin or 0)
    return max(int(width), Inches(2))


def _alive(value: Any, template: DocxTemplate, width: int) -> Any:
    """Values as docxtpl wants them: coloured words and pictures are objects, everything else stays."""
    match value:
        case {"words": str() as words, "ink": str() as ink}:
            return RichText(words, color=ink, bold=True)
        case {"pictures": list() as pictures}:
            return Pictures(template, pictures, width)
        case dict():
            return {name: _alive(one, template, width) for name, one in value.items()}
        case list():
            return [_alive(one, template, width) for one in value]
    return value


class Pictures:
    """A chart where its name stands: no wider than the text, with words for those who do not see it."""

    def __init__(self, template: DocxTemplate, pictures: list[dict[str, Any]], width: int) -> None:
        self._template, self._pictures, self._width = template, pictures, width

    def __bool__(self) -> bool:
        return bool(self._pictures)

    def __html__(self) -> str:
        return "".join(map(self._drawing, self._pictures))

    __str__ = __html__

    def _drawing(self, picture: dict[str, Any]) -> str:
        width = Emu(min(self._width, Inches(picture["width"])))
        inline = self._template.current_rendering_part.new_pic_inline(BytesIO(b64decode(picture["png"])), width)
        inline.docPr.set("descr", picture["alt"])
        for side in "TBLR":
            inline.set(f"dist{side}", "0")
        return f'</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def _mend(document: Document) -> None:
    """What a condition or an empty list leaves behind and Word refuses: a cell without a paragraph, a table without a row."""
    for part in (document, *(one for section in document.sections for one in (section.header, section.footer))):
        root = part._element
        for table in list(root.iter(qn("w:tbl"))):
            if table.find(qn("w:tr")) is None and table.getparent() is not None:
                table.getparent().remove(table)
        for cell in root.iter(qn("w:tc")):
            if not len(cell) or cell[-1].tag != qn("w:p"):
                cell.append(cell.makeelement(qn("w:p"), {}))


def not_allowed(error: NotAllowed) -> Verdict:
    """A field where fields are not looked for: found before it was filled."""
    return Verdict(None, (Found(error.fault if error.fault is Fault.CODE else Fault.ELSEWHERE, shown(error.name), Where()),))
