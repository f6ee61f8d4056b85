"""A playground for the time machine: two tables under history in a database of their own, and short ways to write and look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from tests.postgres import DatabaseUrls

TABLES = """
create table thing (
  id serial primary key, version integer not null default 1, name text not null, amount numeric(10, 2), due date, data jsonb
);
create table part (
  id serial primary key, version integer not null default 1, name text not null,
  thing_id integer not null references thing on delete cascade
);
create table label (
  id serial primary key, version integer not null default 1, name text not null, valid_from date, valid_to date
);
select history.track('thing'), history.track('part'), history.track('label', asof => false);
"""
OWN = ("thing", "part", "label")
USED = ", ".join([*OWN, *(f"history.{name}" for name in (*OWN, "txn", "digest", "seal", "certificate", "erased"))])
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Ground:
    """Statements as the application's role, the owner or the superuser."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self.urls = urls
        self.app, self.owner, self.superuser = (create_engine(url, pool_size=8) for url in (urls.app, urls.owner, urls.superuser))

    def dispose(self) -> None:
        for engine in (self.app, self.owner, self.superuser):
            engine.dispose()

    def reset(self) -> None:
        """Empty again; replica mode keeps the triggers from refusing it."""
        with self.superuser.begin() as connection:
            connection.execute(text("set local session_replication_role = replica"))
            connection.execute(text(f"truncate {USED} restart identity cascade"))

    @contextmanager
    def writing(self, engine: Engine | None = None, **settings: Any) -> Iterator[Connection]:
        """One transaction of the application, with its settings: actor=7, reason="...", effective_at=..."""
        with (engine or self.app).begin() as connection:
            tell(connection, **settings)
            yield connection

    def write(self, *statements: str, **settings: Any) -> None:
        with self.writing(**settings) as connection:
            for statement in statements:
                connection.execute(text(statement))

    def tamper(self, *statements: str) -> None:
        """By somebody who may do everything, behind the back of the triggers."""
        with self.superuser.begin() as connection:
            connection.execute(text("set local session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def value(self, query: str, **values: Any) -> Any:
        return self.rows(query, **values)[0][0]

    def now(self) -> datetime:
        return self.value("select clock_timestamp()")

    def settled(self) -> tuple[datetime, int]:
        with self.app.begin() as connection:
            return tuple(connection.execute(text("select * from history.moment()")).one())

    def as_of(self, moment: datetime, query: str, known: int | None = None) -> list[tuple[Any, ...]]:
        with self.app.begin() as connection:
            look_at(connection, moment, known)
            return [tuple(row) for row in connection.execute(text(query))]

    def names_as_of(self, moment: datetime, known: int | None = None) -> list[str]:
        return [name for (name,) in self.as_of(moment, "select name from thing order by id", known)]

    def seal(self) -> int:
        with self.app.begin() as connection:
            return connection.scalar(text("select history.seal()"))

    def findings(self) -> list[tuple[Any, ...]]:
        """Problem, table, row and version of everything that is not as it was sealed."""
        with self.app.begin() as connection:
            return [tuple(row) for row in connection.execute(text("select problem, tab, row_id, version from history.verify()"))]


def tell(connection: Connection, **settings: Any) -> None:
    for name, value in settings.items():
        shown = value.isoformat() if isinstance(value, datetime) else str(value)
        connection.execute(text("select set_config(:name, :value, true)"), {"name": f"pmo.{name}", "value": shown})


def look_at(connection: Connection, moment: datetime, known: int | None = None) -> None:
    tell(connection, as_of=moment, **({} if known is None else {"known_txn": known}))
    connection.execute(text(f"set local search_path = {'asof' if known is None else 'asknown'}, public"))
