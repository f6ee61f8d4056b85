"""Cells of an update sheet: days, words of a list in three languages, texts, and what is none of them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pmo.exchange.logic import update_values as values
from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.update_sheet import COLUMNS, Mark, Table, read_mark
from pmo.exchange.logic.update_values import Said, said

TODAY = date(2026, 3, 12)
COLUMN = {column.key: column for table in Table for column in COLUMNS[table]}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("2026-04-17", moment=date(2026, 4, 17)), Said(date(2026, 4, 17))),
        (Cell("2026-04-17 09:30:00", moment=datetime(2026, 4, 17, 9, 30)), Said(date(2026, 4, 17))),  # noqa: DTZ001
        (Cell("46129", number=Decimal(46129)), Said(date(2026, 4, 17))),
        (Cell("17/04/2026"), Said(date(2026, 4, 17))),
        (Cell("17 avril 2026"), Said(date(2026, 4, 17))),
        (Cell("+2w"), Said(date(2026, 4, 14))),
        (Cell(" "), Said(None, refused=values.NEVER_EMPTY["forecast"])),
        (Cell("31/02/2026"), Said(refused=values.NO_DAY)),
        (Cell("31/04/2026"), Said(refused=values.NO_DAY)),
        (Cell("soon"), Said(refused=values.NOT_A_DAY)),
        (Cell("12", number=Decimal(12)), Said(refused=values.NOT_A_DAY)),
        (Cell("1" * 20, number=Decimal("1" * 20)), Said(refused=values.NOT_A_DAY)),
        (Cell("1900-01-01", moment=date(1900, 1, 1)), Said(refused=values.OUT_OF_RANGE)),
        (Cell("#REF!"), Said(refused=values.BROKEN_FORMULA)),
        (Cell("=A1"), Said(refused=values.FORMULA)),
    ],
)
def test_a_day_is_read_however_it_was_typed_or_refused_with_its_reason(cell, expected):
    assert said(COLUMN["forecast"], cell, "", TODAY, date(2026, 3, 31)) == expected


@pytest.mark.parametrize(
    ("key", "kind", "text", "expected"),
    [
        ("reason", "", "Supply", "supply"),
        ("reason", "", "levering", "supply"),
        ("reason", "", "approvisionnement", "supply"),
        ("reason", "", "imported", None),
        ("probability", "risk", "4, high", 4),
        ("probability", "risk", "4", 4),
        ("probability", "risk", "6", None),
        ("status", "risk", "Being assessed", "assessing"),
        ("status", "issue", "Being assessed", None),
        ("response", "risk", "accepter", "accept"),
    ],
)
def test_a_word_is_known_in_every_language_and_only_from_its_list(key, kind, text, expected):
    found = said(COLUMN[key], Cell(text), kind, TODAY)

    assert found == (Said(expected) if expected is not None else Said(refused=values.NOT_ON_THE_LIST))


def test_a_number_is_a_word_of_the_scale():
    assert said(COLUMN["impact"], Cell("3", number=Decimal(3)), "risk", TODAY) == Said(3)


def test_a_text_is_the_same_whatever_program_saved_it_and_has_its_length():
    assert said(COLUMN["words"], Cell(" two\r\nlines "), "", TODAY) == Said("two\nlines")
    assert said(COLUMN["words"], Cell("x" * 201), "", TODAY) == Said(refused=values.TOO_LONG)


@pytest.mark.parametrize("text", ["", "milestone:1", "person:1:1", "milestone:1:1:1", "milestone:-1:1", "milestone:1234567890:1"])
def test_only_numbers_we_gave_are_numbers_of_rows(text):
    assert read_mark(text) is None
    assert read_mark("raid_item:7:2") == Mark(Table.RAID, 7, 2)
