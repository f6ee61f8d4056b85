"""The web server ends: what it has begun is answered, what is new is refused, and /readyz says so meanwhile."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pmo import embedded, jobs
from pmo.config import Settings, from_environment
from tests import pushing
from tests.clusters import free_port
from tests.postgres import DatabaseUrls

pytestmark = pytest.mark.slow
HOUSE = Path(__file__).parent.parent
STOPPING = '{"ready":false,"stopping":true}\n'
CONFIGURED = ["--config", "deploy/gunicorn.conf.py", "--workers", "1"]
SERVERS = {
    "waitress": lambda port: [sys.executable, "-m", "pmo.cli", "serve", "--port", str(port)],
    "gunicorn": lambda port: [sys.executable, "-m", "gunicorn", *CONFIGURED, "--bind", f"127.0.0.1:{port}", "wsgi:app"],
}


def ask(port: int, path: str, token: str = "", seconds: float = 1) -> tuple[int, str]:
    """0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


class Slow(threading.Thread):
    """A request that waits for a lock somebody holds on what it reads."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.answer = port, token, (0, "")

    def run(self) -> None:
        self.answer = ask(self.port, "/api/v1/milestones", self.token, seconds=30)


@contextmanager
def locked(url: str) -> Iterator[Callable[[], int]]:
    """Nobody reads milestones inside; tells how many wait for it."""
    with psycopg.connect(jobs.conninfo(url)) as holder, psycopg.connect(jobs.conninfo(url), autocommit=True) as looker:
        holder.execute("lock table milestone in access exclusive mode")
        yield lambda: looker.execute("select count(*) from pg_locks where not granted").fetchone()[0]
        holder.rollback()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "too long"
        time.sleep(0.05)


@contextmanager
def served(kind: str, environment: dict[str, str], folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(SERVERS[kind](port), cwd=HOUSE, env=kept | environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: pushing.answers(port))
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def environment(make_database: Callable[[], DatabaseUrls], tmp_path: Path) -> dict[str, str]:
    urls = make_database()
    data = {"PMO_DATA_DIR": str(tmp_path), "PMO_SECRET_KEY": "only for tests"}
    return data | {"PMO_DATABASE_URL": urls.app, "PMO_DATABASE_OWNER_URL": urls.owner}


def stop_while_slow(port: int, process: subprocess.Popen[bytes], token: str, url: str) -> tuple[Slow, dict[str, tuple[int, str]]]:
    """The slow request, and what others were told while it waited."""
    slow = Slow(port, token)
    with locked(url) as waiting:
        slow.start()
        wait_for(waiting)
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: ask(port, "/readyz")[1] in ("", STOPPING))
        meanwhile = {path: ask(port, path, token) for path in ("/readyz", "/api/v1/portfolios", "/healthz")}
        assert process.poll() is None
    slow.join(30)
    return slow, meanwhile


def test_waitress_finishes_what_it_has_begun_refuses_what_is_new_and_says_so(environment, tmp_path):
    token, _ = pushing.prepare(from_environment(environment), 1)

    with served("waitress", environment, tmp_path) as (port, process):
        slow, meanwhile = stop_while_slow(port, process, token, environment["PMO_DATABASE_OWNER_URL"])
        ended = process.wait(20)

    assert (slow.answer[0], len(json.loads(slow.answer[1])["items"]), ended) == (200, 1, 0)
    assert {path: status for path, (status, _) in meanwhile.items()} == {
        "/readyz": 503,
        "/api/v1/portfolios": 503,
        "/healthz": 200,
    }
    assert meanwhile["/readyz"][1] == STOPPING


def test_gunicorn_finishes_what_it_has_begun_and_takes_nothing_new(environment, tmp_path):
    token, _ = pushing.prepare(from_environment(environment), 1)

    with served("gunicorn", environment, tmp_path) as (port, process):
        slow, meanwhile = stop_while_slow(port, process, token, environment["PMO_DATABASE_OWNER_URL"])
        ended = process.wait(20)

    assert (slow.answer[0], ended) == (200, 0)
    assert meanwhile["/api/v1/portfolios"][0] in (0, 503)


def test_with_the_embedded_database_the_last_answer_comes_before_the_database_goes(tmp_path):
    given = {"PMO_DATA_DIR": str(tmp_path / "data"), "PMO_SECRET_KEY": "only for tests"}
    cluster = embedded.attach(tmp_path / "data")
    settings = Settings(
        data_dir=tmp_path / "data", database_url=cluster.url(), database_owner_url=cluster.owner_url(), secret_key="x"
    )
    token, _ = pushing.prepare(settings, 1)

    with served("waitress", given, tmp_path) as (port, process):
        url = cluster.owner_url()
        slow, _ = stop_while_slow(port, process, token, url)
        ended = process.wait(20)
        cluster.close()

    assert (slow.answer[0], ended, embedded.is_running(tmp_path / "data")) == (200, 0, False)
