"""The Word file: its numbers in three languages, its structure, its pages, and names that try to break it."""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from pmo.kernel import formats
from pmo.portfolio.logic import Colour
from pmo.reports.logic.content import MilestoneLine, ProgrammeBlock, Report, Scope, Words
from pmo.reports.logic.stamp import Stamp
from pmo.reports.word import timeline
from pmo.reports.word.document import document
from pmo.reports.word.paging import PAGE_HEIGHT, Block, count
from pmo.reports.word.paper import Paper
from pmo.reports.word.xml import clean, glued
from tests.reports import example

STAMP = Stamp(
    author="Els Wauters",
    content_sha256="3f9ac2d1" + "0" * 56,
    code="MC",
    number="2026-03",
    organisation="PMO",
    chain_head="12:" + "ab" * 32,
)
DRAFT = replace(STAMP, number="", chain_head="")
LANGUAGES = ("en", "fr", "nl")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {lang: document(example.report(), STAMP, lang) for lang in LANGUAGES}


def of_project(report: Report, code: str) -> Report:
    [project] = [line for line in report.projects if line.code == code]
    return replace(
        report,
        scope=Scope.PROJECT,
        code=code,
        name=f"{code} {project.name}",
        committee="",
        meeting=None,
        coming=(),
        changes=None,
        earlier=None,
        programmes=(ProgrammeBlock("X", "Programme", (project,)),),
        money=report.money[-1:],
        raid=tuple(line for line in report.raid if line.project == code),
        tracks=tuple(t for t in report.tracks if t.project == code),
    )


def rows_of(content: bytes) -> list[list[str]]:
    tables = Document(BytesIO(content)).tables
    return [[cell.text.replace(NBSP, " ") for cell in row.cells] for table in tables for row in table.rows]


def texts_of(content: bytes) -> str:
    read = Document(BytesIO(content))
    return "\n".join([*(p.text for p in read.paragraphs), *(c for row in rows_of(content) for c in row)]).replace(NBSP, " ")


# --- numbers and dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_date_and_slip_of_the_next_milestones_stands_in_its_row(files, lang):
    rows = rows_of(files[lang])

    for project in example.report().projects:
        promise = project.next_milestone.promise
        days = [formats.day(day, lang, year=False) for day in (promise.baseline, promise.commitment, promise.forecast)]
        slips = [formats.delta(slip, lang) for slip in (promise.to_baseline, promise.to_commitment)]
        expected = [project.code, project.next_milestone.name, *days, *slips]
        assert [text.replace(NBSP, " ") for text in expected] in rows


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_colour_of_the_status_table_is_that_of_the_content(files, lang):
    letters = {"en": "GAR", "fr": "VOR", "nl": "GOR"}[lang]
    shown = {None: "–", Colour.GREEN: f"● {letters[0]}", Colour.AMBER: f"▲ {letters[1]}", Colour.RED: f"■ {letters[2]}"}
    rows = {row[0].split(" ")[0]: row for row in rows_of(files[lang]) if len(row) == 6 and re.match(r"[A-Z]{3}-\d\d ", row[0])}

    found = {code: row[2] for code, row in rows.items()}

    assert found == {project.code: shown[project.overall] for project in example.report().projects}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_amount_of_the_money_table_is_that_of_the_content(files, lang):
    rows = rows_of(files[lang])

    for line in example.report().money:
        amounts = [
            formats.money(amount, "EUR", lang).replace(NBSP, " ")
            for amount in (line.budget, line.spent, line.committed, line.forecast)
        ]
        over = formats.percent(line.over_percent, lang, signed=True, places=1).replace(NBSP, " ")
        assert [*amounts, over] in [[row[1], row[2], row[4], row[6], row[8]] for row in rows if len(row) == 9]


def test_an_edition_of_a_form_without_commitments_has_no_column_for_them():
    report = example.report()
    earlier = replace(report, form=3, money=tuple(replace(line, committed=None, committed_known=None) for line in report.money))

    rows = [row for row in rows_of(document(earlier, STAMP, "en")) if row[0] == "Programme"]

    assert rows[-1] == ["Programme", "Budget", "Spent", "known", "Forecast at end", "known", "over"]


def test_a_risk_says_its_trigger_and_proximity_and_an_assumption_its_confidence_where_known():
    report = of_project(example.report(), "EVG-03")
    risk = replace(report.raid[0], type="risk", trigger="The desk is silent", proximity="month")
    assumption = replace(risk, code="A-007", type="assumption", title="Sites meet monthly", level=None, confidence="low")

    known = texts_of(document(replace(report, raid=(risk, assumption)), STAMP, "en"))
    unknown = texts_of(document(replace(report, raid=(replace(risk, trigger="", proximity=""),)), STAMP, "en"))

    assert "Trigger: The desk is silent. Proximity: Within a month." in known
    assert "Open assumptions" in known
    assert "Sites meet monthly" in known
    assert "Trigger" not in unknown
    assert "Open assumptions" not in unknown


def test_the_three_languages_say_the_same_numbers_in_the_same_cells(files):
    """Digits of every table, cell by cell; a French first of the month is 1er."""
    digits = {
        lang: [[re.sub(r"\D", "", cell.replace("1er", "1")) for cell in row] for row in rows_of(files[lang])]
        for lang in LANGUAGES
    }

    assert digits["fr"] == digits["en"]
    assert digits["nl"] == digits["en"]


def test_the_money_says_how_much_is_known_and_names_what_is_not(files):
    text = texts_of(files["en"])

    assert "14 of 15" in text
    assert "Unknown spent: SCX-06." in text
    assert "Unknown committed: EVG-07, SCX-06." in text
    assert "Unknown forecast: EVG-07, SCX-06." in text


# --- structure ---------------------------------------------------------------------------------------------------------------


def test_headings_are_real_and_stand_in_the_contents(files):
    read = Document(BytesIO(files["en"]))
    headings = [p.text.replace(NBSP, " ") for p in read.paragraphs if p.style.name == "Heading 1"]
    entries = [p.text for p in read.paragraphs if p.style.name == "toc 1"]

    assert headings == [
        "1  Red: 2 of 15 projects",
        "2  Decisions and actions of 24 Feb 2026",
        "3  Decisions asked",
        "4  Status of 15 projects",
        "5  What changed since 24 Feb 2026",
        "6  Timeline and money",
        "7  Risks, issues and dependencies",
        "Annex  Projects that are not green",
    ]
    assert len(entries) == len(headings)


def test_the_contents_are_a_field_with_links_and_page_numbers(files):
    body = Document(BytesIO(files["en"])).element.body
    codes = [node.text.strip() for node in body.iter(qn("w:instrText"))]
    marks = {node.get(qn("w:name")) for node in body.iter(qn("w:bookmarkStart"))}
    anchors = [node.get(qn("w:anchor")) for node in body.iter(qn("w:hyperlink"))]

    assert codes[0] == r'TOC \o "1-1" \h \z \u'
    assert codes[1:] == [rf"PAGEREF {anchor} \h" for anchor in anchors]
    assert set(anchors) <= marks
    kinds = [node.get(qn("w:fldCharType")) for node in body.iter(qn("w:fldChar"))]
    assert (kinds.count("begin"), kinds.count("separate"), kinds.count("end")) == (len(codes), len(codes), len(codes))


def test_header_and_footer_name_edition_moment_hash_and_page(files):
    section = Document(BytesIO(files["en"])).sections[0]
    foot = section.footer.paragraphs[0]
    codes = [node.text.strip() for node in foot._p.iter(qn("w:instrText"))]

    assert "Management committee, 24 Mar 2026" in section.header.paragraphs[0].text.replace(NBSP, " ")
    assert foot.text.replace(NBSP, " ").startswith("Edition MC 2026-03. Data of 12 Mar 2026, 09:40. Hash 3f9a c2d1. Internal.")
    assert codes == ["PAGE", "NUMPAGES"]


def test_a_draft_says_draft_in_footer_and_on_the_first_page():
    content = document(example.report(), DRAFT, "en")

    assert Document(BytesIO(content)).sections[0].footer.paragraphs[0].text.startswith("Draft.")
    assert "Draft, not published." in texts_of(content)


def test_what_the_last_meeting_left_opens_the_report_with_its_state(files):
    rows = {cells[0]: cells for cells in rows_that_begin(files["en"], ("2026-", "A-0"))}

    assert rows["2026-07"][1] == "Dutch and French labels; money in two parts. Changed: Half now, half in March Reason: Cash"
    assert rows["2026-07"][3:] == ["Accepted with change (D3)", "A-061, A-062"]
    assert rows["2026-08"][3] == "Deferred, 24 Mar (D1)"
    assert {code: rows[code][4] for code in ("A-061", "A-062", "A-063", "A-058")} == {
        "A-061": "Done 9 Mar 2026: Mail of 9 March",
        "A-062": "2 d late",
        "A-063": "Open",
        "A-058": "Cancelled: One vendor left",
    }


def test_each_question_has_its_options_boxes_and_two_ruled_lines(files):
    read = Document(BytesIO(files["en"]))
    said = [p.text.replace(NBSP, " ") for p in read.paragraphs]
    options = rows_that_begin(files["en"], ("Open Oulu now", "Wait for Tampere", "Reduce the cohort"))

    assert "D4  Open a fall-back site in Oulu?" in said
    assert "If nothing is decided: Enrolment ends after 18 Sep 2026" in said
    assert [row[2:] for row in options[:3]] == [["€ 38,000", "Contingency of the programme"], ["€ 0", "–"], ["not known", "–"]]
    assert options[0][0] == "Open Oulu now (recommended)"
    assert sum(text.count("☐") for text in said) == 2 * 4
    assert len(list(read.element.body.iter(qn("w:pBdr")))) == 2 * 2


def rows_that_begin(content, beginnings):
    """Rows of all tables whose first cell begins so, as texts."""
    return [row for row in rows_of(content) if row[0].startswith(beginnings)]


def test_tables_repeat_their_head_and_rows_do_not_break(files):
    for table in Document(BytesIO(files["en"])).tables[2:]:
        first, *others = table._tbl.tr_lst
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (first, *others))


def test_every_table_and_picture_has_words_for_who_does_not_see_it(files):
    read = Document(BytesIO(files["en"]))

    assert all(table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) for table in read.tables)
    pictures = list(read.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == 3
    assert all(len(picture.get("descr")) > 40 for picture in pictures)


@pytest.mark.parametrize(("lang", "locale"), [("en", "en-GB"), ("fr", "fr-BE"), ("nl", "nl-BE")])
def test_the_language_of_the_words_is_set(files, lang, locale):
    read = Document(BytesIO(files[lang]))

    assert read.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == locale
    assert read.core_properties.language == locale


def test_the_properties_say_what_the_file_is(files):
    core = Document(BytesIO(files["en"])).core_properties

    assert core.title == "Portfolio status report, Medical Affairs and ICT, Belgium and the Nordics"
    assert (core.author, core.subject, core.version) == ("Els Wauters, PMO", "Management committee", "Edition MC 2026-03")
    assert STAMP.content_sha256 in core.comments


def test_the_whole_hash_and_the_head_of_the_history_are_printed(files):
    text = texts_of(files["en"])

    assert STAMP.content_sha256 in text
    assert STAMP.chain_head in text


def test_status_cells_differ_in_fill_shape_and_letter(files):
    fills = {}
    for table in Document(BytesIO(files["en"])).tables:
        for cell in table._tbl.iter(qn("w:tc")):
            text = "".join(node.text or "" for node in cell.iter(qn("w:t")))
            if text in (f"■{NBSP}R", f"▲{NBSP}A", f"●{NBSP}G"):
                shade = cell.find(f".//{qn('w:shd')}")
                fills.setdefault(text, set()).add(shade.get(qn("w:fill")) if shade is not None else "")

    assert fills == {f"■{NBSP}R": {"9E1B15"}, f"▲{NBSP}A": {"FBDD9A"}, f"●{NBSP}G": {""}}


def test_every_part_of_the_file_is_well_formed_and_in_the_order_of_the_format(files):
    with zipfile.ZipFile(BytesIO(files["nl"])) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels", ".svg")):
                etree.fromstring(package.read(name))
        body = etree.fromstring(package.read("word/document.xml"))
    order = ["tcW", "gridSpan", "tcBorders", "shd", "vAlign"]
    for properties in body.iter(qn("w:tcPr")):
        names = [etree.QName(child).localname for child in properties]
        assert names == sorted(names, key=order.index)


# --- one project, nothing, hostile words -------------------------------------------------------------------------------------


def test_the_report_of_a_project_says_why_for_each_dimension():
    text = texts_of(document(of_project(example.report(), "EVG-03"), STAMP, "en"))

    assert "Red since 6 Mar 2026: Schedule, Cost, Resources, Risk" in text
    assert "Two risks score 20." in text
    assert "Next: First patient in, Tampere prepared." in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_portfolio_still_gives_a_report(lang):
    empty = replace(
        example.report(), programmes=(), money=(), raid=(), tracks=(), changes=None, earlier=None, meeting=None, coming=()
    )

    assert "MC" not in Document(BytesIO(document(empty, DRAFT, lang))).paragraphs[0].text


def test_a_project_without_any_fact_gives_a_report():
    bare = replace(
        example.report(),
        scope=Scope.PROJECT,
        money=(),
        raid=(),
        tracks=(),
        changes=None,
        earlier=None,
        committee="",
        meeting=None,
        programmes=(ProgrammeBlock("X", "X", (example.ProjectLine(id=1, code="X", name="X"),)),),
    )

    assert "Status is not reported yet" in texts_of(document(bare, DRAFT, "en"))


HOSTILE = [
    "NUL\x00 and bell\x07 and \x1b[31mred",
    "<w:p>&amp;</w:p>]]>",
    "\u202egnp.exe \u2066hidden\u2069",
    "\ud83d lone surrogate",
    "emoji 👩‍⚕️🇧🇪 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "עברית and العربية",
    "a" * 5000,
    "word " * 2000,
    "line\nbreak\ttab\r\nvertical\x0bform\x0c\u2028separator",
    "%(name)s %s {0} {{ x }} %",
    "￾￿",
    "",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_people_type_the_file_opens(words):
    report = example.report()
    first = report.projects[0]
    line = MilestoneLine(1, words[:30], words, first.milestones[0].promise, colour=Colour.RED)
    project = replace(
        first,
        name=words,
        code=words[:40],
        manager=words,
        milestones=(line,),
        words=Words(words, words, words, words),
        overall=Colour.RED,
        is_stale=True,
    )
    blocks = (ProgrammeBlock(words[:10], words, (project,)),)
    risk = replace(report.raid[0], title=words, owner=words, response_text=words)
    hostile = replace(
        report,
        name=words,
        committee=words,
        programmes=blocks,
        raid=(risk,),
        tracks=(replace(report.tracks[0], name=words),),
        changes=None,
    )

    content = document(hostile, replace(STAMP, author=words), "fr")

    assert len(Document(BytesIO(content)).tables) > 3


@pytest.mark.parametrize(
    ("words", "said"),
    [("a\x00b", "ab"), ("a\u202eb", "ab"), ("a\n\tb  c", "a b c"), (f"1{NBSP}%", f"1{NBSP}%"), ("x" * 10, "xxxx…")],
)
def test_words_are_made_safe(words, said):
    assert clean(words, 5) == said


@pytest.mark.parametrize(
    ("words", "lang", "said"),
    [
        ("on 12 Mar 2026", "en", f"on 12{NBSP}Mar 2026"),
        ("le 1er avr. : oui", "fr", f"le 1er{NBSP}avr.{NBSP}: oui"),
        ("13 févr..", "fr", f"13{NBSP}févr."),
    ],
)
def test_no_line_breaks_inside_a_date(words, lang, said):
    assert glued(words, lang) == said


# --- pages -------------------------------------------------------------------------------------------------------------------

SOFFICE = shutil.which("soffice")


def pdf_of(content: bytes, folder: Path) -> Path:
    (folder / "report.docx").write_bytes(content)
    [made] = pdfs_of([folder / "report.docx"], folder)
    return made


def pdfs_of(documents: Sequence[Path], folder: Path) -> list[Path]:
    """By one LibreOffice for all of them: starting it costs more than a document."""
    subprocess.run(
        [
            SOFFICE,
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            *documents,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return [folder / f"{document.stem}.pdf" for document in documents]


def pages_of(pdf: Path) -> list[str]:
    read = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return read.split("\f")[:-1]


@pytest.mark.parametrize("used", [60, 250, 400, 480, 560, 700])
@pytest.mark.parametrize("projects", [18, 30, 48])
def test_no_third_of_a_page_stays_empty_before_the_chart_goes_on(used, projects):
    paper = Paper("en")
    paper.add(paper.end.makeelement(qn("w:p"), {}), Block(used))

    timeline.timeline(paper, example.many(projects), "4 Timeline")

    assert [full for full in fills(paper.blocks)[:-1] if full < PAGE_HEIGHT * 2 / 3] == []


def fills(blocks: list[Block]) -> list[float]:
    """How full each page is."""
    pages = range(1, count(blocks) + 1)
    parts = [[block for number, block in enumerate(blocks) if count(blocks[: number + 1]) == page] for page in pages]
    return [sum(block.height for block in part) for part in parts]


@pytest.mark.slow
@pytest.mark.skipif(not SOFFICE and not os.environ.get("CI"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_thirty_projects_take_at_most_twelve_pages(tmp_path, lang):
    assert len(pages_of(pdf_of(document(example.many(30), STAMP, lang), tmp_path))) <= 12


@pytest.mark.slow
@pytest.mark.skipif(not SOFFICE and not os.environ.get("CI"), reason="LibreOffice is not installed")
def test_thirty_red_projects_with_long_words_take_at_most_twelve_pages(tmp_path):
    long = "The supplier has not yet confirmed the second delivery and the site cannot start before it arrives in the country."
    red = tuple(
        replace(project, overall=Colour.RED, words=Words(long, long, long, long)) for project in example.many(30).projects
    )
    report = replace(example.many(30), programmes=(ProgrammeBlock("P", "Programme", red),))

    assert len(pages_of(pdf_of(document(report, STAMP, "en"), tmp_path))) <= 12


@pytest.mark.slow
@pytest.mark.skipif(not SOFFICE and not os.environ.get("CI"), reason="LibreOffice is not installed")
def test_the_contents_name_the_pages_on_which_the_parts_are(tmp_path, files):
    """LibreOffice counts the PAGEREF fields anew; what the file itself says must be the same, for those who do not."""
    body = Document(BytesIO(files["en"])).element.body
    said = [" ".join("".join(n.text or "" for n in link.iter(qn("w:t"))).split()) for link in body.iter(qn("w:hyperlink"))]
    pages = pages_of(pdf_of(files["en"], tmp_path))
    titles = ["4 Status of 15 projects", "5 What changed since 24 Feb 2026", "Annex Projects that are not green"]

    lines = [{" ".join(line.split()) for line in page.splitlines()} for page in pages]
    for title in titles:
        numbers = [number for number, said_there in enumerate(lines, 1) if number > 1 and title in said_there]
        [entry] = [entry for entry in said if entry.startswith(title)]
        assert abs(int(entry.removeprefix(title)) - numbers[0]) <= 1
