"""A house's own Word template: what it may say, what it says when it is filled, and that nothing else ever does."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import example as at_least
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from pmo.kernel.languages import render
from pmo.reports.filled import Content, Limits, fill
from pmo.reports.logic.example import STAMP, example
from pmo.reports.logic.template_columns import Kind
from pmo.reports.logic.template_findings import Fault, Refusal, hints, read, written
from pmo.reports.logic.template_names import CATALOGUE, KNOWN, alike, flat
from pmo.reports.template_charts import CHARTS
from pmo.reports.template_values import values
from pmo.reports.word_template.filling import Narrow, NotAllowed
from pmo.reports.word_template.sample import sample
from tests.reports.word_templates import BODY, LIMITS, TYPES, changed, document, field, paragraphs_in_cell, related, tried, words

ROWS = (("{%tr for p in projects %}", ""), ("{{ p.code }}", "{{r p.status }}"), ("{%tr endfor %}", ""))
OTHER_FORMS = {"colour", "mark", "status", "fill"}  # of the same colour: the sample shows at least one of them


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_the_sample_is_taken_and_shows_every_name(lang):
    filled = fill(sample(lang), Content(example(), STAMP, lang), LIMITS)

    shown = {path for path, _ in flat() if path.rpartition(".")[2] not in OTHER_FORMS}
    assert (filled.verdict.refusal, filled.verdict.found) == (None, ())
    assert shown - set(filled.verdict.used) == set()


def test_the_sample_filled_says_the_figures_of_the_report_and_draws_its_charts():
    filled = fill(sample("en"), Content(example(), STAMP, "en"), LIMITS, remark="Template “House”, version 2.")

    said = words(filled.document)
    with ZipFile(BytesIO(filled.document)) as packed:
        pictures = [name for name in packed.namelist() if name.startswith("word/media/")]
    assert [
        text in said for text in ("Red: 2 of 6 projects", "EVG-03 LUMEN registry", "+52\N{NO-BREAK SPACE}d", STAMP.content_sha256)
    ] == [True] * 4
    assert len(pictures) == 3
    assert Document(BytesIO(filled.document)).core_properties.comments == "Template “House”, version 2."
    assert "{{" not in said
    assert "{%" not in said


def test_every_chart_has_words_for_those_who_do_not_see_it():
    filled = fill(document("{{ chart_timeline }}", "{{ chart_slips }}"), Content(example(), STAMP, "en"), LIMITS)

    with ZipFile(BytesIO(filled.document)) as packed:
        described = re.findall(r'descr="([^"]*)"', packed.read(BODY).decode())
    assert len(described) == 2
    assert all(described)


def test_the_values_are_those_of_the_list_and_no_others():
    given = values(example(), STAMP, "nl") | dict.fromkeys(CHARTS)

    assert given.keys() == KNOWN.keys()
    for name in CATALOGUE:
        for row in given[name.name] if name.kind is Kind.LIST else ():
            assert row.keys() == {column.name for column in name.columns}, name.name


def test_a_row_is_repeated_and_a_cell_takes_the_colour_of_its_row():
    rows = (*ROWS[:1], ("{% cellbg p.fill %}{{ p.code }}", "{{r p.status }}"), *ROWS[2:])

    filled = tried(document(rows=rows))

    table = Document(BytesIO(filled.document)).tables[0]
    assert [row.cells[0].text for row in table.rows] == ["PAC-01", "PAC-02", "EVG-03", "EVG-07", "ICT-11", "ICT-15"]
    assert table.rows[2].cells[1].text == "■\N{NO-BREAK SPACE}R red"
    assert 'w:fill="F6C9C5"' in table.rows[2].cells[0]._tc.xml


def test_what_people_wrote_is_text_and_never_a_field_or_markup():
    report = example()
    block = report.programmes[0]
    hostile = tuple(replace(project, name="<w:p/> {{ title }} & co") for project in block.projects)
    report = replace(report, programmes=(replace(block, projects=hostile),))

    filled = fill(document(rows=(ROWS[0], ("{{ p.name }}", ""), ROWS[2])), Content(report, STAMP, "en"), LIMITS, charts=())

    assert words(filled.document).count("<w:p/> {{ title }} & co") == 2


def test_an_empty_list_and_an_empty_cell_leave_a_document_that_word_opens():
    content = Content(replace(example(), slips=()), STAMP, "en")
    rows = (("{%tr for slip in slips %}",), ("{{ slip.reason }}",), ("{%tr endfor %}",))

    filled = fill(paragraphs_in_cell("{%p if slips %}", "{{ headline }}", "{%p endif %}"), content, LIMITS, charts=())
    gone = fill(document("{{ headline }}", rows=rows), content, LIMITS, charts=())

    [table] = Document(BytesIO(filled.document)).tables
    assert [cell.text for cell in table.rows[0].cells] == [""]
    assert Document(BytesIO(gone.document)).tables == []


CODE = [
    ("{{ ''.__class__.__mro__[1].__subclasses__() }}", Fault.CODE),
    ("{{ title.__class__ }}", Fault.CODE),
    ("{{ title|upper }}", Fault.CODE),
    ("{{ title|attr('__class__') }}", Fault.CODE),
    ("{{ title.upper() }}", Fault.CODE),
    ("{{ 9**9**9 }}", Fault.CODE),
    ("{{ 'a' * 1000000000 }}", Fault.CODE),
    ("{{ title ~ title }}", Fault.CODE),
    ("{{ title[0] }}", Fault.CODE),
    ("{{ lipsum() }}", Fault.CODE),
    ("{{ title if red else name }}", Fault.CODE),
    ("{% set x = title %}", Fault.CODE),
    ("{% include 'etc/passwd' %}", Fault.CODE),
    ("{% import 'os' as os %}", Fault.CODE),
    ("{% macro x() %}{% endmacro %}", Fault.CODE),
    ("{% raw %}{{ x }}{% endraw %}", Fault.CODE),
    ("{%tc for p in projects %}", Fault.CODE),
    ("{% vm %}", Fault.CODE),
    ("{% if red > 3 %}x{% endif %}", Fault.CODE),
    ("{% if title is string %}x{% endif %}", Fault.CODE),
    ("{% for i in range(1000000000) %}x{% endfor %}", Fault.LOOP),
    ("{% for i in [1, 2, 3] %}x{% endfor %}", Fault.LOOP),
    ("{% for i in title %}x{% endfor %}", Fault.LOOP),
    ("{% for p in projects if p.is_green %}x{% endfor %}", Fault.LOOP),
    ("{% for p in projects recursive %}{{ loop(projects) }}{% endfor %}", Fault.LOOP),
    ("{% for title in projects %}x{% endfor %}", Fault.LOOP),
    ("{% for p in projects %}{% for q in projects %}x{% endfor %}{% endfor %}", Fault.NESTED),
    ("{% for p in projects %}{% for q in milestones %}x{% endfor %}{% endfor %}", Fault.NESTED),
    ("{% for p in projects %}{% for p in p.milestones %}x{% endfor %}{% endfor %}", Fault.LOOP),
    ("{% for p in projects %}x", Fault.BROKEN),
    ("{{ title", Fault.OPEN),
    ("{{ }}", Fault.BROKEN),
    ("{% if red %}x", Fault.BROKEN),
    ("{% endif %}", Fault.BROKEN),
    ("{{ projects }}", Fault.NO_TEXT),
    ("{% for p in projects %}{{ p.is_green }}{% endfor %}", Fault.NO_TEXT),
    ("{{r title }}", Fault.UNCOLOURED),
    ("{% for p in projects %}{{ p.status }}{% endfor %}", Fault.COLOURED),
    ("{% for p in projects %}{{ p.fill }}{% endfor %}", Fault.FILL),
    ("{% cellbg title %}", Fault.FILL),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), CODE, ids=[text for text, _ in CODE])
def test_what_is_not_a_name_of_the_list_is_refused_where_it_stands(text, fault):
    filled = tried(document("{{ headline }}", text))

    assert filled.document == b""
    assert {(one.fault, str(one.where.sentence)) for one in filled.verdict.found} >= {(fault, "paragraph 2")}
    assert str(filled.verdict.sentence) != ""


def test_unknown_names_are_listed_with_their_places_and_what_was_meant():
    rows = (("{%tr for project in projects %}",), ("{{ project.manger }}",), ("{%tr endfor %}",))

    verdict = tried(document("{{ titel }}", "{{ budget }}", rows=rows, header="{{ logo }}")).verdict

    found = [(one.name, str(one.where.sentence), one.meant) for one in verdict.found]
    assert found == [
        ("titel", "paragraph 1", "title"),
        ("budget", "paragraph 2", "project.budget"),
        ("project.manger", "table 1, row 2", "project.manager"),
        ("logo", "Header, paragraph 1", ""),
    ]
    assert str(verdict.sentence) == "This template uses names that are not in the list: titel, budget, project.manger, logo."


def test_a_field_in_the_words_for_a_picture_is_found_before_it_is_filled():
    hidden = changed(document("{{ headline }}"), {BODY: ("<w:sectPr", '<w:p w:rsidR="{{ lipsum() }}"/><w:sectPr')})
    named = changed(document("{{ headline }}"), {"docProps/core.xml": ("<dc:creator>", "<dc:creator>{{ cycler.__init__ }}")})

    verdicts = [tried(content).verdict for content in (hidden, named)]

    assert [[one.fault for one in verdict.found] for verdict in verdicts] == [[Fault.CODE], [Fault.CODE]]


def test_a_chart_in_a_header_is_refused():
    verdict = tried(document("{{ headline }}", header="{{ chart_trend }}")).verdict

    assert [(one.fault, str(one.where.sentence)) for one in verdict.found] == [(Fault.ELSEWHERE, "Header, paragraph 1")]


def test_a_loop_from_one_cell_to_another_is_refused_because_the_document_would_break():
    broken = document("{% for p in projects %}", rows=(("{{ p.code }}{% endfor %}",),))

    assert tried(broken).verdict.refusal is Refusal.LAYOUT


def macro_file() -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return changed(document("{{ headline }}"), {TYPES: (main, "application/vnd.ms-word.document.macroEnabled.main+xml")})


def bomb() -> bytes:
    return changed(document("{{ headline }}"), more={"word/media/bomb.xml": b"<a>" + b" " * 80_000_000 + b"</a>"})


def workbook() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(TYPES, "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def put_together() -> bytes:
    """A field that only a condition, always false, leaves as it is written."""
    runs = "".join(
        [
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>{% if not title %}</w:t></w:r>',
            '<w:r><w:instrText xml:space="preserve">PAGE </w:instrText></w:r><w:r><w:t>{% endif %}</w:t></w:r>',
            '<w:r><w:instrText xml:space="preserve">DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>',
            '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:sectPr',
        ]
    )
    return changed(document("{{ headline }}"), {BODY: ("<w:sectPr", runs)})


def hidden_part() -> bytes:
    """A footer that is called a picture."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
    named = f'<Override PartName="/word/footer1.png" ContentType="{kind}"/></Types>'
    return changed(document("{{ headline }}"), {TYPES: ("</Types>", named)}, {"word/footer1.png": b"<w:ftr/>"})


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]><w:document'
HOSTILE = {
    "a text file": (lambda: b"Dear reader", Refusal.NO_WORD),
    "a workbook": (workbook, Refusal.NO_WORD),
    "an old or protected file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, Refusal.OLD),
    "a cut file": (lambda: document("{{ headline }}")[:-400], Refusal.DAMAGED),
    "a macro file under another name": (macro_file, Refusal.MACROS),
    "a file with macros": (lambda: changed(document("x"), more={"word/vbaProject.bin": b"x"}), Refusal.MACROS),
    "a picture from elsewhere": (lambda: related("image", "https://example.org/spy.png", "External"), Refusal.OUTSIDE),
    "a picture from a file": (lambda: related("image", "file:///etc/passwd", "External"), Refusal.OUTSIDE),
    "a link to a share": (lambda: related("hyperlink", "\\\\server\\share", "External"), Refusal.OUTSIDE),
    "a template attached": (lambda: related("attachedTemplate", "https://example.org/x.dotm", "External"), Refusal.OUTSIDE),
    "a frame": (lambda: related("frame", "https://example.org/", "External"), Refusal.OUTSIDE),
    "an object of another program": (lambda: related("oleObject", "embeddings/oleObject1.bin"), Refusal.EMBEDDED),
    "a control": (lambda: related("control", "activeX/activeX1.xml"), Refusal.EMBEDDED),
    "a document inside": (lambda: related("aFChunk", "afchunk.mht"), Refusal.EMBEDDED),
    "a package inside": (lambda: changed(document("x"), more={"word/embeddings/a.xlsx": b"PK"}), Refusal.EMBEDDED),
    "a program inside": (lambda: changed(document("x"), more={"word/media/run.exe": b"MZ"}), Refusal.EMBEDDED),
    "entities": (lambda: changed(document("x"), {BODY: ("<w:document", DOCTYPE)}), Refusal.MACHINERY),
    "a bomb": (bomb, Refusal.TOO_LARGE),
    "a field that starts a program": (lambda: field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), Refusal.OUTSIDE),
    "a field that reads a file": (lambda: field(' INCLUDETEXT "c:\\\\secret.docx" '), Refusal.OUTSIDE),
    "a field put together by a condition": (put_together, Refusal.OUTSIDE),
    "a link of Word to a file": (lambda: field('HYPERLINK "file:///etc/passwd"'), Refusal.OUTSIDE),
    "a link of Word to a share": (lambda: field("HYPERLINK \\\\server\\x"), Refusal.OUTSIDE),
    "a part under the name of a picture": (hidden_part, Refusal.DAMAGED),
    "a document without names": (lambda: document("Dear reader"), Refusal.EMPTY),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(what):
    content, refusal = HOSTILE[what]

    filled = tried(content())

    assert (filled.verdict.refusal, filled.document) == (refusal, b"")
    assert str(filled.verdict.sentence).endswith(".")


def test_page_numbers_and_links_of_word_itself_are_taken():
    linked = related("hyperlink", "https://example.org/", "External")

    within, web = field(' HYPERLINK \\l "_Toc1" \\o "Part 1" '), field('HYPERLINK "https://example.org/" \\t "_blank"')

    taken = (field(" PAGE "), field("NUMPAGES"), linked, within, web)
    assert [tried(content).verdict.is_good for content in taken] == [True] * 5


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (Limits(unpacked_mib=60, output_mib=0, memory_mib=600, seconds=30), Refusal.GROWN),
        (Limits(unpacked_mib=60, output_mib=30, memory_mib=20, seconds=30), Refusal.LIMITS),
        (Limits(unpacked_mib=0, output_mib=30, memory_mib=600, seconds=30), Refusal.TOO_LARGE),
    ],
)
def test_a_template_that_takes_more_than_it_may_is_given_up(limits, refusal):
    assert tried(document("{{ headline }}"), limits=limits).verdict.refusal is refusal


def test_a_template_that_takes_too_long_is_given_up():
    slow = document("{{ headline }}", "{ {" * 60_000)

    assert tried(slow, limits=Limits(unpacked_mib=60, output_mib=30, memory_mib=600, seconds=1)).verdict.refusal is Refusal.LIMITS


WORDS = st.sampled_from(
    ["title", "projects", "loop", "self", "x", "__class__", "range", "index", "p", "code", "cycler", "namespace"]
)
EXPRESSIONS = st.recursive(
    WORDS | st.integers(0, 9).map(str) | st.just("''"),
    lambda inner: st.one_of(
        st.tuples(inner, WORDS).map(".".join),
        inner.map(lambda one: f"{one}()"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]}[{two[1]}]"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]}*{two[1]}"),
        st.tuples(inner, st.sampled_from(["upper", "attr('x')", "list", "map"])).map(lambda two: f"{two[0]}|{two[1]}"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}, {two[1]})"),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@at_least("''.__class__.__mro__[1].__subclasses__()")
@at_least("title")
@given(EXPRESSIONS)
def test_no_name_outside_the_list_ever_renders(text):
    given = values(example(), STAMP, "en")
    try:
        said = Narrow(10_000).from_string(f"{{{{ {text} }}}}").render(given)
    except (NotAllowed, TemplateSyntaxError):
        return

    assert text in KNOWN
    assert KNOWN[text].kind is Kind.TEXT
    assert said == given[text]


def test_a_verdict_crosses_the_border_between_two_processes_unchanged():
    verdict = tried(document("{{ titel }}", "{{ title|upper }}")).verdict

    assert read(written(verdict)) == verdict


def test_what_readers_will_miss_is_hinted_at():
    assert [str(one) for one in hints(["edition", "data_hash"])] == ["It does not say of which moment its data are."]
    assert hints([name.name for name in CATALOGUE]) == ()


def test_a_name_that_is_near_is_found_and_a_far_one_is_not():
    assert (alike("Headline"), alike("projetcs"), alike("qwertz")) == ("headline", "projects", "")


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_every_name_is_explained_in_every_language(lang):
    untold = [path for path, name in flat() if render(name.gives, lang) == render(name.gives, "en") and len(str(name.gives)) > 12]

    assert untold == []
