"""Shapes as SVG: every text escaped, looks in classes, nothing a strict content policy refuses."""

from lxml import etree

from pmo.schedule import svg
from pmo.schedule.logic.gantt import Frame, layout
from pmo.schedule.logic.gantt_rows import Kind, Page, Row
from pmo.schedule.logic.shapes import Anchor, Circle, Look, Polygon, Polyline, Rect, Text
from tests.schedule.gantt_example import COMMITTEES, HOLIDAYS, LINKS, ROWS, TODAY

DRAWING = layout(Page(1, 1, ROWS), LINKS, Frame(today=TODAY, committees=COMMITTEES, holidays=HOLIDAYS))


def test_every_part_of_a_timeline_is_well_formed_and_free_of_styles():
    parts = [svg.head(DRAWING, "fr"), svg.under(DRAWING, "en"), *(svg.row(row, DRAWING, "nl") for row in DRAWING.rows)]
    for part in parts:
        for element in etree.fromstring(str(part)).iter():
            assert "style" not in element.attrib
            assert not any(name.startswith("on") for name in element.attrib)


def test_a_name_is_text_whatever_is_in_it():
    name = '<script>alert("1")</script> & "quotes"'
    row = Row(key="x", kind=Kind.MILESTONE, name=name, finish=TODAY)
    drawing = layout(Page(1, 1, (row,)), (), Frame(today=TODAY))

    drawn = etree.fromstring(str(svg.row(drawing.rows[0], drawing, "en")))

    assert drawn.get("aria-label").startswith(name)
    assert [text.text for text in drawn.iter("text")] == [name]


def test_shapes_become_the_elements_the_style_sheet_knows():
    shapes = [
        Rect(1, 2, 3.5, 4, Look.BAR, 2),
        Polyline(((0, 0), (5, 5)), Look.GRID),
        Polyline(((0, 0), (5, 0), (5, 5)), Look.LINK, (2, 3)),
        Polygon(((0, 0), (5, 0), (5, 5)), Look.ARROW),
        Circle(1, 2, 3, Look.POINT),
        Text(1, 2, "a", Look.TEXT, Anchor.END),
    ]
    assert str(svg.chart(shapes, 10, 10, "Label", "en")) == (
        '<svg class="chart" viewBox="0 0 10 10" role="img" aria-label="Label">'
        '<rect class="gb" x="1" y="2" width="3.5" height="4" rx="2"/>'
        '<line class="gv" x1="0" y1="0" x2="5" y2="5"/>'
        '<path class="gd" d="M0 0 5 0 5 5" stroke-dasharray="2 3"/>'
        '<path class="gd-h" d="M0 0 5 0 5 5z"/>'
        '<circle class="p-1" cx="1" cy="2" r="3"/>'
        '<text class="t" x="1" y="2" text-anchor="end">a</text></svg>'
    )


def test_each_row_can_repeat_its_strip_of_the_background_for_print():
    under, row = svg.under(DRAWING, "en"), svg.row(DRAWING.rows[0], DRAWING, "en")
    assert '<g id="gantt-strip">' in under
    assert 'href="#gantt-strip"' in row
    strip = etree.fromstring(str(under)).find(".//{*}g[@id='gantt-strip']")
    assert {line.get("y2") for line in strip.iter("line")} == {"34"}
