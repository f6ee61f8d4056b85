"""The fields of a template, each with where it stands, as a reader of the document would look for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError
from lxml import etree

from pmo.reports.logic.template_findings import Fault, Found, Part, Where
from pmo.reports.logic.template_names import Kind, alike
from pmo.reports.word_template.grammar import Said, check

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
OPENING = re.compile(r"\{\{|\{%|\{#")
STEP = re.compile(r"\{%(?:(?:tr|p)\s+|\s*)(for|if|elif|else|endif|endfor)\b(.*)%\}", re.DOTALL)
FILL = re.compile(r"\{%\s*cellbg\s+([^%]*)%\}", re.DOTALL)
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Tag:
    """`said` is the field in Jinja's own words; `wants` the kind of name that fits, None for any text."""

    text: str
    said: str
    where: Where
    wants: Kind | None = None
    fault: Fault | None = None


def tags(root: etree._Element, part: Part) -> Iterator[Tag]:
    """In the order of the document. A text box inside a paragraph counts as paragraphs of its own."""
    tables = {table: number for number, table in enumerate(_outer_tables(root), start=1)}
    for number, paragraph in enumerate(root.iter(f"{W}p"), start=1):
        text = _text(paragraph)
        if "{" in text:
            yield from _of(text, _where(paragraph, number, tables, part))


def problems(found: list[Tag], environment: Environment) -> tuple[list[Found], set[str]]:
    """What is wrong with the fields of one part, and the names they use."""
    wrong = [Found(tag.fault, shown(tag.text), tag.where) for tag in found if tag.fault]
    if wrong:
        return wrong, set()
    try:
        tree = environment.parse("\n".join(tag.said for tag in found))
    except TemplateSyntaxError as error:
        tag = found[min(max(error.lineno, 1), len(found)) - 1]
        return [Found(Fault.BROKEN, shown(tag.text), tag.where)], set()
    used: set[str] = set()
    for said in check(tree):
        tag = found[min(max(said.line, 1), len(found)) - 1]
        fault = said.fault or _misfit(said, tag)
        if fault is None:
            used.add(said.name)
        else:
            wrong.append(_found(fault, said, tag))
    return wrong, used


def shown(text: str) -> str:
    """A stranger's words, cut to what fits beside a sentence."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _found(fault: Fault, said: Said, tag: Tag) -> Found:
    if fault is Fault.UNKNOWN:
        return Found(fault, shown(said.name), tag.where, alike(said.name))
    return Found(fault, shown(tag.text), tag.where)


def _misfit(said: Said, tag: Tag) -> Fault | None:
    """A known name, written in another way than its kind is written."""
    if tag.said.startswith("{%"):
        return None
    if said.kind is Kind.CHART and tag.where.part is not Part.BODY:
        return Fault.ELSEWHERE
    if (said.kind is Kind.FILL) != (tag.wants is Kind.FILL):
        return Fault.FILL
    if said.kind is Kind.STATUS and tag.wants is not Kind.STATUS:
        return Fault.COLOURED
    return Fault.UNCOLOURED if tag.wants is Kind.STATUS and said.kind is not Kind.STATUS else None


def _of(text: str, where: Where) -> Iterator[Tag]:
    for match in TAG.finditer(text):
        yield _tag(" ".join(match.group().split()), where)
    if OPENING.search(rest := TAG.sub("", text)):
        yield Tag(rest, "", where, fault=Fault.OPEN)


def _tag(text: str, where: Where) -> Tag:
    if text.startswith("{#"):
        return Tag(text, "", where)
    if step := STEP.fullmatch(text):
        return Tag(text, f"{{% {step[1]}{step[2]}%}}", where)
    if fill := FILL.fullmatch(text):
        return Tag(text, f"{{{{ {fill[1]} }}}}", where, Kind.FILL)
    if text.startswith("{{r "):
        return Tag(text, "{{ " + text[4:], where, Kind.STATUS)
    if text.startswith("{{"):
        return Tag(text, text, where)
    return Tag(text, "", where, fault=Fault.CODE)


def _text(paragraph: etree._Element) -> str:
    """What is written in the paragraph itself, not in a box that hangs on it."""
    return "".join(one.text or "" for one in paragraph.iter(f"{W}t") if next(one.iterancestors(f"{W}p"), None) is paragraph)


def _outer_tables(root: etree._Element) -> Iterator[etree._Element]:
    return (table for table in root.iter(f"{W}tbl") if next(table.iterancestors(f"{W}tbl"), None) is None)


def _where(paragraph: etree._Element, number: int, tables: dict[etree._Element, int], part: Part) -> Where:
    outer = next((table for table in paragraph.iterancestors(f"{W}tbl") if table in tables), None)
    if outer is None:
        return Where(part, number)
    rows = [row for row in outer.iterchildren(f"{W}tr")]
    row = next((at for at, one in enumerate(rows, start=1) if one in set(paragraph.iterancestors(f"{W}tr"))), 0)
    return Where(part, number, tables[outer], row)
