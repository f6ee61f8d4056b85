"""Since when a dimension of a project has its colour, which is computed whenever it is shown; what the PMO overrides."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class HealthMark(Base):
    __tablename__ = "health_mark"
    __table_args__ = (Index("uq_health_mark_project_id_dimension", "project_id", "dimension", unique=True),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    dimension: Mapped[str]  # portfolio.logic.Dimension, or "computed": overall as the rules see it, once it was overridden
    colour: Mapped[str | None]  # portfolio.logic.Colour; None is grey
    since: Mapped[date]
    before: Mapped[str | None]  # the colour it had until then; None was grey, or nothing yet
    marked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # effective: older positions leave the mark alone


class HealthOverride(Base):
    """Another overall colour than the computed one counts, from its first to its last day. It is never changed, only ended."""

    __tablename__ = "health_override"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    colour: Mapped[str]  # portfolio.logic.Colour: green, amber or red
    reason: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day on which it counts
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # effective, from kernel.clock
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # before its last day was over
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StartAside(Base):
    """Somebody put the checklist of a new project aside; hidden_at is empty when it was taken up again."""

    __tablename__ = "start_aside"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
