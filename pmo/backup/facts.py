"""What a backup says of the database it was made from, all of it seen in one snapshot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text

from pmo.kernel import clock

TABLES = text(
    "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1"
)
COMPARE = (
    "do $pmo$ declare found bigint; begin select count(*) into found from {name}; if found <> {count} then"
    " raise exception '% has % rows instead of {count}', {said}, found; end if; end $pmo$;\n"
)
NEWEST = text("select id, recorded_at from history.txn order by id desc limit 1")
HEAD = text("select number || ':' || encode(sha, 'hex') from history.seal order by number desc limit 1")
REVISION = text("select version_num from alembic_version")
POSTGRESQL = text("select current_setting('server_version')")
NOTE = text("insert into backup_made (made_at, bytes, sha256) values (:made_at, :bytes, :sha256)")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Held open while pg_dump reads the same one."""

    name: str
    facts: Mapping[str, Any]


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """The state of this moment, for everything that is read inside, whoever writes meanwhile."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        connection.execute(text("set transaction read only"))
        name = str(connection.scalar(text("select pg_export_snapshot()")))
        yield Snapshot(name, facts(connection))


def facts(connection: Connection) -> dict[str, Any]:
    newest = connection.execute(NEWEST).first()
    return {
        "program": version("pmo"),
        "made_at": clock.machine_now().isoformat(timespec="seconds"),
        "revision": connection.scalar(REVISION),
        "postgresql": connection.scalar(POSTGRESQL),
        "newest_transaction": {"id": newest.id, "recorded_at": newest.recorded_at.isoformat()} if newest else None,
        "chain_head": connection.scalar(HEAD) or "",
        "rows": {name: connection.scalar(text(f"select count(*) from {name}")) for name in connection.scalars(TABLES).all()},  # noqa: S608 (names from the catalogue, quoted there)
    }


def compare(rows: Mapping[str, int]) -> str:
    """SQL that refuses the whole restore when a table has not as many rows as the manifest says."""
    said = {name: "'" + name.replace("'", "''") + "'" for name in rows}
    return "".join(COMPARE.format(name=name, count=int(count), said=said[name]) for name, count in sorted(rows.items()))


def note(url: str, manifest: Mapping[str, Any], size: int, sha256: str) -> None:
    """For the pages and the checks; a database from before this was noted is left as it is."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        if connection.scalar(text("select to_regclass('public.backup_made') is not null")):
            connection.execute(NOTE, {"made_at": manifest["made_at"], "bytes": size, "sha256": sha256})
