"""The layout of a timeline: what is drawn, where, and that it never leaves the drawing."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.kernel.languages import render
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt import Frame, layout
from pmo.schedule.logic.gantt_axis import YEAR_WIDTH, Zoom, axis, fitted, header
from pmo.schedule.logic.gantt_rows import Kind, Link, LinkKind, Mark, Page, Row, paged, rolled_up, visible
from pmo.schedule.logic.shapes import Look, Polyline, Rect, Text, diamond, extent, say
from tests.schedule.gantt_example import COMMITTEES, HOLIDAYS, LINKS, ROWS, TODAY
from tests.schedule.test_gantt_rows import CALENDAR

FRAME = Frame(today=TODAY, committees=COMMITTEES, holidays=HOLIDAYS)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31)) | st.sampled_from([date.min, date.max])
MAYBE = st.none() | DAYS
COLOURS = st.none() | st.sampled_from(list(Colour))


def drawn(rows=ROWS, links=LINKS, **changes):
    whole = rolled_up(rows, CALENDAR)
    frame = Frame(**{"today": TODAY, "committees": COMMITTEES, "holidays": HOLIDAYS} | changes)
    return layout(paged(visible(whole, frozenset({"P2"})), 1), links, frame)


def row_of(drawing, key):
    return next(row for row in drawing.rows if row.row.key == key)


def looks(row):
    return [shape.look for shape in row.shapes]


@st.composite
def rows(draw):
    kind = draw(st.sampled_from(list(Kind)))
    start, finish = draw(MAYBE), draw(MAYBE)
    if start and finish and start > finish:
        start, finish = finish, start
    return Row(
        key=draw(st.uuids()).hex,
        kind=kind,
        name=draw(st.text(max_size=12)),
        start=start,
        finish=finish,
        baseline_start=draw(MAYBE),
        baseline=draw(MAYBE),
        commitment=draw(MAYBE),
        percent=draw(st.none() | st.integers(0, 130)),
        colour=draw(COLOURS),
        is_reached=draw(st.booleans()),
        is_critical=draw(st.booleans()),
        marks=tuple(draw(st.lists(st.builds(Mark, DAYS, st.just("m"), COLOURS), max_size=2))),
    )


FRAMES = st.builds(
    Frame,
    today=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    zoom=st.sampled_from(list(Zoom)),
    width=st.none() | st.floats(200, 900),
    row_height=st.sampled_from([28.0, 34.0, 42.0]),
)


@settings(max_examples=60, deadline=None)
@given(shown=st.lists(rows(), min_size=1, max_size=8), frame=FRAMES)
def test_every_shape_of_every_row_lies_inside_the_drawing(shown, frame):
    drawing = layout(Page(1, 1, tuple(shown)), (), frame)

    for row in drawing.rows:
        for shape in row.shapes:
            left, top, right, bottom = extent(shape)
            assert -0.01 <= left <= right <= drawing.width + 0.01
            assert 0 <= top <= bottom <= drawing.row_height
    for shape in (*drawing.head, *drawing.background):
        left, _, right, _ = extent(shape)
        assert -6 <= left <= right <= drawing.width + 6


@settings(max_examples=40, deadline=None)
@given(shown=st.lists(rows(), min_size=2, max_size=8), frame=FRAMES, data=st.data())
def test_every_link_between_dated_rows_is_drawn_in_right_angles_inside_the_drawing(shown, frame, data):
    index = st.integers(0, len(shown) - 1)
    before, after = data.draw(st.tuples(index, index).filter(lambda pair: pair[0] != pair[1]))
    link = Link(shown[before].key, shown[after].key, data.draw(st.sampled_from(list(LinkKind))))

    lines = [shape for shape in layout(Page(1, 1, tuple(shown)), [link], frame).links if isinstance(shape, Polyline)]

    assert len(lines) == (shown[before].finish is not None and shown[after].finish is not None)
    for path in lines:
        left, top, right, bottom = extent(path)
        assert 0 <= left <= right <= layout(Page(1, 1, tuple(shown)), [], frame).width
        assert 0 <= top <= bottom <= len(shown) * frame.row_height
        for (x1, y1), (x2, y2) in zip(path.points, path.points[1:], strict=False):
            assert x1 == x2 or y1 == y2


@settings(deadline=None)
@given(first=DAYS, second=DAYS, days=st.lists(DAYS, max_size=4), zoom=st.sampled_from(list(Zoom)))
def test_a_later_date_never_stands_further_left(first, second, days, zoom):
    on = axis(days, TODAY, zoom)
    px = on.width / (on.end - on.start).days
    earlier, later = sorted((first, second))
    assert on.x(earlier) <= on.x(later)
    if on.shows(earlier) and on.shows(later) and earlier < later and px > 0.1:
        assert on.x(earlier) < on.x(later)


@pytest.mark.parametrize(("zoom", "px"), [("day", 30), ("week", 14), ("month", 4), ("quarter", 1.6), ("year", 0.8)])
def test_a_date_stands_at_its_days_from_the_start_times_the_zoom(zoom, px):
    on = drawn(zoom=Zoom(zoom)).axis
    assert on.start.day == on.end.day == 1
    assert on.x(TODAY) == pytest.approx((TODAY - on.start).days * px)


def test_a_bar_shows_plan_delay_and_progress_over_its_baseline():
    drawing = drawn()
    on, bar = drawing.axis, row_of(drawing, "P1")
    left, right, planned = on.x(date(2026, 1, 12)), on.x(date(2026, 6, 20)), on.x(date(2026, 6, 6))

    assert bar.shapes[:4] == (
        Rect(left, 24, planned - left, 4, Look.BAR_BASELINE, 1),
        Rect(left, 9, right - left, 12, Look.BAR, 2),
        Rect(planned, 9, right - planned, 12, Look.BAR_LATE, 2),
        Rect(left, 9, pytest.approx((right - left) * 0.31, abs=0.1), 12, Look.BAR_DONE, 2),
    )
    assert looks(bar)[4:] == [Look.COMMITMENT, Look.LABEL]


def test_a_milestone_shows_forecast_baseline_and_what_the_committee_was_told():
    drawing = drawn(selected="A12")
    on, milestone = drawing.axis, row_of(drawing, "A12")

    assert looks(milestone) == [
        Look.MILESTONE_BASELINE,
        Look.GHOST_LINE,
        Look.COMMITMENT,
        Look.MILESTONE_AMBER,
        Look.MILESTONE_SELECTED,
        Look.LABEL_SELECTED,
    ]
    assert milestone.shapes[0] == diamond(on.x(date(2026, 2, 27)), 15, 5, Look.MILESTONE_BASELINE)
    assert milestone.shapes[3] == diamond(on.x(date(2026, 3, 13)), 15, 6.5, Look.MILESTONE_AMBER)


def test_a_red_milestone_and_a_reached_one_differ_by_more_than_colour():
    drawing = drawn()
    assert Look.MILESTONE_BANG in looks(row_of(drawing, "B12"))
    assert looks(row_of(drawing, "P2")).count(Look.MILESTONE_DONE) == 1
    assert Look.MILESTONE_BANG not in looks(row_of(drawing, "P2"))


def test_the_sentence_of_a_row_says_what_its_picture_shows():
    drawing = drawn()
    assert render(row_of(drawing, "A12").label, "en").replace("\u00a0", " ") == (
        "Ethics committee opinion: milestone, forecast 13 Mar 2026, baseline 27 Feb 2026, committee was told 9 Mar 2026"
    )
    assert render(row_of(drawing, "A14").label, "en").replace("\u00a0", " ") == (
        "Supply, labels, depot: 16 Feb 2026 to 24 Apr 2026, baseline 24 Apr 2026, 40 percent done"
    )


def test_a_row_without_dates_says_so():
    nameless = Row(key="x", kind=Kind.MILESTONE, name="Gate 4")
    drawing = layout(Page(1, 1, (nameless,)), (), FRAME)
    assert drawing.rows[0].shapes == ()
    assert render(drawing.rows[0].label, "en") == "Gate 4: milestone without a date"


def test_hiding_baseline_and_critical_path_changes_the_picture_not_the_sentence():
    plain, full = drawn(shows_baseline=False, shows_critical=False, shows_links=False), drawn()
    assert Look.BAR_BASELINE not in looks(row_of(plain, "A11"))
    assert Look.BAR_CRITICAL not in looks(row_of(plain, "A11"))
    assert plain.links == ()
    assert row_of(plain, "A11").label == row_of(full, "A11").label


def test_a_link_to_a_row_of_the_next_page_leaves_at_the_edge():
    page = Page(1, 2, ROWS[1:3], below=frozenset({"A12"}))
    path = layout(page, LINKS[:1], FRAME).links[0]
    assert path.points[-1][1] == 2 * 34


@pytest.mark.parametrize(
    ("kind", "begins", "ends"),
    [("FS", "right", "left"), ("SS", "left", "left"), ("FF", "right", "right"), ("SF", "left", "right")],
)
@pytest.mark.parametrize("apart", [-40, 0, 40])
def test_each_kind_of_link_joins_the_right_ends(kind, begins, ends, apart):
    first = Row(key="a", kind=Kind.TASK, name="a", start=date(2026, 3, 2), finish=date(2026, 3, 31))
    second = Row(key="b", kind=Kind.TASK, name="b", start=first.start + timedelta(apart), finish=first.finish + timedelta(apart))
    drawing = layout(Page(1, 1, (first, second)), [Link("a", "b", LinkKind(kind))], FRAME)
    path, edges = drawing.links[0], {"left": "start", "right": "finish"}

    def edge(row, side):
        return drawing.axis.x(row.start) if edges[side] == "start" else drawing.axis.past(row.finish)

    assert path.points[0] == (edge(first, begins), 15)
    assert path.points[-1][1] == 34 + 15
    assert abs(path.points[-1][0] - edge(second, ends)) == 1


@pytest.mark.parametrize("today", [date(2026, 11, 28), date(2026, 12, 20), date(2027, 1, 10), date(2027, 3, 1)])
@pytest.mark.parametrize("width", [300, 445, 620])
def test_every_year_is_named_beside_the_box_of_today(today, width):
    on = fitted([date(2025, 2, 1), date(2028, 8, 1)], today, width)

    head = header(on, today, ())
    [box] = [shape for shape in head if shape.look is Look.HEAD_TODAY_BOX]
    years = {shape.words: shape.x for shape in head if shape.look is Look.HEAD_TEXT_STRONG}

    assert list(years) == ["2025", "2026", "2027", "2028"]
    assert [year for year, x in years.items() if x - 4 < box.x + box.width and box.x < x + YEAR_WIDTH + 4] == []


def test_the_header_names_quarters_months_weeks_committees_and_today():
    said = [say(shape.words, "en") for shape in drawn().head if isinstance(shape, Text)]
    for words in ("Q1 2026", "Mar", "W11", "24\u00a0Mar", "12\u00a0Mar"):
        assert words in [text.replace(" ", "\u00a0") if text[0].isdigit() else text for text in said]


def test_holidays_and_weekends_are_shaded_only_where_they_can_be_told_apart():
    shaded = {shape.look for shape in drawn(zoom=Zoom.MONTH).background}
    assert {Look.WEEKEND, Look.HOLIDAY} <= shaded
    assert {Look.WEEKEND, Look.HOLIDAY}.isdisjoint({shape.look for shape in drawn(zoom=Zoom.QUARTER).background})


def test_two_thousand_rows_are_laid_out_page_by_page_with_one_axis():
    many = [Row(key=str(n), kind=Kind.TASK, name="t", start=TODAY, finish=TODAY + timedelta(n)) for n in range(2000)]
    whole = (TODAY, TODAY + timedelta(1999))
    widths = {layout(paged(many, number), (), FRAME, whole).width for number in range(1, 11)}
    assert len(widths) == 1
