"""The committee's slides: native tables and charts with the figures of the content, one slide per red project, who gets them."""

from dataclasses import replace
from io import BytesIO

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from pmo.kernel import formats
from pmo.kernel.permissions import Role
from pmo.portfolio.logic import Colour
from pmo.reports import actions
from pmo.reports.logic.content import Scope
from pmo.reports.slides.document import slides
from pmo.reports.subjects import by_id
from tests.reports import example
from tests.reports.conftest import PUBLISHER
from tests.reports.test_slips import LINES
from tests.reports.test_word import LANGUAGES, STAMP

NBSP = "\N{NO-BREAK SPACE}"
SHOWN = replace(example.report(), slips=LINES)


@pytest.fixture(scope="module")
def decks():
    return {lang: Presentation(BytesIO(slides(SHOWN, STAMP, lang))) for lang in LANGUAGES}


def titles_of(deck) -> list[str]:
    return [slide.shapes.title.text for slide in deck.slides]


def rows_of(deck) -> list[list[str]]:
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    return [[cell.text.replace(NBSP, " ") for cell in row.cells] for table in tables for row in table.rows]


def charts_of(deck) -> list[dict[str, tuple]]:
    shapes = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    return [{series.name: tuple(series.values) for series in shape.chart.plots[0].series} for shape in shapes]


def test_it_is_sixteen_to_nine(decks):
    deck = decks["en"]

    assert round(deck.slide_width / deck.slide_height, 2) == 1.78


def test_every_red_project_has_one_slide_and_no_other_has(decks):
    known = {project.code for project in SHOWN.projects}

    codes = [title.split(" ")[0] for title in titles_of(decks["en"])]

    assert [code for code in codes if code in known] == ["EVG-03", "ICT-11"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_milestones_of_the_red_projects_are_those_of_the_content(decks, lang):
    rows = rows_of(decks[lang])

    for project in [project for project in SHOWN.projects if project.overall is Colour.RED]:
        promise = project.next_milestone.promise
        days = [formats.day(day, lang) for day in (promise.baseline, promise.commitment, promise.forecast)]
        slips = [formats.delta(slip, lang) for slip in (promise.to_baseline, promise.to_commitment)]
        assert [text.replace(NBSP, " ") for text in (project.next_milestone.name, *days, *slips)] in rows


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_money_is_that_of_the_content(decks, lang):
    rows = [[row[1], row[2], row[4], row[6], row[8]] for row in rows_of(decks[lang]) if len(row) == 9]

    for line in SHOWN.money:
        amounts = [formats.money(amount, "EUR", lang) for amount in (line.budget, line.spent, line.committed, line.forecast)]
        over = formats.percent(line.over_percent, lang, signed=True, places=1)
        assert [text.replace(NBSP, " ") for text in (*amounts, over)] in rows


def test_the_charts_are_native_with_the_counts_and_days_of_the_content(decks):
    status, slips = charts_of(decks["en"])

    assert status["Red"] == (0, 1, 0, 0, 1)
    assert [sum(status[name]) for name in ("Red", "Amber", "Green", "Not reported")] == [2, 5, 8, 0]
    assert slips == {"Days": (15, 3, 2)}
    assert ["Supply", "2", "+15 d", "75 %", "75 %"] in rows_of(decks["en"])


def test_every_text_has_the_font_of_the_report(decks):
    fonts = {latin.get("typeface") for slide in decks["en"].slides for latin in slide.element.iter(qn("a:latin"))}

    assert fonts == {"Calibri"}


def test_tables_and_charts_are_described_for_those_who_do_not_see_them(decks):
    frames = [shape for slide in decks["fr"].slides for shape in slide.shapes if shape.has_chart or shape.has_table]

    assert [shape.name for shape in frames if not shape._element.nvGraphicFramePr.cNvPr.get("descr")] == []


def test_every_slide_names_edition_and_hash(decks):
    feet = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame][1:] for slide in decks["en"].slides]

    assert [texts for texts in feet if not any("Edition MC 2026-03" in text and "3f9a c2d1" in text for text in texts)] == []


def test_a_long_list_goes_on_on_the_next_slide():
    deck = Presentation(BytesIO(slides(example.many(30), STAMP, "en")))

    assert titles_of(deck).count("Status of 30 projects") == 3
    assert "14 to 26 of 30" in [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]


def test_names_that_break_xml_do_not_break_the_file():
    made = replace(SHOWN, name="A\x00B <b>&amp;\u202e", committee="C\x0b")

    assert Presentation(BytesIO(slides(made, STAMP, "en"))).core_properties.title == "C"


def test_an_edition_is_shown_as_it_was_frozen(world, login):
    edition = actions.publish(world.subject, PUBLISHER)
    edition_id, digest = edition.id, edition.content_sha256
    client = login((Role.COMMITTEE, world.portfolio))

    answer = client.get(f"/reports/{edition_id}/fr/slides.pptx")

    texts = [shape.text_frame.text for shape in Presentation(BytesIO(answer.data)).slides[0].shapes if shape.has_text_frame]
    assert any(digest in text for text in texts)
    assert answer.headers["Content-Disposition"].split('"')[1] == "status-MC-2026-03-fr.pptx"
    assert f'href="/reports/{edition_id}/fr/slides.pptx"' in client.get(f"/reports/{edition_id}").text


def test_a_project_has_no_slides_and_a_stranger_gets_none(world, make, login):
    ids = [actions.publish(subject, PUBLISHER).id for subject in (world.subject, by_id(Scope.PROJECT, world.project_ids[0]))]
    mine, stranger = login((Role.PMO, world.portfolio)), login((Role.PMO, make.portfolio()))

    assert mine.get(f"/reports/{ids[1]}/en/slides.pptx").status_code == 404
    assert stranger.get(f"/reports/{ids[0]}/en/slides.pptx").status_code == 404


def test_an_edition_of_an_older_form_says_so(world, make, login):
    edition_id = make.edition(world.portfolio).id

    answer = login((Role.PMO, world.portfolio)).get(f"/reports/{edition_id}/en/slides.pptx")

    assert answer.status_code == 409
    assert "can only be read as the files it has" in answer.text
