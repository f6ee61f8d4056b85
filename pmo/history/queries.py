"""Reads of history: what happened to an object, what changed between two moments, settled moments, seals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.exc import OperationalError

from pmo.db import Moment, db
from pmo.history.logic import Entry, Kept, Names, Row, Version, all_kept, entries, kept, references
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import msg

LOCK_NOT_AVAILABLE = "55P03"
PEOPLE = "person"


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed something, when, from where and why."""

    txn: int
    recorded_at: datetime
    effective_at: datetime
    is_stated: bool  # the effective time was given: an import of an older position, a moved clock
    actor: str  # "" for nobody, e.g. a job
    deputy_for: str
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one object, newest first, with the author of each entry by transaction."""

    name: str
    entries: Sequence[Entry]
    authors: Mapping[int, Author]


def story(described: Kept, row_id: int, until: datetime | None = None) -> Story:
    """The history of one object; `until` a moment, it tells only what was true by then. Five statements at most."""
    rows = _versions(described.table, row_id, until)
    names = names_of(references(described, rows))
    told = entries(described, [_version(row, until) for row in rows], names)
    name = " ".join(str(rows[-1].get(column) or "") for column in described.name.split()) if rows else ""
    return Story(name, told, authors({entry.txn for entry in told}))


def _versions(name: str, row_id: int, until: datetime | None) -> list[Row]:
    query = (
        f'select * from history."{name}" where id = :id'  # noqa: S608
        " and (cast(:until as timestamptz) is null or h_from <= :until) order by h_version"
    )
    return [dict(row) for row in db.session.execute(text(query), {"id": row_id, "until": until}).mappings()]


def _version(row: Row, until: datetime | None) -> Version:
    ended = row["h_to"] is not None and (until is None or row["h_to"] <= until)
    return Version(row["h_txn"], row["h_closed"] if ended else None, row)


def names_of(wanted: Mapping[str, Iterable[int]]) -> Names:
    """What objects are called now, or were when they last existed; one statement per table."""
    found: dict[tuple[str, int], str] = {}
    titles = {one.table: one.name for one in all_kept()}
    for name, ids in wanted.items():
        query = (
            f'select distinct on (id) id, {_called(titles[name])} as title from history."{name}"'  # noqa: S608
            " where id = any(:ids) order by id, h_version desc"
        )
        if ids:
            found |= {(name, row.id): str(row.title) for row in db.session.execute(text(query), {"ids": sorted(ids)})}
    return found


def _called(columns: str) -> str:
    """The name of an object as one value: the columns it is made of, one after the other."""
    named = ", ".join(f'"{column}"' for column in columns.split())
    return f"concat_ws(' ', {named})"


AUTHORS = text(
    "select id, recorded_at, effective_at, explicit, actor, deputy_for, coalesce(origin, '') origin, coalesce(reason, '') reason"
    " from history.txn where id in :ids"
).bindparams(bindparam("ids", expanding=True))


def authors(txns: Collection[int]) -> dict[int, Author]:
    """Two statements."""
    rows = db.session.execute(AUTHORS, {"ids": sorted(txns)}).all() if txns else []
    people = names_of({PEOPLE: {one for row in rows for one in (row.actor, row.deputy_for) if one is not None}})
    return {
        row.id: Author(
            row.id,
            row.recorded_at,
            row.effective_at,
            row.explicit,
            people.get((PEOPLE, row.actor), ""),
            people.get((PEOPLE, row.deputy_for), ""),
            row.origin,
            row.reason,
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One object at two moments. `before` is None when it is new, `after` when it is gone; `txn` made it what it is."""

    table: str
    id: int
    before: Row | None
    after: Row | None
    txn: int

    def changed(self, name: str) -> bool:
        return (self.before or {}).get(name) != (self.after or {}).get(name)


def changes(
    between: tuple[Moment, Moment], tables: Sequence[str], ids: Mapping[str, Collection[int]] | None = None
) -> list[Difference]:
    """Net changes of whole tables, or of some of their objects, by table and id. Two statements per table.

    Somebody who moved a date and moved it back changed nothing. Compare in words with `logic.compare`.
    """
    found: list[Difference] = []
    for name in tables:
        found += _changes(kept(name).table, between, (ids or {}).get(name))
    return found


def _changes(name: str, between: tuple[Moment, Moment], ids: Collection[int] | None) -> list[Difference]:
    pairs = db.session.execute(
        text(
            f"select coalesce(a.id, b.id) id, a.h_version earlier, b.h_version later from ({_held(name, 'a')}) a"  # noqa: S608
            f" full join ({_held(name, 'b')}) b on b.id = a.id where a.h_version is distinct from b.h_version order by 1"
        ),
        _asked("a", between[0], ids) | _asked("b", between[1], ids),
    ).all()
    versions = [one for pair in pairs for one in (pair.earlier, pair.later) if one is not None]
    rows = _rows(name, [pair.id for pair in pairs], versions)
    return [
        Difference(name, pair.id, before, after, (after or before or {})["h_txn" if after else "h_closed"])
        for pair in pairs
        if not _same(before := rows.get(pair.earlier), after := rows.get(pair.later))
    ]


def _held(name: str, side: str) -> str:
    """The versions of a table held at a moment, as known then: the condition of the views, with parameters."""
    return (
        f'select id, h_version from history."{name}"'  # noqa: S608
        f" where h_txn + 0 <= :known_{side} and (not :some_{side} or id = any(:ids_{side}))"
        f" and (h_to is null and h_from <= :at_{side}"
        f" or h_to is not null and tstzrange(h_from, h_to) @> cast(:at_{side} as timestamptz)"
        f" or h_closed > :known_{side} and h_from <= :at_{side})"
    )


def _asked(side: str, moment: Moment, ids: Collection[int] | None) -> dict[str, Any]:
    known = 2**62 if moment.known_txn is None else moment.known_txn
    return {f"at_{side}": moment.at, f"known_{side}": known, f"some_{side}": ids is not None, f"ids_{side}": sorted(ids or [])}


def _rows(name: str, ids: list[int], versions: list[int]) -> dict[int, Row]:
    query = text(f'select * from history."{name}" where id = any(:ids) and h_version = any(:versions)')  # noqa: S608
    return {row["h_version"]: dict(row) for row in db.session.execute(query, {"ids": ids, "versions": versions}).mappings()}


def _same(before: Row | None, after: Row | None) -> bool:
    def business(row: Row) -> Row:
        return {name: value for name, value in row.items() if name != "version" and not name.startswith("h_")}

    return before is not None and after is not None and business(before) == business(after)


def settled() -> Moment:
    """Now, and the newest transaction known: what is read as of both stays the same for ever. Asked before writing anything."""
    try:
        found = db.session.execute(text("select at, known from history.moment()")).one()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        db.session.rollback()
        raise Conflict(msg("Somebody is saving a lot at this moment. Nothing was done; try again in a minute.")) from error
    return Moment(clock.now() if clock.is_moved() else found.at, found.known)
