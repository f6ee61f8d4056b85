"""What surrounds the pages of a report: paper, styles, language, running heads, properties, the contents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from pmo.reports.word.paging import Block
from pmo.reports.word.paper import HEADINGS, WIDTH, Paper
from pmo.reports.word.xml import (
    ACT,
    COMMITTEE,
    INK,
    TWIPS_A_CM,
    Look,
    Piece,
    clean,
    element,
    paragraph_properties,
    run,
    run_properties,
    words_element,
)

FONT = "Calibri"
LOCALES = {"en": "en-GB", "fr": "fr-BE", "nl": "nl-BE"}
SMALL = Look(size=9)
CONTENTS = Look(style="TOC1", size=10, after=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What file managers and readers' programs show of a document."""

    title: str
    subject: str
    author: str
    keywords: str
    comments: str
    category: str
    version: str
    at: datetime


def set_up(paper: Paper, properties: Properties) -> None:
    """A4, our styles, the language of the words, the properties."""
    _page(paper)
    _styles(paper)
    _settings(paper)
    core = paper.document.core_properties
    core.title, core.subject, core.category = properties.title[:255], properties.subject[:255], properties.category[:255]
    core.author = core.last_modified_by = properties.author[:255]
    core.keywords, core.comments, core.version = properties.keywords[:255], properties.comments[:255], properties.version[:255]
    core.created = core.modified = properties.at.astimezone(UTC).replace(tzinfo=None)
    core.language = LOCALES[paper.lang]


def running_heads(paper: Paper, left: str, right: str, foot: str, pages: str) -> None:
    """`pages` has two places, %(page)s and %(pages)s, which Word counts."""
    section = paper.document.sections[0]
    named = [run(piece, SMALL, paper.lang) for piece in (Piece(left, bold=True), Piece(right, bold=True, ink=COMMITTEE))]
    _fill(section.header.paragraphs[0]._p, [named[0], _tab(), named[1]])
    before, between, after = _around(pages)
    counted = [*_field("PAGE", "1"), run(Piece(between), SMALL, paper.lang), *_field("NUMPAGES", "1")]
    count = [run(Piece(before), SMALL, paper.lang), *counted, run(Piece(after), SMALL, paper.lang)]
    _fill(section.footer.paragraphs[0]._p, [run(Piece(foot), SMALL, paper.lang), _tab(), *count])


@dataclass(frozen=True, slots=True)
class Contents:
    """The place of the table of contents, filled when everything after it is written."""

    place: Any
    first_block: int

    def fill(self, paper: Paper, numbers: Mapping[str, int]) -> None:
        lines = [self._entry(entry.title, entry.mark, numbers.get(entry.mark, 1), paper) for entry in paper.entries]
        first, last = lines[0], lines[-1]
        opening = [_char("begin"), _instruction(r'TOC \o "1-1" \h \z \u'), _char("separate")]
        for made in reversed(opening):
            first.insert(1, made)
        last.append(_char("end"))
        for line in lines:
            self.place.addprevious(line)
        self.place.getparent().remove(self.place)

    def _entry(self, title: str, mark: str, page: int, paper: Paper) -> Any:
        number = [_char("begin"), _instruction(rf"PAGEREF {mark} \h"), _char("separate"), _plain(str(page)), _char("end")]
        link = element("w:hyperlink", run(Piece(title), CONTENTS, paper.lang), _tab(), *number, anchor=mark, history=1)
        return element("w:p", paragraph_properties(CONTENTS), link)


def contents(paper: Paper, lines: int) -> Contents:
    """Keeps the place of so many lines."""
    place = paper.add(element("w:p"), *(Block(CONTENTS.size * 1.2207 + CONTENTS.after) for _ in range(lines)))
    return Contents(place, len(paper.blocks))


def _settings(paper: Paper) -> None:
    """Laid out as today's Word does, not as the one of 2010, which the template of the library asks for."""
    for setting in paper.document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _page(paper: Paper) -> None:
    section = paper.document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin, section.bottom_margin = Cm(2), Cm(1.9)
    section.header_distance, section.footer_distance = Cm(0.9), Cm(0.8)


def _styles(paper: Paper) -> None:
    styles = paper.document.styles
    normal = styles["Normal"]
    _font(normal, 11, INK)
    properties = normal.element.get_or_add_rPr()
    properties.append(element("w:lang", val=LOCALES[paper.lang], eastAsia=LOCALES[paper.lang], bidi="ar-SA"))
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    for level, look in HEADINGS.items():
        heading = styles[f"Heading {level}"]
        _font(heading, look.size, INK if level == 1 else ACT)
        heading.font.bold, heading.font.italic = True, False
        form = heading.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(look.before), Pt(look.after), True
    listed = styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    listed.element.set(qn("w:styleId"), CONTENTS.style)
    listed.base_style = normal
    tabs = element("w:tabs", element("w:tab", val="right", leader="dot", pos=round(WIDTH * TWIPS_A_CM)))
    listed.element.get_or_add_pPr().append(tabs)
    for name in ("Header", "Footer"):
        stops = styles[name].element.get_or_add_pPr()
        for old in stops.findall(qn("w:tabs")):
            stops.remove(old)


def _font(style: Any, size: float, ink: str) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor.from_string(ink)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)


def _fill(place: Any, runs: list[Any]) -> None:
    tabs = element("w:tabs", element("w:tab", val="right", pos=round(WIDTH * TWIPS_A_CM)))
    properties = place.get_or_add_pPr()
    properties.append(tabs)
    for made in runs:
        place.append(made)


def _around(pages: str) -> tuple[str, str, str]:
    before, _, rest = pages.partition("%(page)s")
    between, _, after = rest.partition("%(pages)s")
    return before, between, after


def _field(code: str, shown: str) -> list[Any]:
    return [_char("begin"), _instruction(code), _char("separate"), _plain(shown), _char("end")]


def _char(kind: str) -> Any:
    return element("w:r", run_properties(Piece(""), SMALL), element("w:fldChar", fldCharType=kind))


def _instruction(code: str) -> Any:
    made = element("w:instrText")
    made.text = f" {code} "
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element("w:r", made)


def _plain(words: str) -> Any:
    return element("w:r", run_properties(Piece(""), SMALL), words_element(clean(words)))


def _tab() -> Any:
    return element("w:r", element("w:tab"))
