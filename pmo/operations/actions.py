"""What an administrator does about jobs and mails: once more, not at all, not now."""

from collections.abc import Sequence

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from pmo.alerts.models import Mail
from pmo.db import db
from pmo.jobs import defer
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import msg

MOST = 500  # at once

# Of jobs that may wait only once (their queueing lock) one is enough, and none while another waits already.
RETRY = text("""
    select count(procrastinate_retry_job_v2(chosen.id, now(), null, null, null)::text) from (
      select distinct on (coalesce(j.queueing_lock, j.id::text)) j.id from procrastinate_jobs j
      where j.id = any(:ids) and j.status = 'failed' and not exists (
        select from procrastinate_jobs other where other.queueing_lock = j.queueing_lock and other.status = 'todo')
      order by coalesce(j.queueing_lock, j.id::text), j.id desc) chosen
""")
CANCEL = text("select count(procrastinate_cancel_job_v1(j.id, false, false)) from unnest(cast(:ids as bigint[])) j (id)")
FAILED = text(
    "select id from procrastinate_jobs where status = 'failed' and (:task = '' or task_name = :task) order by id limit :most"
)


def retry_jobs(ids: Sequence[int]) -> int:
    """How many failed jobs wait again. Raises Conflict when somebody was faster."""
    try:
        return int(db.session.scalar(RETRY, {"ids": list(ids[:MOST])}) or 0)
    except IntegrityError as error:
        raise Conflict(msg("The same job waits already.")) from error


def failed_jobs(task: str) -> list[int]:
    """All there are (of one task), as far as they are done at once."""
    return list(db.session.scalars(FAILED, {"task": task, "most": MOST}))


def cancel_jobs(ids: Sequence[int]) -> int:
    """How many waiting jobs are not done; one that has begun meanwhile goes on."""
    return int(db.session.scalar(CANCEL, {"ids": list(ids[:MOST])}) or 0)


def retry_mails(ids: Sequence[int]) -> int:
    """Failed ones are tried once more, held ones go."""
    return _move(ids, ("failed", "held"), "waiting", send=True)


def hold_mails(ids: Sequence[int]) -> int:
    """They wait until they are released."""
    return _move(ids, ("waiting", "failed"), "held")


def mails_in(state: str, purpose: str) -> list[int]:
    query = select(Mail.id).where(Mail.state == state).order_by(Mail.id).limit(MOST)
    if purpose:
        query = query.where(Mail.purpose.startswith(purpose, autoescape=True))
    return list(db.session.scalars(query))


def _move(ids: Sequence[int], before: tuple[str, ...], after: str, *, send: bool = False) -> int:
    moved = update(Mail).where(Mail.id.in_(ids[:MOST]), Mail.state.in_(before))
    changes = {"state": after, "version": Mail.version + 1} | ({"problem": ""} if send else {})
    found = sorted(db.session.scalars(moved.values(changes).returning(Mail.id)))
    for mail_id in found if send else ():
        defer("alerts.mail", mail_id=mail_id)
    return len(found)
