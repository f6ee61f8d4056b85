"""Files being brought in: kept between preview and apply, so that any server can go on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class ImportRun(Base):
    """One uploaded file: its bytes, the choices made, what it would change, what became of it. Not audited."""

    __tablename__ = "import_run"

    kind: Mapped[str]  # portfolio, milestones, raid, status, value, schedule, sheet
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolio.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    position_on: Mapped[date | None]
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")  # mapping, column targets, answers
    preview: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str] = mapped_column(server_default="reading")  # reading, ready, refused, applied, discarded
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UpdateSheet(Base):
    """A workbook sent out to be filled in: `key` stands in it, so that it is known again. Its rows carry their own versions."""

    __tablename__ = "update_sheet"

    key: Mapped[str]
    title: Mapped[dict[str, Any]] = mapped_column(JSONB)  # what it holds, as a sentence in any language
    language: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who it is for; None: whoever fills it in
    rows: Mapped[int]
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when it was last brought back
