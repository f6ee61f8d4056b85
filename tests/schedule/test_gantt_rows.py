"""Rows of a timeline: rolled up, folded away, split into pages, and never lost."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pmo.kernel.working_days import Calendar
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_rows import Kind, Link, Row, lifted, paged, rolled_up, stand_ins, visible, weighted_percent
from tests.schedule.gantt_example import HOLIDAYS, LINKS, ROWS

CALENDAR = Calendar(HOLIDAYS)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def families(draw):
    """Rows in tree order: any row below it may hang on any open ancestor."""
    path, rows = [], []
    for number in range(draw(st.integers(1, 40))):
        depth = draw(st.integers(0, min(len(path), 3)))
        path = [*path[:depth], f"r{number}"]
        kind = draw(st.sampled_from(list(Kind))) if depth else Kind.PROGRAMME
        parent = path[-2] if depth else ""
        rows.append(Row(key=path[-1], kind=kind, name=path[-1], parent=parent, finish=draw(st.none() | DAYS)))
    return rows


def folds(rows):
    return st.frozensets(st.sampled_from([row.key for row in rows]))


def test_a_programme_ends_with_its_latest_child_and_takes_its_worst_colour():
    programme = rolled_up(ROWS, CALENDAR)[0]

    assert (programme.start, programme.finish, programme.baseline) == (date(2026, 1, 12), date(2026, 7, 17), date(2026, 7, 17))
    assert programme.colour is Colour.AMBER


def test_progress_is_weighted_by_working_days():
    short = Row(key="a", kind=Kind.TASK, name="a", start=date(2026, 3, 2), finish=date(2026, 3, 6), percent=100)
    long = Row(key="b", kind=Kind.TASK, name="b", start=date(2026, 3, 2), finish=date(2026, 3, 20), percent=0)
    silent = Row(key="c", kind=Kind.TASK, name="c", start=date(2026, 3, 2), finish=date(2026, 12, 31))

    assert weighted_percent([short, long, silent], CALENDAR) == 25
    assert weighted_percent([silent], CALENDAR) is None


def test_a_project_with_dates_of_its_own_keeps_them():
    assert rolled_up(ROWS, CALENDAR)[1].finish == date(2026, 6, 19)


def test_a_folded_project_carries_its_milestones_as_marks():
    folded = {row.key: row for row in visible(ROWS, frozenset({"P2"}))}

    assert [(mark.day, mark.is_reached) for mark in folded["P2"].marks] == [(date(2026, 2, 27), True), (date(2026, 4, 2), False)]
    assert not folded["P2"].is_open
    assert "A21" not in folded


def test_a_link_into_a_folded_project_ends_at_the_project():
    links = (*LINKS, Link("A15", "A21"), Link("A15", "A22", is_critical=True), Link("A21", "A22"))

    assert lifted(links, stand_ins(ROWS, frozenset({"P2"})))[-1] == Link("A15", "P2", is_critical=True)
    assert len(lifted(links, stand_ins(ROWS, frozenset({"P2"})))) == len(LINKS) + 1


@settings(deadline=None)
@given(data=st.data(), rows=families())
def test_folding_loses_nothing(data, rows):
    folded = data.draw(folds(rows))
    shown, stand_in = visible(rows, folded), stand_ins(rows, folded)
    keys = {row.key for row in shown}

    assert keys | stand_in.keys() == {row.key for row in rows}
    assert keys.isdisjoint(stand_in)
    assert set(stand_in.values()) <= keys & folded
    hidden = sorted(row.finish for row in rows if row.key in stand_in and row.kind is Kind.MILESTONE and row.finish)
    assert sorted(mark.day for row in shown for mark in row.marks) == hidden


@settings(deadline=None)
@given(rows=families(), size=st.integers(1, 9))
def test_paging_loses_nothing(rows, size):
    pages = [paged(rows, number, size) for number in range(1, paged(rows, 1, size).last + 1)]

    assert [row for page in pages for row in page.rows] == rows
    for page in pages:
        own = {row.key for row in page.rows}
        assert len(own) <= size
        assert own | page.above | page.below == {row.key for row in rows}


@settings(deadline=None)
@given(rows=families(), number=st.integers(-5, 500))
def test_a_page_number_out_of_range_is_the_nearest_page(rows, number):
    assert 1 <= paged(rows, number, 7).number <= paged(rows, 1, 7).last


@settings(deadline=None)
@given(rows=families())
def test_no_child_ends_after_its_programme(rows):
    rolled = {row.key: row for row in rolled_up(rows, CALENDAR)}
    for row in rolled.values():
        parent = rolled.get(row.parent)
        if row.finish and parent and parent.kind in (Kind.PROGRAMME, Kind.PHASE):
            assert row.finish <= parent.finish
