"""Opens the database: the one at the given address, else the embedded one; and sees whether it fits the program."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from pmo import embedded
from pmo.config import Settings
from pmo.console import Complaint
from pmo.db import applied_revision, newest_revision

OLDEST_POSTGRESQL = 15
PATIENCE_SECONDS = 10
SERVER = text("""
    select current_setting('server_version_num')::int / 10000, current_setting('server_version'), pg_encoding_to_char(encoding)
    from pg_database where datname = current_database()
""")


class NotReady(Complaint):
    """The database cannot be reached or does not fit this program; the sentence says what to do."""


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """The settings with addresses in them; the embedded server runs at least as long as this is open."""
    if settings.database_url:
        yield settings
    else:
        with embedded.attach(settings.data_dir) as cluster:
            yield with_addresses(settings, cluster)


def with_addresses(settings: Settings, cluster: embedded.Cluster) -> Settings:
    return replace(settings, database_url=cluster.url(), database_owner_url=cluster.owner_url())


def is_up_to_date(settings: Settings) -> bool:
    return applied(settings) == newest_revision()


def applied(settings: Settings) -> str | None:
    """The database's revision. Raises NotReady when it cannot be asked."""
    try:
        return applied_revision(settings.database_url)
    except OperationalError as problem:
        raise NotReady(f"The database {where(settings.database_url)} cannot be reached: {reason(problem)}.") from problem


def fits(url: str) -> str:
    """PostgreSQL's version, of a server that can be used by this user. Raises NotReady."""
    try:
        with create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": PATIENCE_SECONDS}).connect() as connection:
            number, name, encoding = connection.execute(SERVER).one()
    except OperationalError as problem:
        raise NotReady(f"The database {where(url)} cannot be reached: {reason(problem)}.") from problem
    if unfit := what_is_unfit(number, name, encoding):
        raise NotReady(f"The database {where(url)} cannot be used: {unfit}.")
    return str(name)


def what_is_unfit(number: int, name: str, encoding: str) -> str:
    if number < OLDEST_POSTGRESQL:
        return f"PostgreSQL {name}: {OLDEST_POSTGRESQL} or newer is needed"
    return "" if encoding == "UTF8" else f"the database's encoding is {encoding}: it has to be UTF8"


def where(url: str) -> str:
    """User, host and name, without the password."""
    parts = make_url(url)
    host = parts.host or str(parts.query.get("host", ""))
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.database} of {parts.username} at {host}{port}" if host else str(parts.database)


def reason(problem: DBAPIError) -> str:
    """Of all that the driver says, what the server or the network answered."""
    said = str(problem.orig).strip()
    for pattern in (r"FATAL:\s*(.+)", r".*\bfailed: (.+)", r"(.+)"):
        if found := re.search(pattern, said):
            return found[1].strip().rstrip(".")
    return type(problem.orig).__name__
