"""Amounts as offices write them: currency, unit and decimal sign belong to the column."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pmo.exchange.logic.amounts import Unit, from_format, from_heading
from pmo.exchange.logic.amounts import read as read_figure
from pmo.exchange.logic.cells import Expected, read, style
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Cell


def column(*texts, heading="Budget", **expected):
    cells = [Cell(text) for text in texts]
    decided = replace(style(As.MONEY, heading, cells, Expected(**expected)), signed=True)
    return decided, [read(cell, decided) for cell in cells]


def figures(*texts, heading="Budget", **expected):
    return [one.value.figure if one.value else None for one in column(*texts, heading=heading, **expected)[1]]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("£12,131.50", "12131.50"),
        ("£32,614", "32614"),
        (" £278 ", "278"),
        ("(£12.5)", "-12.5"),
        ("£(1.2)", "-1.2"),
        ("-£3.4", "-3.4"),
        ("£-3.4", "-3.4"),
        ("12-", "-12"),
        ("2.306 ($m)", "2.306"),
        ("1.5E+05", "150000"),
        ("£1\u00a0234.5", "1234.5"),
        ("\u221212", "-12"),
        (".5", "0.5"),
        ("1,23,456.78", "123456.78"),
        ("300,000 CHF", "300000"),
        ("£0.00", "0"),
    ],
)
def test_a_figure_is_read_however_it_is_written(text, figure):
    assert read_figure(text, ".").value == Decimal(figure)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Stage 2: £12", "words beside the number"),
        ("£278 - £300", "not one number"),
        ("12 34", "the decimal sign of this column is “.”"),
        ("1,5", "the decimal sign of this column is “.”"),
        ("n", "not a number"),
        ("NaN", "not a number"),
        ("1.2.3", "the decimal sign of this column is “.”"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_reason(text, why):
    assert str(read_figure(text, ".").refused) == why


@pytest.mark.parametrize(
    ("heading", "currency", "unit"),
    [
        ("2013/2014 Budget (£million)", "GBP", Unit.MILLION),
        ("Cost Variance ($ M)", "USD", Unit.MILLION),
        ("Budget (kEUR)", "EUR", Unit.THOUSAND),
        ("Budget in duizenden euro", "EUR", Unit.THOUSAND),
        ("Montant (en milliers d'euros)", "EUR", Unit.THOUSAND),
        ("Budget k€", "EUR", Unit.THOUSAND),
        ("Total (£'000)", "GBP", Unit.THOUSAND),
        ("Budget (€)", "EUR", None),
        ("Lifecycle Cost", "", None),
        ("Milestone budget", "", None),
    ],
)
def test_a_heading_names_currency_and_unit(heading, currency, unit):
    assert from_heading(heading) == (currency, unit)


@pytest.mark.parametrize(
    ("number_format", "currency"), [("[$£-809]#,##0.00", "GBP"), ('#,##0 "€"', "EUR"), ("[$CHF] 0", "CHF"), ("0.00", "")]
)
def test_a_number_format_names_the_currency(number_format, currency):
    assert from_format(number_format) == currency


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (("1.234", "12,5"), ("1234", "12.5")),
        (("1,234", "12.5"), ("1234", "12.5")),
        (("1.234.567", "1.234"), ("1234567", "1234")),
        (("0,611", "0,559"), ("0.611", "0.559")),
    ],
)
def test_the_column_tells_the_decimal_sign(texts, read):
    assert figures(*texts) == [Decimal(one) for one in read]


def test_a_sign_that_cannot_be_told_is_not_guessed():
    _, [cell] = column("1.234")

    assert str(cell.refused) == "comma or point could be a decimal or a thousands sign: say which"


def test_pounds_and_dollars_write_a_decimal_point():
    assert figures("£1,234") == [Decimal(1234)]


def test_the_unit_of_the_heading_holds_for_every_cell():
    _, [cell] = column("2.5", heading="Budget (£m)")

    assert (cell.value.currency, cell.value.exact) == ("GBP", Decimal(2_500_000))


def test_a_cell_may_name_a_unit_of_its_own():
    assert figures("£2bn", "£3.5", heading="Budget (£m)") == [Decimal(2000), Decimal("3.5")]


def test_a_few_suffixes_are_the_unit_of_the_column():
    decided, cells = column("2.306 ($m)", "15.2974")

    assert (decided.unit, [cell.value.figure for cell in cells]) == (Unit.MILLION, [Decimal("2.306"), Decimal("15.2974")])


def test_another_currency_in_the_column_is_refused():
    _, cells = column("£1", "£2", "€3")

    assert str(cells[-1].refused) == "EUR in a column of GBP"


@pytest.mark.parametrize(
    ("text", "why"), [("95%", "a percentage, not an amount"), ("£9999999999999999", "too large to be an amount")]
)
def test_what_is_no_amount_is_refused(text, why):
    _, cells = column("£1", text)

    assert str(cells[-1].refused) == why


def test_numbers_of_a_workbook_keep_their_digits():
    cells = [Cell("2066075.59", number=Decimal("2066075.59"), format='#,##0.00 "€"')]
    decided = style(As.MONEY, "FFC", cells, Expected())

    value = read(cells[0], decided).value
    assert (value.figure, value.currency) == (Decimal("2066075.59"), "EUR")


MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
SIGNS = [(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ".")]


@given(st.lists(MONEY, min_size=1, max_size=15), st.sampled_from(SIGNS))
def test_any_column_of_cents_is_read_back(amounts, signs):
    thousands, decimal = signs
    texts = [f"{amount:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands) for amount in amounts]

    assert figures(*texts) == amounts


@given(st.lists(st.text(max_size=20), max_size=15))
@example(["1E100"])
def test_nothing_typed_breaks_a_column(texts):
    _, cells = column(*texts)

    assert all(cell.value is None or cell.value.figure.is_finite() for cell in cells)
