"""Versions of an object as entries people read: net per transaction, in words, newest first."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pmo.history.logic import Change, Entry, Field, Kept, Step, Version, compare, entries, references, shown
from pmo.kernel.languages import msg, plain, render
from pmo.kernel.permissions import HOUSE

GATE = Kept(
    "gate",
    msg("Gate"),
    {
        "name": Field(msg("Name")),
        "due": Field(msg("Due")),
        "state": Field(msg("State"), {"open": msg("Open"), "closed": msg("Closed")}),
        "owner_id": Field(msg("Owner"), refers="person"),
    },
    lambda _row_id: HOUSE,
    hidden=frozenset({"position"}),
)


def version(txn: int, closed: int | None = None, **values: object) -> Version:
    return Version(txn, closed, {"name": "Contract", "due": None, "state": "open", "owner_id": None, "position": 1} | values)


def told(*versions: Version) -> list[tuple[int, str, list[str]]]:
    return [(entry.txn, entry.step.value, [change.column for change in entry.changes]) for entry in entries(GATE, versions, {})]


def test_what_changed_is_told_newest_first():
    story = told(version(1, 2), version(2, 3, state="closed"), version(3, due=date(2026, 3, 1), state="closed"))

    assert story == [(3, "changed", ["due"]), (2, "changed", ["state"]), (1, "created", ["name", "state"])]


def test_several_writes_of_one_transaction_are_one_entry_with_the_net_change():
    story = told(version(1, 2), version(2, 2, name="Typo", state="closed"), version(2, name="Contract", state="closed"))

    assert story == [(2, "changed", ["state"]), (1, "created", ["name", "state"])]


@pytest.mark.parametrize("values", [{}, {"position": 9}, {"due": None}])
def test_nothing_people_see_changed_so_nothing_is_told(values):
    assert told(version(1, 2), version(2, **values)) == [(1, "created", ["name", "state"])]


def test_an_object_taken_away_and_made_again_is_told_as_such():
    story = told(version(1, 2), version(3, name="Again"))

    assert [(txn, step) for txn, step, _ in story] == [(3, "created"), (2, "deleted"), (1, "created")]


def test_taken_away_and_made_again_in_one_transaction_is_a_change():
    assert told(version(1, 2), version(2, name="Other")) == [(2, "changed", ["name"]), (1, "created", ["name", "state"])]


def test_an_object_that_is_gone_ends_its_story():
    assert told(version(1, 5)) == [(5, "deleted", []), (1, "created", ["name", "state"])]


def test_changed_and_taken_away_in_one_transaction_is_taken_away():
    story = told(version(1, 2), version(2, 2, name="Last words"))

    assert [(txn, step) for txn, step, _ in story] == [(2, "deleted"), (1, "created")]


def test_made_and_taken_away_in_one_transaction_was_never_there():
    assert told(version(1, 1)) == []


def test_values_are_said_in_the_words_of_the_field():
    [change] = compare(GATE, {"state": "open"}, {"state": "closed"}, {})

    assert change == Change("state", msg("State"), msg("Open"), msg("Closed"))


def test_people_are_called_by_their_names():
    changes = compare(GATE, {"owner_id": 7}, {"owner_id": 8}, {("person", 7): "Nele Peeters"})

    spoken = [(render(change.before, "en"), render(change.after, "en")) for change in changes]
    assert spoken == [("Nele Peeters", "no longer known")]
    assert references(GATE, [{"owner_id": 7}, {"owner_id": None}, {"owner_id": 8}]) == {"person": {7, 8}}


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (date(2026, 3, 12), "12 Mar 2026", "12 mars 2026"),
        (datetime(2026, 3, 12, 8, 40, tzinfo=UTC), "12 Mar 2026, 09:40", "12 mars 2026, 09:40"),
        (datetime(2026, 3, 12, 8, 0), "12 Mar 2026, 08:00", "12 mars 2026, 08:00"),  # noqa: DTZ001
        (Decimal("1.5"), "1.5", "1,5"),
        (["a", "b"], "a, b", "a, b"),
        ({"budget": "exempt"}, "budget: exempt", "budget: exempt"),
        ("100 %", "100 %", "100 %"),
    ],
)
def test_values_are_written_as_the_language_writes_them(value, english, french):
    message = shown(Field(msg("Value")), value, {}, {})

    assert (render(message, "en"), render(message, "fr")) == (english, french)


def test_amounts_carry_their_currency():
    field = Field(msg("Budget"), currency="currency")

    assert render(shown(field, Decimal("1200.50"), {"currency": "EUR"}, {}), "en") == "EUR 1,200.5"


def test_a_switch_is_told_when_it_is_turned_off_but_not_when_it_was_never_on():
    switch = Kept("switch", msg("Switch"), {"is_on": Field(msg("On"))}, lambda _row_id: HOUSE)

    assert compare(switch, {}, {"is_on": False}, {}) == ()
    assert compare(switch, {"is_on": True}, {"is_on": False}, {}) == (Change("is_on", msg("On"), msg("yes"), msg("no")),)


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_nothing_is_said_of_nothing(value):
    assert shown(Field(msg("Value")), value, {}, {}) is None


def test_an_entry_of_a_new_object_lists_what_it_says():
    [entry] = entries(GATE, [version(1)], {})

    named, opened = Change("name", msg("Name"), None, plain("Contract")), Change("state", msg("State"), None, msg("Open"))
    assert entry == Entry(1, Step.CREATED, (named, opened))
