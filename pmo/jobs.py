"""The job queue: work deferred inside the transaction of the change, done by any number of workers."""

import json
from datetime import datetime

from procrastinate import App, PsycopgConnector
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url, text

from pmo.db import author, db, holds_from

QUEUES = {"alerts.mail": "mail", "hooks.send": "mail"}  # everything else waits in "default"

app = App(connector=PsycopgConnector(conninfo=""), worker_defaults={"delete_jobs": "never"})

DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row(:queue, :task, 0, cast(:lock as text), null, cast(:arguments as jsonb),"
    " cast(:not_before as timestamptz))"
    "::procrastinate_job_to_defer_v1])"
)


def defer(task: str, *, lock: str | None = None, not_before: datetime | None = None, **arguments: int | str | None) -> None:
    """Have `task` run after this transaction commits, once per transaction for the same arguments.

    If the transaction rolls back there never was a job. Arguments are primitives: ids, dates as text.
    Of the jobs with the same `lock` one runs at a time, the eldest first, and one that waits for its hour holds up the others:
    it is given either a lock or an hour.
    """
    session = db.session()
    wanted = (task, json.dumps(arguments, sort_keys=True))
    seen: set[tuple[str, str]] = session.info.setdefault("deferred", set())
    if wanted in seen:
        return
    seen.add(wanted)
    how = {"queue": QUEUES.get(task, "default"), "lock": lock, "not_before": not_before}
    session.execute(DEFER, {"task": task, "arguments": wanted[1], **how})


def tell_asker(what: str, subject_id: int) -> None:
    """Whoever asked for it is written to: `what` (support.answered, change.decided, ...) has just been done about it."""
    defer("alerts.tell_answer", what=what, subject_id=subject_id, by=author().person_id, at=holds_from().isoformat())


def conninfo(url: str) -> str:
    """An address of SQLAlchemy's for libpq itself, several hosts and sockets included."""
    known = make_url(url)
    _, arguments = known.get_dialect()().create_connect_args(known)
    return make_conninfo(**arguments)
