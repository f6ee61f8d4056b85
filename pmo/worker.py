"""The job worker: does what was deferred, takes over from workers that died, clears finished jobs away."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from typing import Any

from flask import Flask
from procrastinate import PsycopgConnector
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

import pmo
from pmo import jobs
from pmo.config import Settings
from pmo.db import acting, read_test_clock

HEARTBEAT_SECONDS = 10.0
DEAD_AFTER_BEATS = 3
HOURS_KEPT = 7 * 24
HOURS_OWN_JOBS_KEPT = 1
HOUSEKEEPING = "housekeeping"


def work(app: Flask, settings: Settings, heartbeat: float = HEARTBEAT_SECONDS) -> None:
    """Until SIGTERM or SIGINT; jobs that have begun are finished first."""
    find_jobs()
    keep_house(heartbeat)

    def inside_the_application(run: Callable[[], Any], _context: JobContext, _worker: Worker) -> Any:
        with app.app_context(), acting(None, "job"):
            if settings.test_clock:
                read_test_clock()
            return run()

    connector = PsycopgConnector(conninfo=settings.database_url.replace("+psycopg", ""))
    with jobs.app.replace_connector(connector) as queue:
        queue.run_worker(
            concurrency=settings.worker_threads,
            update_heartbeat_interval=heartbeat,
            stalled_worker_timeout=DEAD_AFTER_BEATS * heartbeat,
            shutdown_graceful_timeout=60,
            task_middleware=[inside_the_application],
        )


def find_jobs() -> None:
    """Every room's `jobs.py` declares its tasks when it is imported."""
    for room in pkgutil.iter_modules(pmo.__path__):
        if room.ispkg and importlib.util.find_spec(f"pmo.{room.name}.jobs"):
            importlib.import_module(f"pmo.{room.name}.jobs")


def keep_house(heartbeat: float) -> None:
    """Periodic tasks of the queue itself. They run by real time, whatever the test clock says."""

    @jobs.app.periodic(cron="* * * * * */10")
    @jobs.app.task(name="housekeeping.rescue", queue=HOUSEKEEPING, queueing_lock="housekeeping.rescue")
    async def rescue(timestamp: int) -> None:
        """Jobs of a worker whose heart has stopped go back to the queue."""
        for job in await jobs.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_BEATS * heartbeat):
            await jobs.app.job_manager.retry_job(job)

    @jobs.app.periodic(cron="17 * * * *")
    @jobs.app.task(name="housekeeping.purge", queue=HOUSEKEEPING, queueing_lock="housekeeping.purge")
    async def purge(timestamp: int) -> None:
        """Finished jobs say nothing any more; failed ones are kept for a person to look at."""
        await jobs.app.job_manager.delete_old_jobs(nb_hours=HOURS_OWN_JOBS_KEPT, queue=HOUSEKEEPING)
        await jobs.app.job_manager.delete_old_jobs(nb_hours=HOURS_KEPT)
