"""Dates and amounts as people in Belgium type them."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.kernel.typed import read_amount, read_date

TODAY = date(2026, 3, 12)
BASE = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-20", date(2026, 4, 20)),
        ("20/4/2026", date(2026, 4, 20)),
        ("20.04.26", date(2026, 4, 20)),
        ("20-4", date(2026, 4, 20)),
        ("31/1", date(2026, 1, 31)),
        ("31/8", date(2026, 8, 31)),
        ("20 Apr 2026", date(2026, 4, 20)),
        ("20 april", date(2026, 4, 20)),
        ("1er avr. 2026", date(2026, 4, 1)),
        ("12 août 2026", date(2026, 8, 12)),
        ("12 mrt. 2026", date(2026, 3, 12)),
        ("15 mei", date(2026, 5, 15)),
        ("15 sept", date(2026, 9, 15)),
        ("13\N{NO-BREAK SPACE}févr.\N{NO-BREAK SPACE}2026", date(2026, 2, 13)),
        ("+10d", date(2026, 4, 10)),
        ("10 j", date(2026, 4, 10)),
        ("2w", date(2026, 4, 14)),
        ("-1w", date(2026, 3, 24)),
        ("\N{MINUS SIGN}3 d", date(2026, 3, 28)),
        ("+1 month", date(2026, 4, 30)),
        ("2 maanden", date(2026, 5, 31)),
        ("today", TODAY),
        ("aujourd\N{RIGHT SINGLE QUOTATION MARK}hui", TODAY),
        ("morgen", date(2026, 3, 13)),
    ],
)
def test_a_date_is_understood_as_typed(text, day):
    assert read_date(text, TODAY, BASE) == day


@pytest.mark.parametrize(
    "text", ["", "soon", "31/2/2026", "2026-13-01", "+10x", "5 ma", "99999999", "1/1/1066", "+9999 months", "12 3 4 5"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence belongs to the form
        read_date(text, TODAY, BASE)


def test_without_a_base_steps_count_from_today():
    assert read_date("+1d", TODAY) == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("410000", "410000"),
        ("410 000", "410000"),
        ("410.000", "410000"),
        ("410,000", "410000"),
        ("1.250,50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1.250.000", "1250000"),
        ("12,5", "12.5"),
        ("€ 410 k", "410000"),
        ("2,16 M€", "2160000"),
        ("1.250 M", "1250000"),
        ("EUR 3 mln", "3000000"),
        ("-5", "-5"),
        ("0", "0"),
    ],
)
def test_an_amount_is_understood_as_typed(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "much", "12 x", "1.2.3,4,5", "--3", "k"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence belongs to the form
        read_amount(text)
