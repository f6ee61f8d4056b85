"""Writes what was noticed into its small tables, on a connection of its own, so that it stays when the rest is rolled back."""

from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from pmo.db import db
from pmo.kernel import clock
from pmo.watching.logic import Failure, digest, failure
from pmo.watching.logs import log
from pmo.watching.statements import unseen

KEPT = 300  # rows of each table; the ones not seen for longest go

SLOW = text("""
    insert into slow_statement (digest, shape, occasion, worst_ms, last_ms, last_at)
    values (:digest, :shape, :occasion, :ms, :ms, :at)
    on conflict (digest) do update set count = slow_statement.count + 1, last_ms = excluded.last_ms, last_at = excluded.last_at,
      worst_ms = greatest(slow_statement.worst_ms, excluded.worst_ms)
""")
PROBLEM = text("""
    insert into problem (digest, kind, place, occasion, last_id, first_at, last_at)
    values (:digest, :kind, :place, :occasion, :last_id, :at, :at)
    on conflict (digest) do update set count = problem.count + 1, last_id = excluded.last_id, last_at = excluded.last_at
""")
OF_JOB = text("""
    insert into job_problem (job_id, kind, place, at) values (:job_id, :kind, :place, :at)
    on conflict (job_id) do update set kind = excluded.kind, place = excluded.place, at = excluded.at
""")
CAPS = {
    name: text(f"delete from {name} where id in (select id from {name} order by {moment} desc, id desc offset :kept)")  # noqa: S608
    for name, moment in {"slow_statement": "last_at", "problem": "last_at", "job_problem": "at"}.items()
}


def slow_statements(occasion: str, found: list[tuple[str, int]]) -> None:
    """Statements (their shapes) that took too long while this page or job was made."""
    rows = [{"digest": digest(shape, occasion), "shape": shape, "occasion": occasion, "ms": ms} for shape, ms in found]
    _write(SLOW, rows, "slow_statement")


def problem(error: BaseException, occasion: str, last_id: str) -> Failure:
    """An error, counted with those of its kind. One of the database's connection is only logged: there is nowhere to write."""
    found = failure(error)
    if not isinstance(error, OperationalError):
        key = digest(found.kind, found.place, occasion)
        row = {"digest": key, "kind": found.kind, "place": found.place, "occasion": occasion, "last_id": last_id}
        _write(PROBLEM, [row], "problem")
    return found


def problem_of_job(error: BaseException, job_id: int) -> None:
    found = failure(error)
    if not isinstance(error, OperationalError):
        _write(OF_JOB, [{"job_id": job_id, "kind": found.kind, "place": found.place}], "job_problem")


def _write(statement: TextClause, rows: list[dict[str, Any]], table: str) -> None:
    at = clock.machine_now()
    try:
        with unseen(), db.engine.begin() as connection:
            for row in sorted(rows, key=lambda row: str(row.get("digest"))):  # in one order, so that no two wait for each other
                connection.execute(statement, row | {"at": at})
            connection.execute(CAPS[table], {"kept": KEPT})
    except SQLAlchemyError as trouble:
        log().warning("not noted", exc_info=trouble)
