"""Procedures, their versions, and who has read and understood which of them."""

from datetime import date, datetime

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.documents.models import StoredFile
from pmo.kernel.permissions import HOUSE, Place


class Procedure(Base):
    """What stays the same through its versions."""

    __tablename__ = "procedure"

    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(unique=True)
    audience: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")  # kernel.permissions.Role; none: everybody
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return HOUSE


class ProcedureIssue(Base):
    """One published version: a text, a link, a file, or several of these. It never changes."""

    __tablename__ = "procedure_issue"
    __table_args__ = (Index("uq_procedure_issue_procedure_id_number", "procedure_id", "number", unique=True),)

    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    number: Mapped[int]
    valid_from: Mapped[date]
    news: Mapped[str] = mapped_column(server_default="")  # what is new in it
    text: Mapped[str] = mapped_column(server_default="", deferred=True)
    link: Mapped[str] = mapped_column(server_default="")
    file_name: Mapped[str] = mapped_column(server_default="")
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    procedure: Mapped[Procedure] = relationship()
    stored: Mapped[StoredFile | None] = relationship()

    @property
    def place(self) -> Place:
        return HOUSE


class ProcedureReading(Base):
    """Somebody has read and understood one version."""

    __tablename__ = "procedure_reading"
    __table_args__ = (Index("uq_procedure_reading_issue_id_person_id", "issue_id", "person_id", unique=True),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("procedure_issue.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    confirmed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return HOUSE
