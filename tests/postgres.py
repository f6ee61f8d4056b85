"""Databases for tests: one server per test run, one template with every migration, one database per worker."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from pmo import embedded
from pmo.db import upgrade

OTHER_SERVER = os.environ.get("PMO_TEST_DATABASE_URL", "")


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One database, three ways in; all are SQLAlchemy URLs that subprocesses may use too."""

    app: str
    owner: str
    superuser: str


class Server:
    """The server of this test run: embedded, or another one named by `make test PG=URL` (a superuser's URL)."""

    def __init__(self, folder: Path, run: str, worker: str) -> None:
        self.cluster = None if OTHER_SERVER else embedded.attach(folder / "data", durable=False)
        self.template = f"pmo_{run}_template"
        self.prefix = f"pmo_{run}_{worker}"

    def urls(self, database: str) -> DatabaseUrls:
        return DatabaseUrls(self._url("pmo_app", database), self._url("pmo_owner", database), self._url("postgres", database))

    def _url(self, role: str, database: str) -> str:
        """On another server the superuser takes on the role from the start: so nobody needs passwords for the roles."""
        if self.cluster:
            return self.cluster.url(role, database)
        url = make_url(OTHER_SERVER).set(drivername="postgresql+psycopg", database=database)
        if role != "postgres":
            url = url.update_query_dict({"options": f"-crole={role}"})
        return url.render_as_string(hide_password=False)

    def execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url("postgres", "postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def make_roles(self) -> None:
        for role in ("pmo_owner", "pmo_app"):
            self.execute(
                f"do $$ begin if to_regrole('{role}') is null then create role {role} login; end if;"
                " exception when duplicate_object or unique_violation then null; end $$"
            )

    def make_template(self) -> None:
        self.make_roles()
        self.drop(self.template)
        self.execute("create database {} owner {}", self.template, "pmo_owner")
        upgrade(self.urls(self.template).owner)

    def make(self, name: str, template: str) -> DatabaseUrls:
        self.drop(name)
        self.execute("create database {} template {} owner {}", name, template, "pmo_owner")
        return self.urls(name)

    def drop(self, name: str) -> None:
        self.execute("drop database if exists {} with (force)", name)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_last(folder: Path) -> bool:
    """Workers leave a file each while they run; the one that takes the last away clears up."""
    return not list(folder.glob("*.worker"))


@pytest.fixture(scope="session")
def database_server(worker_id: str, testrun_uid: str) -> Iterator[Server]:
    """Started by the first worker, stopped by the last; no process, folder or database stays behind."""
    run = re.sub(r"\W", "", testrun_uid)[:12]
    folder = Path(tempfile.gettempdir()) / f"pmo-tests-{run}"
    folder.mkdir(mode=0o711, exist_ok=True)
    mark = folder / f"{worker_id}.worker"
    with locked(folder):
        first = not (folder / "template").exists()
        mark.touch()
        server = Server(folder, run, worker_id)
        if first:
            server.make_template()
            (folder / "template").touch()
    yield server
    with locked(folder):
        mark.unlink()
        last = is_last(folder)
        if last:
            server.drop(server.template)
        if server.cluster:
            server.cluster.close()
        if last:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster_urls(database_server: Server) -> Iterator[DatabaseUrls]:
    """This worker's own database, with every migration applied and nothing in it."""
    name = f"{database_server.prefix}_main"
    yield database_server.make(name, database_server.template)
    database_server.drop(name)


@pytest.fixture
def make_database(database_server: Server) -> Iterator[Callable[..., DatabaseUrls]]:
    """More databases for one test: `make_database()` is migrated, `make_database(migrated=False)` empty."""
    made: list[str] = []

    def make(*, migrated: bool = True) -> DatabaseUrls:
        made.append(f"{database_server.prefix}_{len(made)}")
        return database_server.make(made[-1], database_server.template if migrated else "template0")

    yield make
    for name in made:
        database_server.drop(name)
