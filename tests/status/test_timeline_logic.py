"""Which rows stand on which page of a timeline, and that the address keeps every choice."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_axis import Zoom
from pmo.schedule.logic.gantt_rows import Kind, Mark, Row
from pmo.status.logic.timeline import Part, ProgrammeLine, ProjectLine, cut, programme_row
from pmo.status.logic.timeline_months import by_month
from pmo.status.logic.timeline_view import Level, Show, View, view

TODAY = date(2026, 3, 12)


def programmes(sizes):
    """Programmes of projects with so many rows below them."""
    numbers = iter(range(1, 10_000))
    return [
        ProgrammeLine(number, "", "", tuple(ProjectLine(id=next(numbers), code="", name="", children=rows) for rows in projects))
        for number, projects in enumerate(sizes, 1)
    ]


def keys(page):
    """One key per row of a page."""
    for item in page.items:
        if isinstance(item, Part):
            yield from (f"{item.project_id}.{number}" for number in range(item.first, item.last))
        else:
            yield item.key


@settings(deadline=None)
@given(
    sizes=st.lists(st.lists(st.integers(0, 12), max_size=5), max_size=5),
    level=st.sampled_from(Level),
    flips=st.frozensets(st.sampled_from(["g1", "g2", "p1", "p2", "p3"])),
    size=st.integers(1, 9),
)
def test_pages_cut_the_rows_without_losing_or_repeating_one(sizes, level, flips, size):
    lines, chosen = programmes(sizes), View(level=level, flipped=flips)
    whole = list(keys(cut(lines, chosen, 100_000)))
    pages = [cut(lines, View(level=level, flipped=flips, page=n), size) for n in range(1, cut(lines, chosen, size).last + 1)]

    assert [key for page in pages for key in keys(page)] == whole
    assert len(whole) == len(set(whole)) == pages[0].total
    assert all(len(list(keys(page))) <= size for page in pages)


def test_a_project_that_is_cut_by_a_page_is_read_only_in_part():
    lines = programmes([[5, 5]])
    page = cut(lines, View(level=Level.ALL, page=2), 4)
    assert page.items == (Part(1, 2, 5), lines[0].projects[1])
    assert page.folded == (2,)


@pytest.mark.parametrize(
    "chosen",
    [
        View(),
        View(zoom=Zoom.YEAR, level=Level.ALL, flipped=frozenset({"p1", "g2"}), page=3, links=False),
        View(critical=False, baseline=False, q="ethics & co", programme="PAC", show=Show.LATE, panel="m12"),
    ],
)
def test_the_address_keeps_every_choice(chosen):
    assert view(chosen.args()) == chosen


def test_the_usual_choices_leave_the_address_bare():
    assert View().args() == {}


def test_a_programme_is_rolled_up_from_all_its_projects():
    line = ProgrammeLine(1, "EVG", "Evidence", (
        ProjectLine(id=1, code="A", name="A", start=date(2026, 2, 1), finish=date(2026, 5, 1), baseline=date(2026, 5, 30),
                    weight_reached=Decimal(1), weight_all=Decimal(4), overall=Colour.AMBER),
        ProjectLine(id=2, code="B", name="B", start=date(2026, 1, 1), finish=date(2026, 6, 1), baseline=date(2026, 4, 1),
                    commitment=date(2026, 5, 26), weight_reached=Decimal(2), weight_all=Decimal(2)),
        ProjectLine(id=3, code="C", name="C"),
    ))  # fmt: skip
    row = programme_row(line)

    assert (row.start, row.finish, row.baseline, row.commitment) == (
        date(2026, 1, 1), date(2026, 6, 1), date(2026, 4, 1), date(2026, 5, 26),
    )  # fmt: skip
    assert (row.percent, row.colour) == (50, Colour.AMBER)


def test_the_list_by_month_has_rows_and_marks_and_knows_what_is_past():
    started = Mark(date(2026, 2, 1), "Kick-off", is_reached=True, key="m2")
    rows = [
        Row(key="m1", kind=Kind.MILESTONE, name="Opinion", parent="p1", finish=date(2026, 3, 13)),
        Row(key="p2", kind=Kind.PROJECT, name="B", code="B-2", marks=(started,)),
        Row(key="m3", kind=Kind.MILESTONE, name="No date yet", parent="p1"),
    ]
    months, left_out = by_month(rows, {"p1": "A-1"}, TODAY)

    assert [(month.first, month.is_past, [(one.name, one.project) for one in month.entries]) for month in months] == [
        (date(2026, 2, 1), True, [("Kick-off", "B-2")]),
        (date(2026, 3, 1), False, [("Opinion", "A-1")]),
    ]
    assert left_out == 0


def test_a_long_list_keeps_the_nearest_and_says_how_many_are_left_out():
    marks = tuple(Mark(date(2020 + number // 12, number % 12 + 1, 1), str(number)) for number in range(400))
    months, left_out = by_month([Row(key="p", kind=Kind.PROJECT, name="P", marks=marks)], {}, TODAY)
    assert sum(month.count for month in months) + left_out == 400
    assert left_out == 150
    assert any(month.first == date(2026, 3, 1) for month in months)
