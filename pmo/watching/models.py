"""Small tables of what the server noticed about itself: no history, no content, never more than a few hundred rows each."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class SlowStatement(Base):
    """A statement that took longer than PMO_SLOW_MS, by its shape and the page or job that sent it."""

    __tablename__ = "slow_statement"

    digest: Mapped[str] = mapped_column(unique=True)  # of shape and occasion
    shape: Mapped[str]  # without values: watching.logic.shape
    occasion: Mapped[str]  # endpoint or task
    count: Mapped[int] = mapped_column(server_default="1")
    worst_ms: Mapped[int]
    last_ms: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Problem(Base):
    """Errors of one type at one place, counted."""

    __tablename__ = "problem"

    digest: Mapped[str] = mapped_column(unique=True)  # of kind, place and occasion
    kind: Mapped[str]  # the exception's type
    place: Mapped[str]  # module:function:line
    occasion: Mapped[str]  # endpoint or task
    count: Mapped[int] = mapped_column(server_default="1")
    last_id: Mapped[str]  # of the last request, or of the last job: what a person can tell
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class JobProblem(Base):
    """What the last try of a job ended with; the queue itself does not keep it."""

    __tablename__ = "job_problem"

    job_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[str]
    place: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class WorkerSeen(Base):
    """On which machine a worker runs, and since when; its heartbeat stands in the queue's own table."""

    __tablename__ = "worker_seen"
    __table_args__ = (Index("uq_worker_seen_worker_id", "worker_id", unique=True),)

    worker_id: Mapped[int] = mapped_column(BigInteger)
    machine: Mapped[str]
    process: Mapped[int]
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
