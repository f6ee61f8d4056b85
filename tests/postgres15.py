"""The oldest PostgreSQL that is promised, as Debian packages it: a server of its own, with passwords and both roles."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import psycopg
import pytest

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
SUPERUSER, OWNER, APP = "a superuser's password", "the owner's password", "the server's password"
QUICK = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB")


@dataclass(frozen=True, slots=True)
class Fifteen:
    """A server on a port of 127.0.0.1 that asks for passwords, as one that an organisation runs."""

    port: int

    def url(self, user: str, password: str, database: str = "pmo") -> str:
        return f"postgresql://{user}:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"

    @property
    def environment(self) -> dict[str, str]:
        return {"PMO_DATABASE_URL": self.url("pmo_app", APP), "PMO_DATABASE_OWNER_URL": self.url("pmo_owner", OWNER)}

    def statements(self, *commands: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url("postgres", SUPERUSER, database), autocommit=True) as connection:
            for command in commands:
                connection.execute(command)

    def value(self, query: str, database: str = "postgres") -> str:
        with psycopg.connect(self.url("postgres", SUPERUSER, database)) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return str(row[0])

    def make_roles_and_database(self) -> None:
        """What docs/operate.md tells an administrator to do."""
        self.statements(
            f"create role pmo_owner login password {literal(OWNER)}",
            f"create role pmo_app login password {literal(APP)}",
            "create database pmo owner pmo_owner template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'",
        )


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def without_root(*command: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root: Debian's package made a user for it."""
    parts = [str(part) for part in command]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *parts] if os.geteuid() == 0 else parts


@pytest.fixture(scope="module")
def fifteen() -> Iterator[Fifteen]:
    if not (PROGRAMS / "postgres").exists():
        reason = "no PostgreSQL 15 on this machine (Debian: apt install postgresql-15)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="pmo-fifteen-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        yield from running(folder)
    finally:
        shutil.rmtree(folder)


def running(folder: Path) -> Iterator[Fifteen]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    secret = folder / "password"
    secret.write_text(SUPERUSER)
    secret.chmod(0o644)
    made = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
    initdb = without_root(PROGRAMS / "initdb", "-D", folder / "data", *made)
    subprocess.run(initdb, cwd="/", check=True, capture_output=True)
    where = ("-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}")
    command = without_root(PROGRAMS / "postgres", "-D", folder / "data", *where, *QUICK)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)
    try:
        found = Fifteen(port)
        wait_for(found)
        found.make_roles_and_database()
        yield found
    finally:
        server.terminate()
        server.wait(30)


def wait_for(found: Fifteen, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            found.statements("select 1")
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL 15 did not start"
            time.sleep(0.1)
