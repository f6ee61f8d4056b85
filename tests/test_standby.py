"""Two clusters: the standby is promoted while clients write, and look-backs are read from it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from pmo.app import create_app
from pmo.config import Settings, from_environment
from pmo.db import db
from pmo.watching import second_reader
from tests import pushing
from tests.clusters import Cluster, clear, free_port, temporary

pytestmark = pytest.mark.slow
CLIENTS = 4
LIMIT_SECONDS = 30


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = temporary()
    yield made
    clear(made)


@pytest.fixture(scope="module")
def pair(folder: Path) -> Iterator[tuple[Cluster, Cluster]]:
    """A primary that acknowledges only what its standby has too."""
    primary = Cluster(folder / "one").make().start().with_pmo()
    standby = Cluster(folder / "two").follow(primary, "two").start()
    primary.execute("alter system set synchronous_standby_names = 'two'")
    primary.execute("select pg_reload_conf()")
    yield primary, standby
    for cluster in (primary, standby):
        cluster.stop()


@pytest.fixture(scope="module")
def settings(pair: tuple[Cluster, Cluster], folder: Path) -> Settings:
    primary, standby = pair
    return from_environment(
        {
            "PMO_DATABASE_URL": primary.url(),
            "PMO_DATABASE_OWNER_URL": primary.url("pmo_owner"),
            "PMO_DATABASE_READ_URL": standby.url(),
            "PMO_DATA_DIR": str(folder / "data"),
            "PMO_SECRET_KEY": "only for tests",
            "PMO_API_CALLS_PER_MINUTE": "0",  # each count would be one more write that the standby has to have replayed
        }
    )


@pytest.fixture(scope="module")
def prepared(settings: Settings) -> tuple[str, list[int]]:
    return pushing.prepare(settings, CLIENTS)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "too long"
        time.sleep(0.05)
    return time.monotonic() - began


def level(pair: tuple[Cluster, Cluster]) -> bool:
    written = pair[0].execute("select pg_current_wal_lsn()::text")[0][0]
    return bool(pair[1].execute(f"select pg_last_wal_replay_lsn() >= '{written}'")[0][0])


@pytest.fixture
def reading(settings: Settings, prepared: tuple[str, list[int]], pair: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch):
    """An application with a standby, and where each of its statements went."""
    monkeypatch.setattr(second_reader, "LEFT_ALONE_SECONDS", 0.0)
    app = create_app(settings)
    app.test_client().get("/api/v1/portfolios", headers={"Authorization": f"Bearer {prepared[0]}"})  # notes its use now
    wait_for(lambda: level(pair))
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def went(app, path: str, token: str) -> tuple[int, set[int]]:
    """The answer, and the ports of the servers that were asked for milestones."""
    ports: set[int] = set()
    with app.app_context():
        for engine in db.engines.values():
            pushing.listen(engine, ports)
    answer = app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, set(ports)


def yesterday() -> str:
    return (datetime.now(UTC) + timedelta(seconds=-1)).isoformat().replace("+", "%2B")


def test_a_look_back_is_read_from_the_standby_and_the_present_from_the_primary(reading, prepared, pair):
    primary, standby = pair

    past = went(reading, f"/api/v1/milestones?as_of={yesterday()}", prepared[0])
    present = went(reading, "/api/v1/milestones", prepared[0])

    assert past == (200, {standby.port})
    assert present == (200, {primary.port})


def test_a_standby_that_has_not_replayed_the_moment_is_passed_over(reading, prepared, pair):
    primary, standby = pair
    standby.execute("select pg_wal_replay_pause()")
    primary.execute("set synchronous_commit = local; create table pause_mark (x int)", "pmo")
    try:
        found = went(reading, f"/api/v1/milestones?as_of={datetime.now(UTC).isoformat().replace('+', '%2B')}", prepared[0])
    finally:
        standby.execute("select pg_wal_replay_resume()")

    assert found == (200, {primary.port})


def test_without_a_standby_the_primary_answers(settings, prepared, pair):
    app = create_app(replace(settings, database_read_url=f"postgresql+psycopg://pmo_app@127.0.0.1:{free_port()}/pmo"))

    found = went(app, f"/api/v1/milestones?as_of={yesterday()}", prepared[0])

    assert found == (200, {pair[0].port})
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_standby_that_fails_in_the_middle_of_an_answer_is_made_up_for(reading, prepared, pair):
    with reading.app_context():
        pushing.break_once(db.engines["standby"])

    answered = went(reading, f"/api/v1/milestones?as_of={yesterday()}", prepared[0])

    assert answered == (200, {pair[1].port, pair[0].port})


@pytest.fixture
def start(settings: Settings, pair: tuple[Cluster, Cluster], folder: Path):
    """Processes of ours that know both servers, and follow the one that takes writes."""
    hosts = ",".join(f"127.0.0.1:{cluster.port}" for cluster in pair)
    query = "target_session_attrs=read-write&connect_timeout=2"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    given = {
        "PMO_DATABASE_URL": f"postgresql://pmo_app@{hosts}/pmo?{query}",
        "PMO_DATABASE_OWNER_URL": f"postgresql://pmo_owner@{hosts}/pmo?{query}",
        "PMO_DATA_DIR": str(folder / "data"),
        "PMO_SECRET_KEY": "only for tests",
        "PMO_API_CALLS_PER_MINUTE": "0",  # made up clients ask more than people
    }
    started: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        with (folder / f"{arguments[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "pmo.cli", *arguments]
            started.append(subprocess.Popen(command, env=kept | given, stdout=log, stderr=log))
        return started[-1]

    yield begin
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def test_a_promoted_standby_has_every_acknowledged_write_and_the_workers_go_on(start, settings, prepared, pair, folder):
    primary, standby = pair
    port, (token, milestones) = free_port(), prepared
    web, worker = start("serve", "--port", str(port)), start("worker", "--heartbeat", "1")
    clients = [pushing.Client([port], token, milestone) for milestone in milestones]
    wait_for(lambda: pushing.answers(port))
    for client in clients:
        client.start()
    time.sleep(4)

    before = [len(client.said.written) for client in clients]
    primary.kill()
    lost = time.monotonic()
    standby.promote()
    promoted = time.monotonic() - lost
    wait_for(lambda: all(len(c.said.written) > n + 1 for c, n in zip(clients, before, strict=True)), LIMIT_SECONDS)
    writing = time.monotonic() - lost
    time.sleep(3)
    said = [client.stop() for client in clients]

    engine = create_engine(from_environment({"PMO_DATABASE_URL": standby.url("pmo_owner")}).database_url, poolclass=NullPool)
    done = wait_for(lambda: pushing.all_done(engine), LIMIT_SECONDS * 2)
    with engine.connect() as connection:
        found = [pushing.kept(connection, milestone) for milestone in milestones]
        jobs, moves = pushing.jobs(connection), connection.scalar(text(pushing.COMMITTED))
    sys.stderr.write(
        f"promoted after {promoted:.1f} s, writing again after {writing:.1f} s, jobs done {done:.1f} s after the last write;"
        f" {sum(map(len, found))} writes, {sum(s.cut for s in said)} cut, {sum(s.refused for s in said)} refused, jobs {jobs}\n"
    )
    assert [s.wrong for s in said] == [[]] * CLIENTS
    assert min(before) > 0
    assert [pushing.missing(s.written, days) for s, days in zip(said, found, strict=True)] == [[]] * CLIENTS
    assert [pushing.doubled(days) for days in found] == [[]] * CLIENTS
    assert (list(jobs), moves) == (["succeeded"], sum(map(len, found)))
    assert (web.poll(), worker.poll()) == (None, None)
