"""The milestone trend: what it finds, what it draws, and that its lines can be told apart without colour."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.kernel.languages import render
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.shapes import Anchor, Look, Polyline, Text, extent, say
from pmo.schedule.logic.trend import DASHES, MOST, Report, Track, finding, forecasts, layout, spread

TODAY = date(2026, 3, 12)
REPORTS = [date(2025, 11, 25), date(2025, 12, 16), date(2026, 1, 27), date(2026, 2, 24)]


def track(key, *forecasts, **more):
    return Track(key, key.title(), tuple(map(Report, REPORTS, forecasts)), **more)


OPINION = track("opinion", date(2026, 2, 27), date(2026, 2, 27), date(2026, 3, 9), date(2026, 3, 13), colour=Colour.AMBER)
ORDER = track("order", date(2026, 4, 30), date(2026, 4, 30), date(2026, 5, 7), date(2026, 5, 13), colour=Colour.RED)
DEPOT = track("depot", *[date(2026, 4, 8)] * 4)


def test_the_title_is_the_finding():
    assert render(finding([OPINION, DEPOT]), "en") == "1 milestone has moved 14 d later since 25 Nov 2025"
    assert render(finding([OPINION, ORDER, DEPOT]), "en") == (
        "2 milestones have moved later since 25 Nov 2025, half of them by 13 d or more"
    )
    assert render(finding([DEPOT]), "en") == "No milestone has moved since 25 Nov 2025"


def test_a_milestone_that_came_nearer_is_good_news():
    early = track("early", date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 1), date(2026, 4, 20))
    assert render(finding([early, DEPOT]), "en") == "1 milestone has moved 11 d earlier since 25 Nov 2025"


def test_one_report_is_no_trend():
    assert layout([Track("a", "A", (Report(REPORTS[0], TODAY),))], TODAY) is None
    assert layout([Track("a", "A", ())], TODAY) is None
    assert layout([], TODAY) is None


def test_each_line_has_its_own_dash_and_a_label():
    trend = layout([OPINION, ORDER, DEPOT], TODAY)
    lines = [shape for shape in trend.shapes if isinstance(shape, Polyline) and len(shape.points) == len(REPORTS)]
    names = [shape.words for shape in trend.shapes if isinstance(shape, Text) and shape.look is Look.TEXT_STRONG]

    assert [shape.dash for shape in lines] == list(DASHES[:3])
    assert [shape.look for shape in lines] == [Look.SERIES_AMBER, Look.SERIES_RED, Look.SERIES_QUIET]
    assert names == ["Opinion", "Order", "Depot"]


def test_a_slip_rises_and_a_standstill_is_flat():
    trend = layout([ORDER, DEPOT], TODAY)
    order, depot = [shape for shape in trend.shapes if isinstance(shape, Polyline) and len(shape.points) == len(REPORTS)]
    assert [y for _, y in order.points] == sorted([y for _, y in order.points], reverse=True)
    assert len({y for _, y in depot.points}) == 1


def test_only_so_many_lines_are_drawn_and_the_chart_says_so():
    many = [track(f"m{n:02}", date(2026, 4, 1), *[date(2026, 4, 1 + n)] * 3) for n in range(12)]
    trend = layout(many, TODAY)
    assert [shown.key for shown in trend.tracks] == [f"m{n:02}" for n in range(12 - MOST, 12)]
    assert render(trend.measure, "en") == "Forecast date at each report, 8 of 12 milestones"


def test_what_was_forecast_at_a_report_is_what_stood_before_the_next_move():
    moves = [(date(2026, 1, 10), date(2026, 2, 27)), (date(2026, 2, 1), date(2026, 3, 9))]
    said = [report.forecast for report in forecasts(date(2026, 3, 13), moves, REPORTS)]
    assert said == [date(2026, 2, 27), date(2026, 2, 27), date(2026, 3, 9), date(2026, 3, 13)]


def test_a_milestone_that_had_no_date_yet_is_not_in_the_older_reports():
    moves = [(date(2026, 1, 10), None)]
    assert forecasts(date(2026, 3, 13), moves, REPORTS) == tuple(Report(on, date(2026, 3, 13)) for on in REPORTS[2:])


@settings(deadline=None)
@given(heights=st.lists(st.floats(-50, 400), max_size=8), gap=st.floats(5, 31))
def test_labels_keep_their_distance_and_their_order(heights, gap):
    placed = spread(heights, gap, 20, 260)
    by_height = [place for _, place in sorted(zip(heights, placed, strict=True))]
    assert all(b - a >= gap - 1e-6 for a, b in zip(by_height, by_height[1:], strict=False))
    assert all(20 - 1e-6 <= place <= 260 + 1e-6 for place in placed)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.dates(date(2024, 1, 1), date(2032, 1, 1)), min_size=1, max_size=4), min_size=1, max_size=12),
)
def test_everything_lies_inside_the_chart(tracks):
    trend = layout([track(f"t{n}", *given) for n, given in enumerate(tracks)], TODAY)
    for shape in trend.shapes if trend else ():
        left, top, right, bottom = extent(shape)
        assert 0 <= left <= right <= trend.width
        assert 0 <= top <= bottom <= trend.height
        if isinstance(shape, Text) and shape.anchor is Anchor.END:
            assert left >= len(say(shape.words, "en")) * 4
