"""Since when a dimension of a project has its colour. The colour itself is computed whenever it is shown."""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class HealthMark(Base):
    __tablename__ = "health_mark"
    __table_args__ = (Index("uq_health_mark_project_id_dimension", "project_id", "dimension", unique=True),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    dimension: Mapped[str]  # portfolio.logic.Dimension
    colour: Mapped[str | None]  # portfolio.logic.Colour; None is grey
    since: Mapped[date]
    before: Mapped[str | None]  # the colour it had until then; None was grey, or nothing yet
    marked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # effective: older positions leave the mark alone
