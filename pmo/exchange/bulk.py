"""Many rows written by one statement: one parameter to send, one trigger to run, however many rows there are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from pmo.db import Base, db

Values = Mapping[str, Any]  # column -> value; every row names the same columns


def insert_many(table: type[Base], rows: Sequence[Values], key: str = "id") -> dict[Any, int]:
    """New rows, all with the same columns. Returns their ids by the values of `key`."""
    if not rows:
        return {}
    name, columns = table.__tablename__, ", ".join(f'"{column}"' for column in rows[0])
    statement = (
        f"insert into {name} ({columns}) select {columns}"  # noqa: S608 our own names
        f" from jsonb_populate_recordset(null::{name}, cast(:rows as jsonb)) returning id, {key} as key"
    )
    return {row.key: row.id for row in db.session.execute(text(statement), {"rows": _json(rows)})}


def update_many(table: type[Base], rows: Sequence[Values]) -> None:
    """Changed rows by their id, all with the same columns. What the session holds of them is stale afterwards."""
    if not rows:
        return
    name = table.__tablename__
    sets = ", ".join(f'"{column}" = v."{column}"' for column in rows[0] if column != "id")
    statement = (
        f"update {name} t set {sets}, version = t.version + 1"  # noqa: S608 our own names
        f" from jsonb_populate_recordset(null::{name}, cast(:rows as jsonb)) v where v.id = t.id"
    )
    db.session.execute(text(statement), {"rows": _json(rows)})
    db.session.expire_all()


def _json(rows: Sequence[Values]) -> str:
    """Dates and amounts as text, which the database turns into the type of their column."""
    return json.dumps([dict(row) for row in rows], default=str)
