"""The job worker as a real process: it shows signs of life, takes over from the dead, and goes when asked."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.postgres import DatabaseUrls

pytestmark = pytest.mark.slow

A_JOB = """
    insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'housekeeping.purge', '{"timestamp": 0}')
"""
ITS_STATE = "select status from procrastinate_jobs where task_name = 'housekeeping.purge'"


class Queue:
    """A database of its own, and what its queue says."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self.urls = urls
        self.engine = create_engine(urls.superuser, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def ask(self, query: str) -> object:
        with self.engine.connect() as connection:
            result = connection.execute(text(query))
            return result.scalar() if result.returns_rows else None

    def wait_for(self, query: str, wanted: object, seconds: float = 60) -> object:
        deadline = time.monotonic() + seconds
        while (found := self.ask(query)) != wanted and time.monotonic() < deadline:
            time.sleep(0.2)
        return found


@pytest.fixture
def queue(make_database: Callable[[], DatabaseUrls]) -> Queue:
    return Queue(make_database())


@pytest.fixture
def worker(queue: Queue, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(errors: int | None = None) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
        settings = {"PMO_DATABASE_URL": queue.urls.app, "PMO_DATABASE_OWNER_URL": queue.urls.owner, "PMO_DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "pmo.cli", "worker", "--heartbeat", "1"]
        started.append(subprocess.Popen(command, env=kept | settings, stderr=errors))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_beats_does_what_waits_and_ends_when_asked(queue, worker):
    queue.ask(A_JOB)
    process = worker()

    assert queue.wait_for(ITS_STATE, "succeeded") == "succeeded"
    assert queue.ask("select count(*) from procrastinate_workers where last_heartbeat > now() - interval '5 seconds'") == 1

    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert queue.ask("select count(*) from procrastinate_workers") == 0


def test_the_job_of_a_worker_that_died_is_done_by_the_next(queue, worker):
    queue.ask("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour')")
    queue.ask(
        "insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
        " select 'default', 'housekeeping.purge', '{\"timestamp\": 0}', 'doing', id from procrastinate_workers"
    )
    worker()

    assert queue.wait_for(ITS_STATE, "succeeded") == "succeeded"


def test_finished_jobs_are_cleared_away_and_failed_ones_kept(queue, worker):
    queue.ask(
        "insert into procrastinate_jobs (queue_name, task_name, args, status)"
        " values ('mail', 'old', '{}', 'succeeded'), ('mail', 'old', '{}', 'failed')"
    )
    queue.ask(
        "insert into procrastinate_events (job_id, type, at)"
        " select id, status::text::procrastinate_job_event_type, now() - interval '30 days' from procrastinate_jobs"
    )
    queue.ask(A_JOB)
    worker()

    left = "select string_agg(status::text, ',') from procrastinate_jobs where task_name = 'old'"
    assert queue.wait_for(left, "failed") == "failed"


def test_a_job_has_one_line_in_the_log_without_its_arguments_and_leaves_the_type_of_its_error(queue, worker, tmp_path):
    number = queue.ask(
        "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'alerts.tell_answer',"
        ' \'{"what": "Quagga", "subject_id": 1, "by": null, "at": "Quagga"}\') returning id'
    )
    with (tmp_path / "log").open("wb") as log:
        process = worker(log)
        state = queue.wait_for(f"select status from procrastinate_jobs where id = {number}", "failed")
        queue.wait_for("select count(*) from job_problem", 1)
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    written = (tmp_path / "log").read_text()
    [line] = [line for line in map(json.loads, written.splitlines()) if line["event"] == "job" and line["job_id"] == number]
    assert state == "failed"
    assert [line[name] for name in ("task", "attempt", "outcome", "error")] == ["alerts.tell_answer", 1, "failed", "ValueError"]
    assert queue.ask("select kind from job_problem") == "ValueError"
    assert queue.ask("select occasion || ' ' || last_id from problem") == f"alerts.tell_answer job {number}"
    assert "Quagga" not in written


def test_a_worker_says_on_which_machine_it_is_and_since_when(queue, worker):
    process = worker()

    known = "select machine || ':' || process from worker_seen join procrastinate_workers w on w.id = worker_id"
    assert queue.wait_for(known, f"{socket.gethostname()}:{process.pid}") == f"{socket.gethostname()}:{process.pid}"
