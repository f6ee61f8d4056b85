"""Whether history is as it was sealed: the findings of a verification, the head of the chain, what waits, who could edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text

from pmo.db import db


class Problem(StrEnum):
    """What can be wrong; the values are what `history.verify()` says."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REDATED = "re-dated"
    OTHER_TRANSACTION = "other transaction"
    END_REDATED = "end re-dated"
    REOPENED = "reopened"
    ENDED = "ended"
    PRESENT_DIFFERS = "present differs"
    TRANSACTION_EDITED = "transaction edited"
    TRANSACTION_DELETED = "transaction deleted"
    CERTIFICATE_INSERTED = "certificate inserted"
    SEAL_BROKEN = "seal broken"
    SEAL_DELETED = "seal deleted"


SENTENCES = {
    Problem.EDITED: "its content was edited after it was sealed",
    Problem.DELETED: "it was deleted after it was sealed",
    Problem.INSERTED: "it was put in by hand: its transaction was sealed without it, or never was",
    Problem.REDATED: "it was re-dated: it began {was}, now {is_now}",
    Problem.OTHER_TRANSACTION: "it was written by transaction {was}, and now claims transaction {is_now}",
    Problem.END_REDATED: "its end was re-dated: it ended {was}, now {is_now}",
    Problem.REOPENED: "it had ended {was}, and was opened again",
    Problem.ENDED: "it was ended by hand, or by another transaction than it claims",
    Problem.PRESENT_DIFFERS: "the present row is not what its newest version says",
    Problem.TRANSACTION_EDITED: "who, when, from where or why was edited after it was sealed",
    Problem.TRANSACTION_DELETED: "the transaction was deleted after it was sealed",
    Problem.CERTIFICATE_INSERTED: "a certificate of erasure was put in by hand",
    Problem.SEAL_BROKEN: "the seal does not fit what it covers, or the seal before it",
    Problem.SEAL_DELETED: "a seal was deleted",
}


@dataclass(frozen=True, slots=True)
class Finding:
    problem: Problem
    table: str
    row_id: int | None
    version: int | None
    txn: int | None
    was: str | None
    is_now: str | None

    def __str__(self) -> str:
        place = f"{self.table} {self.row_id or ''}".strip()
        version = f", version {self.version}" if self.version is not None else ""
        txn = f" (transaction {self.txn})" if self.txn is not None else ""
        return f"{place}{version}{txn}: {SENTENCES[self.problem].format(was=self.was, is_now=self.is_now)}."


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal; everything before it is fixed by it."""

    number: int
    sha: str

    def __str__(self) -> str:
        return f"{self.number}:{self.sha}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Transactions not sealed yet, and since when the oldest waits."""

    transactions: int
    since: datetime | None


def findings() -> Sequence[Finding]:
    """Everything that is not as it was sealed, judged in one snapshot. Reads all of history: for a command, not for a page."""
    db.session.rollback()
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    rows = db.session.execute(text("select * from history.verify()")).all()
    db.session.rollback()
    return [Finding(Problem(row.problem), row.tab, row.row_id, row.version, row.txn, row.was, row.is_now) for row in rows]


def head() -> Head | None:
    row = db.session.execute(text("select number, encode(sha, 'hex') sha from history.seal order by number desc limit 1")).first()
    return Head(row.number, row.sha) if row else None


def holds(anchor: Head) -> bool:
    """Whether the chain still has this seal, printed earlier outside the database (in a report, a log)."""
    query = text("select exists (select from history.seal where number = :number and encode(sha, 'hex') = :sha)")
    return bool(db.session.scalar(query, {"number": anchor.number, "sha": anchor.sha}))


def waiting() -> Waiting:
    row = db.session.execute(
        text(
            "select count(*) transactions, min(recorded_at) since from history.txn t"
            " where not exists (select from history.seal s where s.txn = t.id)"
        )
    ).one()
    return Waiting(row.transactions, row.since)


def sealed_through() -> datetime | None:
    """When the newest sealed transaction was recorded."""
    query = text("select t.recorded_at from history.seal s join history.txn t on t.id = s.txn order by s.number desc limit 1")
    found: datetime | None = db.session.scalar(query)
    return found


def erasures() -> int:
    return db.session.scalar(text("select count(*) from history.certificate")) or 0


UNPROTECTED = "History is not protected: this database user could edit it; set PMO_DATABASE_OWNER_URL to another user."
PROTECTED = (
    "select not (select rolsuper from pg_roles where rolname = current_user)"
    " and not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    "   where n.nspname in ('history', 'asof', 'asknown') and c.relkind in ('r', 'v')"
    "   and (pg_has_role(c.relowner, 'member') or has_table_privilege(c.oid, 'insert, update, delete, truncate')))"
    " and not exists (select from history.tracked t join pg_class c on c.oid = to_regclass(format('public.%I', t.tab))"
    "   where pg_has_role(c.relowner, 'member') or has_table_privilege(c.oid, 'truncate'))"
)


def is_protected() -> bool:
    """Whether the database user of this connection can neither write history nor change what keeps it."""
    return bool(db.session.scalar(text(PROTECTED)))
