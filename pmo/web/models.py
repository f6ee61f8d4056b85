"""What the doors for programs keep for a while: answers to repeat, and how much was asked within a window."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class KeptAnswer(Base):
    """One Idempotency-Key of one person: committed with the change itself, its answer right after."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("uq_kept_answer_person_id_key", "person_id", "key", unique=True),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    request_sha256: Mapped[bytes] = mapped_column(LargeBinary)  # of method, path and body
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    status: Mapped[int | None]  # None: carried out, and its answer not written yet
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    body: Mapped[bytes] = mapped_column(LargeBinary, server_default="")


class RateWindow(Base):
    """How often somebody came in the running window and in the one before it; one row for all servers."""

    __tablename__ = "rate_window"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: Mapped[str] = mapped_column(unique=True)
    slot: Mapped[int] = mapped_column(BigInteger)  # number of the running window since 1970
    current: Mapped[int]
    previous: Mapped[int] = mapped_column(server_default="0")
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # from then on the row says nothing any more
