"""The job worker: does what was deferred, takes over from workers that died, clears finished jobs away, outlives its database."""

import asyncio
import importlib
import importlib.util
import os
import pkgutil
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from flask import Flask
from procrastinate import BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError

import pmo
from pmo import jobs
from pmo.config import Settings
from pmo.db import acting, read_test_clock
from pmo.watching import noting, statements
from pmo.watching.logic import failure
from pmo.watching.logs import log

HEARTBEAT_SECONDS = 10.0
DEAD_AFTER_BEATS = 3
HOURS_KEPT = 7 * 24
HOURS_OWN_JOBS_KEPT = 1
HOUSEKEEPING = "housekeeping"
GRACE_SECONDS = 60
PAUSE_SECONDS = 1.0
TRIES_AFTER_A_LOST_CONNECTION = 30
LOST = (ConnectorException, PoolTimeout, psycopg.OperationalError)

SEEN = (
    "insert into worker_seen (worker_id, machine, process, since) values (%(worker_id)s, %(machine)s, %(process)s, now())"
    " on conflict (worker_id) do nothing"
)
FORGOTTEN = "delete from worker_seen where worker_id not in (select id from procrastinate_workers)"


def work(app: Flask, settings: Settings, heartbeat: float = HEARTBEAT_SECONDS) -> None:
    """Until SIGTERM or SIGINT; jobs that have begun are finished first. A database that is gone is waited for."""
    find_jobs()
    keep_house(heartbeat)
    asyncio.run(_work(app, settings, heartbeat))


async def _work(app: Flask, settings: Settings, heartbeat: float) -> None:
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    asked = asyncio.create_task(asked_to_stop.wait())
    while not asked_to_stop.is_set():
        running = asyncio.create_task(_until_it_ends(app, settings, heartbeat))
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()  # it then finishes what it has begun
        try:
            await running
        except asyncio.CancelledError:
            pass
        except LOST as problem:
            log().warning("database lost", exc_info=problem)
        if not asked_to_stop.is_set():
            await asyncio.wait({asked}, timeout=PAUSE_SECONDS)


async def _until_it_ends(app: Flask, settings: Settings, heartbeat: float) -> None:
    connector = PsycopgConnector(conninfo=jobs.conninfo(settings.database_url), timeout=10)
    with jobs.app.replace_connector(connector) as queue:
        queue.job_manager = Manager(connector)
        async with queue.open_async():
            await queue.run_worker_async(
                concurrency=settings.worker_threads,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=DEAD_AFTER_BEATS * heartbeat,
                shutdown_graceful_timeout=GRACE_SECONDS,
                task_middleware=[inside(app, settings)],
                worker_middleware=[watched],
                install_signal_handlers=False,
            )


class Manager(JobManager):
    """Also says on which machine a worker runs."""

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        await self.connector.execute_query_async(FORGOTTEN)
        await self.connector.execute_query_async(SEEN, worker_id=worker_id, machine=socket.gethostname(), process=os.getpid())
        log().info("worker", worker_id=worker_id)
        return worker_id


def inside(app: Flask, settings: Settings) -> Callable[[Callable[[], Any], JobContext, Worker], Any]:
    """A job runs inside the application; what it ends with is noted there."""

    def inside_the_application(run: Callable[[], Any], context: JobContext, _worker: Worker) -> Any:
        with app.app_context(), acting(None, "job"):
            if settings.test_clock:
                read_test_clock()
            try:
                return run()
            except BaseException as error:
                job = context.job
                noting.problem(error, job.task_name, f"job {job.id}")
                noting.problem_of_job(error, job.id or 0)
                raise
            finally:
                seen = statements.now()
                if seen is not None and seen.slow:
                    noting.slow_statements(context.job.task_name, seen.slow)

    return inside_the_application


async def watched(run: Callable[[], Awaitable[Any]], context: JobContext, _worker: Worker) -> Any:
    """One line for each job: which, how often tried, what became of it, how long it took. Never its arguments."""
    seen, began, job = statements.begin(), time.perf_counter(), context.job
    error: BaseException | None = None
    try:
        return await run()
    except BaseException as problem:
        error = problem
        raise
    finally:
        found = failure(error) if error else None
        (log().error if error else log().info)(
            "job",
            task=job.task_name,
            job_id=job.id,
            attempt=job.attempts + 1,
            outcome=_outcome(error, job),
            ms=round((time.perf_counter() - began) * 1000),
            statements=seen.statements,
            txns=seen.txns,
            error=found.kind if found else None,
            place=found.place if found else None,
        )


def _outcome(error: BaseException | None, job: Job) -> str:
    if error is None:
        return "done"
    task = jobs.app.tasks.get(job.task_name)
    return "again" if task and task.get_retry_exception(exception=error, job=job) else "failed"


class AfterALostConnection(BaseRetryStrategy):
    """A job that lost its database is done again (they all may be); about everything else its own strategy decides."""

    def __init__(self, own: BaseRetryStrategy | None) -> None:
        self.own = own

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        lost = isinstance(exception, DBAPIError) and isinstance(exception.orig, psycopg.OperationalError)
        if lost and job.attempts < TRIES_AFTER_A_LOST_CONNECTION:
            return RetryDecision(retry_in={"seconds": 2})
        return self.own.get_retry_decision(exception=exception, job=job) if self.own else None


def find_jobs() -> None:
    """Every room's `jobs.py` declares its tasks when it is imported."""
    for room in pkgutil.iter_modules(pmo.__path__):
        if room.ispkg and importlib.util.find_spec(f"pmo.{room.name}.jobs"):
            importlib.import_module(f"pmo.{room.name}.jobs")
    for task in set(jobs.app.tasks.values()):
        if not isinstance(task.retry_strategy, AfterALostConnection):
            task.retry_strategy = AfterALostConnection(task.retry_strategy)


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
