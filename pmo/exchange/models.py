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

    kind: Mapped[str]  # portfolio, milestones, raid, status, schedule
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
