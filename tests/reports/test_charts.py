"""Figures on paper: sizes, greys, languages, and names that nothing crosses."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from lxml import etree
from matplotlib.image import imread

from pmo.portfolio.logic import Colour
from pmo.reports.charts import CODE, GAP, NAME, PAPER, ROW, SLIP, PrintedRow, timeline, trend
from pmo.reports.inks import INKS
from pmo.schedule.logic.gantt import Frame
from pmo.schedule.logic.gantt_rows import Kind, Row
from pmo.schedule.logic.shapes import Look
from pmo.schedule.logic.trend import layout
from tests.schedule.gantt_example import COMMITTEES, ROWS, TODAY
from tests.schedule.test_trend import DEPOT, OPINION, ORDER

FRAME = Frame(today=TODAY, committees=COMMITTEES)
PROJECTS = [PrintedRow(row, to_baseline=Colour.AMBER) for row in ROWS if row.kind is Kind.PROJECT]


def pixels(png):
    return imread(BytesIO(png), format="png")[..., :3]


def luminance(colour):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_figure_is_as_wide_as_the_text_at_200_dots_an_inch():
    (picture,) = timeline(PROJECTS, FRAME, "en")

    assert pixels(picture.png).shape[:2] == (int(picture.height * 200), 1380)
    assert picture.width == pytest.approx(6.9)
    assert etree.fromstring(picture.svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_the_alternative_text_says_every_row():
    (picture,) = timeline(PROJECTS, FRAME, "en")
    for printed in PROJECTS:
        assert printed.row.name in picture.alt


def test_no_line_of_the_drawing_crosses_the_names():
    """With the names taken away, their columns are empty but for the hairlines between the rows."""
    nameless = [PrintedRow(replace(printed.row, name="", code="")) for printed in PROJECTS]
    (picture,) = timeline(nameless, FRAME, "en")
    columns = pixels(picture.png)[:, : int((CODE + NAME) / PAPER * 1380)]

    assert columns.min() > 0.85
    assert CODE + NAME + GAP < PAPER / 2


def test_many_rows_take_several_figures_on_one_time_axis():
    many = [Row(key=str(n), kind=Kind.PROJECT, name=f"Project {n}", finish=date(2026, 1 + n % 12, 1)) for n in range(60)]
    assert [picture.alt.count("Project ") for picture in timeline([*map(PrintedRow, many)], FRAME, "nl")] == [30, 30]


@pytest.mark.parametrize(
    ("count", "first", "expected"), [(8, 250, [8]), (30, 250, [8, 22]), (30, 640, [30]), (70, 400, [16, 27, 27])]
)
def test_a_chart_begins_in_what_is_left_of_a_page(count, first, expected):
    rows = [PrintedRow(Row(key=str(n), kind=Kind.PROJECT, name=f"Project {n}", finish=date(2026, 5, 1))) for n in range(count)]

    pictures = timeline(rows, FRAME, "en", first)

    assert [picture.alt.count("Project ") for picture in pictures] == expected
    assert max(picture.height * 72 - 4.5 for picture in pictures[1:] or pictures) <= 640
    assert pictures[0].height * 72 - 4.5 <= first


@pytest.mark.parametrize(("lang", "least"), [("en", 15), ("fr", 20), ("nl", 40)])
def test_the_head_of_the_slips_stands_over_both_columns(lang, least):
    (picture,) = timeline(PROJECTS, FRAME, lang)
    both, head, dot = 2 * SLIP + GAP, (picture.height * 72 - 4) - len(PROJECTS) * ROW, 200 / 72

    shown = pixels(picture.png)[int((head - 21) * dot) : int((head - 12.5) * dot), int((PAPER - both) * dot) :]
    [columns] = (shown.min(axis=(0, 2)) < 0.6).nonzero()
    first, last = columns[0] / dot, columns[-1] / dot

    assert first == pytest.approx(both - last, abs=3)
    assert least < last - first <= both


def test_the_same_figure_is_the_same_file():
    assert timeline(PROJECTS, FRAME, "fr") == timeline(PROJECTS, FRAME, "fr")


@pytest.mark.parametrize("name", ["Cost $a_b$ ^2", "日本語 \U0001f600", "", "x" * 500])
def test_any_name_can_be_printed(name):
    (picture,) = timeline([replace(PROJECTS[0], row=replace(PROJECTS[0].row, name=name))], FRAME, "en")
    assert picture.png.startswith(b"\x89PNG")


def test_the_trend_is_a_figure_too():
    chart = layout([OPINION, ORDER, DEPOT], TODAY)
    english, dutch = trend(chart, "en"), trend(chart, "nl")
    assert pixels(english.png).shape == pixels(dutch.png).shape
    assert "Opinion" in english.alt


def test_every_look_has_its_ink_and_no_text_is_too_small_to_read():
    assert set(INKS) == set(Look)
    assert min(ink.size for ink in INKS.values()) >= 7.4


def test_bar_progress_and_milestones_differ_on_a_grey_printer():
    grey = {look: luminance(INKS[look].fill) for look in (Look.BAR, Look.BAR_DONE, Look.BAR_CRITICAL, Look.BAR_CRITICAL_DONE)}
    assert abs(grey[Look.BAR] - grey[Look.BAR_DONE]) > 0.4
    assert abs(grey[Look.BAR_CRITICAL] - grey[Look.BAR_CRITICAL_DONE]) > 0.3
    states = sorted(luminance(INKS[look].fill) for look in (Look.MILESTONE, Look.MILESTONE_AMBER, Look.MILESTONE_DONE))
    assert all(lighter - darker > 0.2 for darker, lighter in zip(states, states[1:], strict=False))
