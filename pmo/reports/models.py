"""Editions: what was published, frozen with its data, its file and its place in the history."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place


class Edition(Base):
    """One published report. `moment` and `known_txn` name the state it shows: recomputed from them, the hash is the same for ever."""

    __tablename__ = "edition"
    __table_args__ = (
        Index("uq_edition_scope_code_number", "scope", "scope_code", "number", unique=True),
        Index("ix_edition_portfolio_id_published_at", "portfolio_id", "published_at"),
    )

    number: Mapped[str]  # 2026-03, 2026-03b
    scope: Mapped[str]  # project, programme, portfolio, committee
    scope_code: Mapped[str]
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    language: Mapped[str]
    moment: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    known_txn: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_sha256: Mapped[str]
    chain_head: Mapped[str]  # head of the sealed history when it was published
    file: Mapped["EditionFile"] = relationship(back_populates="edition", uselist=False)

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id, self.project_id)


class EditionFile(Base):
    """The bytes people got. Apart from the edition, so that lists of editions stay light."""

    __tablename__ = "edition_file"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    edition: Mapped[Edition] = relationship(back_populates="file")
