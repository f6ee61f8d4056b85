"""Artefacts that a method asks for, and the documents of projects that answer them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.documents.models import StoredFile
from pmo.kernel.permissions import HOUSE, Place
from pmo.portfolio.models import Project


class Artefact(Base):
    """A document that every project of a method must have from a phase on."""

    __tablename__ = "artefact"
    __table_args__ = (Index("uq_artefact_method_code", "method", "code", unique=True),)

    method: Mapped[str]  # portfolio.logic.Method
    phase: Mapped[str]  # portfolio.logic.Phase
    code: Mapped[str]  # the same for ever, so that a shipped list finds it again
    name: Mapped[str]
    name_fr: Mapped[str] = mapped_column(server_default="")  # "": the name above
    name_nl: Mapped[str] = mapped_column(server_default="")
    position: Mapped[int] = mapped_column(server_default="0")  # order within its phase
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return HOUSE

    def called(self, language: str) -> str:
        return {"fr": self.name_fr, "nl": self.name_nl}.get(language, "") or self.name


class ProjectDocument(Base):
    """What one project holds against one artefact. No row: nothing was said yet."""

    __tablename__ = "project_document"
    __table_args__ = (
        Index("uq_project_document_project_id_artefact_id", "project_id", "artefact_id", unique=True),
        CheckConstraint("files >= 0", name="files_not_negative"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    artefact_id: Mapped[int] = mapped_column(ForeignKey("artefact.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    link: Mapped[str] = mapped_column(server_default="")  # where it is kept, when not here
    valid_until: Mapped[date | None]  # the last day it counts
    not_needed: Mapped[str] = mapped_column(server_default="")  # why it does not apply; "": it does
    files: Mapped[int] = mapped_column(server_default="0")  # versions so far, the number of the newest
    project: Mapped[Project] = relationship()
    artefact: Mapped[Artefact] = relationship()

    @property
    def place(self) -> Place:
        at = self.project.place
        return Place(at.portfolio_id, at.programme_id, at.project_id, self.owner_id)


class DocumentFile(Base):
    """A version of a document; an older one stays."""

    __tablename__ = "document_file"
    __table_args__ = (Index("uq_document_file_document_id_number", "document_id", "number", unique=True),)

    document_id: Mapped[int] = mapped_column(ForeignKey("project_document.id"))
    number: Mapped[int]
    name: Mapped[str]
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document: Mapped[ProjectDocument] = relationship()
    stored: Mapped[StoredFile] = relationship()
