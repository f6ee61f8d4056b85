"""Laying down rules: the shipped file, a new value from a day on."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.rules import actions, queries
from pmo.rules.logic import NAMES
from pmo.rules.models import Rule
from tests.conftest import TODAY

CODE = "milestone.slip_to_baseline.amber"


def set_value(**typed):
    with transaction():
        return actions.set_value(
            CODE, **{"value": Decimal(6), "valid_from": date(2026, 5, 1), "reason": "MC decided", "seen_version": 1} | typed
        )


def values():
    return [(rule.value, rule.valid_from, rule.valid_to) for rule in queries.values_of(CODE)]


def test_loading_the_shipped_rules_twice_adds_nothing(app):
    before = db.session.scalar(select(func.count()).select_from(Rule))

    with transaction():
        added = actions.load()

    assert (added, db.session.scalar(select(func.count()).select_from(Rule))) == (0, before)


def test_every_shipped_rule_has_words(app):
    assert {entry.code for entry in queries.entries()} - set(NAMES) == set()


def test_a_newer_shipped_value_ends_the_one_before_it(app, tmp_path):
    file = tmp_path / "rules.csv"
    file.write_text(
        f"code,country,value,unit,valid_from,valid_to,source\n{CODE},,5,calendar days,2026-01-01,,New house default\n"
    )

    with transaction():
        added = actions.load(file)

    assert added == 1
    assert values() == [(Decimal(5), date(2026, 1, 1), None), (Decimal(8), date(2000, 1, 1), date(2025, 12, 31))]


def test_a_new_value_holds_from_its_day_and_not_before(app):
    set_value()

    assert values() == [(Decimal(6), date(2026, 5, 1), None), (Decimal(8), date(2000, 1, 1), date(2026, 4, 30))]
    assert queries.rule_book(date(2026, 4, 30)).days(CODE) == 8
    assert queries.rule_book(date(2026, 5, 1)).days(CODE) == 6


def test_a_value_that_does_not_hold_yet_is_corrected_in_place(app):
    set_value()
    set_value(value=Decimal(7))

    assert values() == [(Decimal(7), date(2026, 5, 1), None), (Decimal(8), date(2000, 1, 1), date(2026, 4, 30))]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"valid_from": date(2026, 3, 11)}, {"valid_from": "The past is not changed: choose today or a later day."}),
        ({"reason": ""}, {"reason": "Say why, and who decided it."}),
    ],
)
def test_the_past_is_never_edited_and_a_reason_is_asked(app, typed, errors):
    with pytest.raises(Invalid) as refusal:
        set_value(**typed)

    assert {field: str(message) for field, message in refusal.value.errors.items()} == errors
    assert values() == [(Decimal(8), date(2000, 1, 1), None)]


def test_a_day_before_a_planned_value_is_refused(app):
    set_value()

    with pytest.raises(Invalid) as refusal:
        set_value(valid_from=TODAY)

    assert str(refusal.value.message) == "A value from 1 May 2026 is planned already: choose that day or a later one."


def test_who_saw_an_older_value_is_told(app):
    set_value(valid_from=TODAY)
    set_value(valid_from=TODAY, value=Decimal(9))

    with pytest.raises(Conflict):
        set_value(valid_from=TODAY, value=Decimal(3))


def test_the_book_is_read_once_per_session(app, statements):
    db.session.remove()

    for _ in range(3):
        queries.rule_book()

    assert len(statements) == 1
