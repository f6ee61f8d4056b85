"""Reads of the queue, the mails and what was noticed: states, counts and kinds, never arguments, subjects or texts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Select, String, cast, column, func, select, table, text

from pmo.alerts.models import Mail
from pmo.db import db
from pmo.people.models import Person
from pmo.watching.models import JobProblem, Problem, SlowStatement, WorkerSeen
from pmo.web.tables import Cursor, Key, Page, cut, paged

SIZE = 50
Moment = DateTime(timezone=True)

JOBS = table(
    "procrastinate_jobs",
    column("id", BigInteger), column("queue_name", String), column("task_name", String), column("status", String),
    column("attempts", Integer), column("scheduled_at", Moment), column("worker_id", BigInteger),
)  # fmt: skip
EVENTS = table("procrastinate_events", column("job_id", BigInteger), column("at", Moment))
WORKERS = table("procrastinate_workers", column("id", BigInteger), column("last_heartbeat", Moment))
STATUS = cast(JOBS.c.status, String)


@dataclass(frozen=True, slots=True)
class Worker:
    number: int
    machine: str
    process: int | None
    since: datetime | None
    beat_at: datetime
    silent_seconds: int
    running: int


@dataclass(frozen=True, slots=True)
class JobRow:
    number: int
    task: str
    queue: str
    state: str
    tries: int
    at: datetime | None  # of its last step
    not_before: datetime | None
    kind: str  # of the error its last try ended with
    place: str
    machine: str


@dataclass(frozen=True, slots=True)
class MailRow:
    id: int
    person_id: int | None
    person: str
    purpose: str
    state: str
    tries: int
    problem: str
    made_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the first page says at a glance."""

    jobs: dict[str, int]
    mails: dict[str, int]
    oldest_seconds: int | None  # of a job that could begin
    problems: int
    slow: int


WORKING = text("""
    select w.id, s.machine, s.process, s.since, w.last_heartbeat,
           extract(epoch from clock_timestamp() - w.last_heartbeat)::int as silent,
           (select count(*) from procrastinate_jobs j where j.worker_id = w.id and j.status = 'doing') as running
    from procrastinate_workers w left join worker_seen s on s.worker_id = w.id order by s.machine, w.id limit 200
""")
NUMBERS = text("""
    select (select coalesce(jsonb_object_agg(status, n), '{}') from
             (select status::text, count(*) as n from procrastinate_jobs group by status) j) as jobs,
           (select coalesce(jsonb_object_agg(state, n), '{}') from
             (select state, count(*) as n from mail group by state) m) as mails,
           (select extract(epoch from clock_timestamp() - min(e.at))::int from procrastinate_jobs j
             join procrastinate_events e on e.job_id = j.id and e.type in ('deferred', 'deferred_for_retry')
             where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())) as oldest,
           (select count(*) from problem) as problems, (select count(*) from slow_statement) as slow
""")


def workers() -> list[Worker]:
    return [
        Worker(row.id, row.machine or "", row.process, row.since, row.last_heartbeat, max(0, row.silent), row.running)
        for row in db.session.execute(WORKING)
    ]


def numbers() -> Numbers:
    row = db.session.execute(NUMBERS).one()
    return Numbers(row.jobs, row.mails, row.oldest, row.problems, row.slow)


def tasks() -> list[str]:
    """Of the jobs that are there, for the filter."""
    return list(db.session.scalars(select(JOBS.c.task_name).distinct().order_by(JOBS.c.task_name).limit(100)))


def jobs(state: str, task: str, cursor: Cursor | None, size: int = SIZE) -> Page[JobRow]:
    """The newest first. The last step of each is looked up for the rows of this page only."""
    last = select(func.max(EVENTS.c.at)).where(EVENTS.c.job_id == JOBS.c.id).scalar_subquery()
    query = (
        select(JOBS, STATUS.label("state"), last.label("at"), JobProblem.kind, JobProblem.place, WorkerSeen.machine)
        .outerjoin(JobProblem, JobProblem.job_id == JOBS.c.id)
        .outerjoin(WorkerSeen, WorkerSeen.worker_id == JOBS.c.worker_id)
        .where(STATUS.in_([state]))
    )
    if task:
        query = query.where(JOBS.c.task_name == task)
    found = [_job(row) for row in db.session.execute(paged(query, (Key(JOBS.c.id, is_descending=True),), cursor, size))]
    return cut(found, cursor, size, lambda row: (row.number,))


def _job(row: Any) -> JobRow:
    return JobRow(
        row.id, row.task_name, row.queue_name, row.state, row.attempts, row.at, row.scheduled_at, row.kind or "", row.place or "",
        row.machine or "",
    )  # fmt: skip


def mails(state: str, purpose: str, cursor: Cursor | None, size: int = SIZE) -> Page[MailRow]:
    columns: tuple[Any, ...] = (
        Mail.id, Mail.person_id, Person.name, Mail.purpose, Mail.state, Mail.attempts, Mail.problem, Mail.made_at, Mail.sent_at,
    )  # fmt: skip
    query: Select[Any] = select(*columns).outerjoin(Person, Person.id == Mail.person_id).where(Mail.state == state)
    if purpose:
        query = query.where(Mail.purpose.startswith(purpose, autoescape=True))
    found = [
        MailRow(
            row.id, row.person_id, row.name or "", row.purpose, row.state, row.attempts, row.problem, row.made_at, row.sent_at
        )
        for row in db.session.execute(paged(query, (Key(Mail.id, is_descending=True),), cursor, size))
    ]
    return cut(found, cursor, size, lambda row: (row.id,))


def slow(looked_for: str, cursor: Cursor | None, size: int = SIZE) -> Page[SlowStatement]:
    """The worst first."""
    query = select(SlowStatement)
    if looked_for:
        query = query.where(SlowStatement.occasion.icontains(looked_for, autoescape=True))
    keys = (Key(SlowStatement.worst_ms, is_descending=True), Key(SlowStatement.id))
    found = list(db.session.scalars(paged(query, keys, cursor, size)))
    return cut(found, cursor, size, lambda row: (row.worst_ms, row.id))


def problems(looked_for: str, cursor: Cursor | None, size: int = SIZE) -> Page[Problem]:
    """The last seen first; `looked_for` in page, type or place, or the number a person was told."""
    query = select(Problem)
    if looked_for:
        columns = (Problem.occasion, Problem.kind, Problem.place, Problem.last_id)
        query = query.where(func.concat_ws(" ", *columns).icontains(looked_for, autoescape=True))
    keys = (Key(Problem.last_at, is_descending=True), Key(Problem.id))
    found = list(db.session.scalars(paged(query, keys, cursor, size)))
    return cut(found, cursor, size, lambda row: (row.last_at, row.id))
