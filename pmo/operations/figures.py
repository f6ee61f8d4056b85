"""Figures that all processes share, read from the database when a watcher asks."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import SQLAlchemyError

from pmo import standby
from pmo.db import db
from pmo.watching import counters
from pmo.watching.logs import log

STATES = ("todo", "doing", "failed")
JOBS = text("""
    select j.queue_name as queue, j.status::text as state, count(*) as n,
           coalesce(max(extract(epoch from clock_timestamp() - e.at)) filter (where j.status <> 'todo' or j.scheduled_at is null
             or j.scheduled_at <= now()), 0) as oldest
    from procrastinate_jobs j
    left join lateral (select max(at) as at from procrastinate_events where job_id = j.id) e on true
    where j.status in ('todo', 'doing', 'failed') group by 1, 2 order by 1, 2
""")
MAILS = text("select state, count(*) as n from mail group by state order by state")
WORKERS = text("select count(*) from procrastinate_workers where last_heartbeat > clock_timestamp() - interval '60 seconds'")
EDITIONS = text("""
    select percentile_cont(array[0.5, 0.95, 1]) within group (order by extract(epoch from f.at - s.at)) from procrastinate_jobs j
    join lateral (select max(at) as at from procrastinate_events where job_id = j.id and type = 'started') s on true
    join lateral (select max(at) as at from procrastinate_events where job_id = j.id and type = 'succeeded') f on f.at > s.at
    where j.task_name in ('reports.make', 'reports.print') and j.status = 'succeeded' and f.at > now() - interval '1 day'
""")
WRITTEN = text("select pg_current_wal_lsn()::text")
LAG = text("""
    select case when pg_last_wal_replay_lsn() >= cast(:written as pg_lsn) then 0
           else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) end
""")


def text_of_all() -> bytes:
    """This process's counters, then what is in the database."""
    registry = CollectorRegistry()
    registry.register(Shared())
    return counters.text() + generate_latest(registry)


class Shared(Collector):
    """Asks the database once for each kind of figure."""

    def describe(self) -> list[Any]:
        return []  # so that registering asks nothing

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from jobs()
        yield from mails()
        yield workers()
        yield editions()
        yield pool()
        yield from lag()


def jobs() -> Iterator[GaugeMetricFamily]:
    number = GaugeMetricFamily("pmo_jobs", "Jobs waiting (todo), running (doing), failed, by queue.", labels=("queue", "state"))
    oldest = GaugeMetricFamily(
        "pmo_jobs_oldest_seconds", "Age of the last step of the oldest job; of waiting ones, those that could begin.",
        labels=("queue", "state"),
    )  # fmt: skip
    found = {(row.queue, row.state): row for row in db.session.execute(JOBS)}
    for queue in sorted({"default", "mail", *(queue for queue, _ in found)}):
        for state in STATES:
            row = found.get((queue, state))
            number.add_metric((queue, state), row.n if row else 0)
            oldest.add_metric((queue, state), float(row.oldest) if row else 0)
    yield number
    yield oldest


def mails() -> Iterator[GaugeMetricFamily]:
    number = GaugeMetricFamily("pmo_mails", "Mails by state.", labels=("state",))
    found = {row.state: row.n for row in db.session.execute(MAILS)}
    for state in ("waiting", "transmitting", "sent", "failed", "held"):
        number.add_metric((state,), found.get(state, 0))
    yield number


def workers() -> GaugeMetricFamily:
    return GaugeMetricFamily("pmo_workers", "Workers that gave a sign of life within a minute.", value=db.session.scalar(WORKERS))


def editions() -> GaugeMetricFamily:
    took = GaugeMetricFamily(
        "pmo_edition_seconds", "Time to make a report, an edition or its PDF, over the last day.", labels=("quantile",)
    )
    for quantile, seconds in zip(("0.5", "0.95", "1"), db.session.scalar(EDITIONS) or (), strict=False):
        took.add_metric((quantile,), float(seconds))
    return took


def pool() -> GaugeMetricFamily:
    """Of this process alone."""
    number = GaugeMetricFamily(
        "pmo_database_connections", "Connections of this process to the database.", labels=("process", "state")
    )
    known = db.engine.pool
    if isinstance(known, QueuePool):
        number.add_metric((counters.process(), "used"), known.checkedout())
        number.add_metric((counters.process(), "idle"), known.checkedin())
    return number


def lag() -> Iterator[GaugeMetricFamily]:
    """Only where a standby is set; NaN when it does not answer."""
    if standby.NAME not in db.engines:
        return
    written, seconds = db.session.scalar(WRITTEN), float("nan")
    try:
        with db.engines[standby.NAME].connect() as connection:
            found = connection.scalar(LAG, {"written": written})
            seconds = seconds if found is None else float(found)
    except SQLAlchemyError as problem:
        log().warning("standby does not answer", exc_info=problem)
    yield GaugeMetricFamily("pmo_standby_lag_seconds", "How far the standby is behind the primary.", value=seconds)
