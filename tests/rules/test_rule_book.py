"""Which value of a rule holds: by day, by country, by programme."""

from datetime import date
from decimal import Decimal

import pytest

from pmo.rules.logic import Entry, Unit, UnknownRule, amount, book, name, subject

MAY = date(2026, 5, 1)


def entry(value, **facts):
    return Entry(
        **{"code": "risk.committee_from", "unit": Unit.SCORE, "valid_from": date(2000, 1, 1), "value": Decimal(value)} | facts
    )


@pytest.mark.parametrize(("day", "value"), [(date(2026, 4, 30), 12), (MAY, 15), (date(2027, 1, 1), 15)])
def test_a_value_holds_from_its_first_to_its_last_day(day, value):
    entries = [entry(12, valid_to=date(2026, 4, 30)), entry(15, valid_from=MAY)]

    assert book(entries, day).days("risk.committee_from") == value


def test_the_countrys_own_value_goes_before_the_general_one_even_if_it_is_older():
    entries = [entry(10, country="BE"), entry(12, valid_from=MAY)]

    assert book(entries, MAY, "BE").value("risk.committee_from") == Decimal(10)
    assert book(entries, MAY, "NL").value("risk.committee_from") == Decimal(12)


def test_a_programme_may_have_a_value_of_its_own():
    rules = book([entry(12), entry(8, programme_id=3)], MAY)

    assert (rules.value("risk.committee_from", 3), rules.value("risk.committee_from", 4)) == (Decimal(8), Decimal(12))
    assert rules.programmes("risk.committee_from") == {3: Decimal(8)}


def test_an_unknown_rule_is_a_bug_and_crashes():
    with pytest.raises(UnknownRule, match="no rule 'risk.nothing' holds on 2026-05-01"):
        book([entry(12)], MAY).value("risk.nothing")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1, Unit.CALENDAR_DAYS, "1 calendar day"),
        (8, Unit.CALENDAR_DAYS, "8 calendar days"),
        (10, Unit.WORKING_DAYS, "10 working days"),
        ("2.50", Unit.PERCENT, "2.5 %"),
        (5, Unit.PERCENT, "5 %"),
        (12, Unit.SCORE, "a score of 12"),
        (7, Unit.HOUR_OF_DAY, "07:00"),
        (24, Unit.HOURS, "24 hours"),
    ],
)
def test_an_amount_says_its_unit(value, unit, words):
    assert str(amount(Decimal(value), unit)) == words


def test_a_rule_without_words_is_called_by_its_code():
    assert (str(name("new.rule")), str(subject("new.rule"))) == ("new.rule", "Other")
