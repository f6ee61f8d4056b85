"""What history calls things, and how the versions of an object become entries that people read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any

from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg, plain
from pmo.kernel.permissions import Permission, Place

BOOKKEEPING = frozenset({"id", "version"})  # of every table, said in no history
Row = Mapping[str, Any]  # one version's columns by name, as the database gives them: the border of typed code
Names = Mapping[tuple[str, int], str]  # what objects are called: (table, id) -> name


@dataclass(frozen=True, slots=True)
class Field:
    """A column in words."""

    label: Message
    words: Mapping[Any, Message] = field(default_factory=dict)  # of its vocabulary, by value
    refers: str = ""  # the table whose objects it points to
    currency: str = ""  # the column that holds the currency of this amount
    permission: Permission | None = None  # what it takes to see this column


@dataclass(frozen=True, slots=True)
class Kept:
    """A table under history, as its room describes it. Every column is a field or hidden; a test compares with the database."""

    table: str
    title: Message
    fields: Mapping[str, Field]
    place: Callable[[int], Place | None]  # where an object stands, None when there is none
    hidden: frozenset[str] = frozenset()
    name: str = "name"  # the column, or columns, that say what an object is called
    permission: Permission = Permission.HISTORY_READ


_kept: dict[str, Kept] = {}


def keep(*described: Kept) -> None:
    """Called with what the rooms describe when the application is built."""
    _kept.update({one.table: one for one in described})


def kept(table: str) -> Kept:
    if table not in _kept:
        raise NotFound
    return _kept[table]


def all_kept() -> Sequence[Kept]:
    return tuple(_kept.values())


class Step(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Version:
    """A row from one moment on; `closed` is the transaction that ended it."""

    txn: int
    closed: int | None
    values: Row


@dataclass(frozen=True, slots=True)
class Change:
    column: str
    label: Message
    before: Message | None
    after: Message | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one transaction did to one object, net."""

    txn: int
    step: Step
    changes: tuple[Change, ...] = ()


def entries(described: Kept, versions: Sequence[Version], names: Names) -> list[Entry]:
    """Newest first. Versions come in the order they were written; what one transaction wrote and took back is left out."""
    told: list[Entry] = []
    before: Version | None = None
    for txn, written in groupby(versions, key=lambda version: version.txn):
        if before is not None and before.closed not in (None, txn):
            told.append(Entry(before.closed or 0, Step.DELETED))
            before = None
        after: Version | None = list(written)[-1]
        if after is not None and after.closed == txn:
            after = None
        told += _entry(described, txn, before, after, names)
        before = after
    if before is not None and before.closed is not None:
        told.append(Entry(before.closed, Step.DELETED))
    return told[::-1]


def _entry(described: Kept, txn: int, before: Version | None, after: Version | None, names: Names) -> list[Entry]:
    if after is None:
        return [Entry(txn, Step.DELETED)] if before else []
    changes = compare(described, before.values if before else {}, after.values, names)
    if before is None:
        return [Entry(txn, Step.CREATED, changes)]
    return [Entry(txn, Step.CHANGED, changes)] if changes else []


def compare(described: Kept, before: Row, after: Row, names: Names) -> tuple[Change, ...]:
    """The fields that differ, in the order their room gives; of a row that is new, those that say something."""
    return tuple(
        Change(name, spoken.label, shown(spoken, before.get(name), before, names), shown(spoken, after.get(name), after, names))
        for name, spoken in described.fields.items()
        if before.get(name) != after.get(name) and not _goes_without_saying(before.get(name), after.get(name))
    )


def _goes_without_saying(before: Any, after: Any) -> bool:
    """From nothing to nothing; a switch that is off in a new row was never on."""
    return _is_nothing(before) and (_is_nothing(after) or after is False)


def shown(spoken: Field, value: Any, row: Row, names: Names) -> Message | None:
    """A value as words of its field; None for nothing."""
    if _is_nothing(value):
        return None
    if spoken.words:
        return spoken.words.get(value, plain(str(value)))
    if spoken.refers:
        known = names.get((spoken.refers, value))
        return plain(known) if known else msg("no longer known")
    if spoken.currency:
        return msg("%(currency)s %(amount)s", currency=str(row.get(spoken.currency) or ""), amount=value)
    return _plainly(value)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _plainly(value: Any) -> Message:
    match value:
        case bool():
            return msg("yes") if value else msg("no")
        case datetime() if value.tzinfo is None:  # a plan's wall-clock time
            return _value(value.replace(tzinfo=clock.zone()))
        case date() | datetime() | Decimal() | int():
            return _value(value)
        case list():
            return plain(", ".join(map(str, value)))
        case dict():
            return plain("; ".join(f"{key}: {one}" for key, one in value.items()))
        case _:
            return plain(str(value))


def _value(value: date | datetime | Decimal | int) -> Message:
    """Nothing but the value, written as the reader's language writes it."""
    return Message("%(value)s", (("value", value),))


def references(described: Kept, rows: Sequence[Row]) -> dict[str, set[int]]:
    """Ids that the rows point to, by table, so that their names are looked up at once."""
    wanted: dict[str, set[int]] = {}
    for column, spoken in described.fields.items():
        if spoken.refers:
            wanted.setdefault(spoken.refers, set()).update(row[column] for row in rows if row.get(column) is not None)
    return wanted
