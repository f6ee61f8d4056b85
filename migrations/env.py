"""Runs the migrations: one transaction each, one migrator at a time, short locks, as the owner of the database.

Whoever calls alembic puts the owner's address into `config.attributes["url"]` (or an open connection into `"connection"`) and, to
compare with the models, their metadata into `"metadata"`: this file knows nothing of the application.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

MIGRATING = 7102018251  # advisory lock: a second migrator waits for the first
SETTINGS = {"lock_timeout": "10s", "statement_timeout": "30min", "pmo.origin": "migration"}


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Tables of the job engine are none of our models."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


@contextmanager
def connected() -> Iterator[Connection]:
    given = context.config.attributes.get("connection")
    if given is not None:
        yield given
        return
    engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Session settings and a session lock, so that they span the transactions of all migrations."""
    connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATING})
    for name, value in SETTINGS.items():
        connection.execute(text("select set_config(:name, :value, false)"), {"name": name, "value": value})
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        for name in SETTINGS:
            connection.execute(text(f"reset {name}"))
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATING})
        connection.commit()


def protect(connection: Connection) -> None:
    """Roles may have been made after the migrations: grant again, every time."""
    if connection.scalar(text("select to_regproc('history.protect') is not null")):
        connection.execute(text("select history.protect()"))
    connection.commit()


def options() -> dict[str, Any]:
    return {
        "target_metadata": context.config.attributes.get("metadata"),
        "include_object": ours,
        "compare_type": True,
        "compare_server_default": True,
        "transaction_per_migration": True,
    }


if context.is_offline_mode():
    raise SystemExit("Migrations are run against a database; they cannot be written out as a script.")

with connected() as connection, alone(connection):
    context.configure(connection=connection, **options())
    with context.begin_transaction():
        context.run_migrations()
    protect(connection)
