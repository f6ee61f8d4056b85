"""Days as offices write them: the column decides which comes first, a day that does not exist is refused."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmo.exchange.logic.cells import Expected, read, style
from pmo.exchange.logic.dates import Order, evidence, order
from pmo.exchange.logic.dates import read as read_day
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.no_value import Reason


def column(*texts, expected=None):
    """The texts of one column, read."""
    cells = [Cell(text) for text in texts]
    decided = style(As.DATE, "End", cells, Expected(order=expected))
    return decided.order, [read(cell, decided) for cell in cells]


def values(*texts, expected=None):
    return [one.value for one in column(*texts, expected=expected)[1]]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2014", date(2014, 12, 31)),
        ("31.12.40", date(2040, 12, 31)),
        ("31.12.97", date(1997, 12, 31)),
        ("31.12.68", date(2068, 12, 31)),
        ("1-2-2026", date(2026, 2, 1)),
        ("2026-03-12", date(2026, 3, 12)),
        ("2026/3/12", date(2026, 3, 12)),
        ("20260312", date(2026, 3, 12)),
        ("2012-06-29T00:00:00Z", date(2012, 6, 29)),
        ("2016-05-25 17:00:00", date(2016, 5, 25)),
        ("5/02/2016 5:00:00 PM", date(2016, 2, 5)),
        ("12 March 2026", date(2026, 3, 12)),
        ("12-Mar-26", date(2026, 3, 12)),
        ("Thursday 12 March 2026", date(2026, 3, 12)),
        ("March 12, 2026", date(2026, 3, 12)),
        ("1er avr. 2026", date(2026, 4, 1)),
        ("12 mrt. 2026", date(2026, 3, 12)),
        ("12 août 2026", date(2026, 8, 12)),
    ],
)
def test_a_day_is_read_however_it_is_written(text, day):
    assert read_day(text, Order.DAY_FIRST).value == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/02/2026", "this day does not exist"),
        ("1/012/2014", "not a date"),
        ("2012-30-09", "this day does not exist"),
        ("04/26/2012", "this column writes the day first, and there is no such month"),
        ("Q3 2026", "not a whole date: the day is missing"),
        ("March 2026", "not a whole date: the day is missing"),
        ("2026", "not a whole date: the day is missing"),
        ("01/01/0001", "the year 1 cannot be right"),
        ("soon", "not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text, why):
    found = read_day(text, Order.DAY_FIRST)

    assert (found.value, str(found.refused)) == (None, why)


def test_one_telling_cell_decides_for_the_whole_column():
    assert values("03/04/2012", "25/04/2012") == [date(2012, 4, 3), date(2012, 4, 25)]
    assert values("03/04/2012", "04/25/2012") == [date(2012, 3, 4), date(2012, 4, 25)]


def test_one_slip_against_many_is_refused_and_changes_nothing():
    decided, cells = column(*["25/04/2012"] * 12, "03/04/2012", "04/26/2012")

    assert decided is Order.DAY_FIRST
    assert cells[-2].value == date(2012, 4, 3)
    assert cells[-1].refused is not None


def test_a_column_of_two_habits_refuses_what_could_be_either():
    decided, cells = column("25/04/2012", "04/26/2012", "03/04/2012")

    assert decided is Order.AMBIGUOUS
    assert [cell.value for cell in cells] == [date(2012, 4, 25), date(2012, 4, 26), None]


def test_a_column_that_cannot_tell_is_not_guessed():
    decided, [cell] = column("03/04/2012")

    assert (decided, str(cell.refused)) == (Order.AMBIGUOUS, "day and month could be exchanged: say which comes first")


@pytest.mark.parametrize(("expected", "day"), [(Order.DAY_FIRST, date(2012, 4, 3)), (Order.MONTH_FIRST, date(2012, 3, 4))])
def test_what_is_known_of_the_sender_decides_what_cells_cannot(expected, day):
    assert values("03/04/2012", expected=expected) == [day]


def test_cells_decide_against_what_is_known_of_the_sender():
    assert values("03/04/2012", "04/25/2012", expected=Order.DAY_FIRST)[0] == date(2012, 3, 4)


def test_the_same_day_both_ways_needs_no_decision():
    assert values("04/04/2012") == [date(2012, 4, 4)]


def test_a_point_between_the_figures_is_day_first():
    assert values("03.04.12") == [date(2012, 4, 3)]


def test_year_first_days_may_stand_among_the_others():
    assert values("2016-05-25 17:00:00", "5/02/2016 5:00:00 PM", "30/03/2016") == [
        date(2016, 5, 25),
        date(2016, 2, 5),
        date(2016, 3, 30),
    ]


def test_a_date_cell_of_a_workbook_needs_no_order():
    cells = [Cell("2026-04-03", moment=date(2026, 4, 3)), Cell("2026-04-05 10:00:00", moment=datetime(2026, 4, 5, 10))]  # noqa: DTZ001
    decided = style(As.DATE, "End", cells, Expected())

    assert (decided.order, [read(cell, decided).value for cell in cells]) == (Order.TYPED, [date(2026, 4, 3), date(2026, 4, 5)])


def test_a_bare_number_is_no_date():
    [cell] = [Cell("45000", number=45000)]

    assert (
        str(read(cell, style(As.DATE, "End", [cell], Expected())).refused) == "a number, not a date: give the cell a date format"
    )


def test_no_value_keeps_its_reason():
    _, cells = column("TBC", "Exempt under Section 43", "", "No end date", "30/06/2026")

    assert [cell.reason for cell in cells] == [Reason.CONFIRM, Reason.EXEMPT, Reason.BLANK, Reason.NO_END, None]


DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
WRITTEN = {
    Order.DAY_FIRST: ("{0.day:02}/{0.month:02}/{0.year}", "{0.day}-{0.month}-{0.year}"),
    Order.MONTH_FIRST: ("{0.month:02}/{0.day:02}/{0.year}", "{0.month}-{0.day}-{0.year}"),
}


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(sorted(WRITTEN)), st.integers(0, 1))
def test_any_column_with_one_telling_cell_is_read_back(days, habit, way):
    telling = date(2024, 6, 25)
    texts = [WRITTEN[habit][way].format(day) for day in [*days, telling]]

    assert values(*texts) == [*days, telling]


@given(st.lists(DAYS, min_size=1, max_size=20), st.sampled_from(sorted(WRITTEN)))
def test_no_column_is_ever_read_the_other_way_round(days, habit):
    """Without a telling cell the days are refused, never exchanged."""
    texts = [WRITTEN[habit][0].format(day) for day in days]

    found = values(*texts)
    assert all(read in {day, None} for read, day in zip(found, days, strict=True))


@given(st.lists(st.text(max_size=30), max_size=20))
def test_nothing_typed_breaks_a_column(texts):
    decided, cells = column(*texts)

    assert decided in set(Order)
    assert all(cell.value is None or isinstance(cell.value, date) for cell in cells)


def test_the_order_of_no_dates_is_none():
    assert order(evidence(["a", "b"])) is Order.NONE
