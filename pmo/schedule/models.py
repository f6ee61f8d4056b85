"""Milestones with their three promises, tasks and links as a plan gives them, and the ledger of moved dates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.portfolio.models import Project


class Milestone(Base):
    """Baseline: what was approved. Commitment: what a committee was told. Forecast: what is believed. Actual: what happened."""

    __tablename__ = "milestone"
    __table_args__ = (
        Index("ix_milestone_project_id_forecast", "project_id", "forecast"),
        Index("uq_milestone_project_id_code", "project_id", "code", unique=True),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]  # stable within the project, e.g. M03
    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    baseline: Mapped[date | None]
    commitment: Mapped[date | None]
    forecast: Mapped[date | None]
    actual: Mapped[date | None]
    weight: Mapped[Decimal] = mapped_column(Numeric(8, 2), server_default="1")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    is_gate: Mapped[bool] = mapped_column(server_default="false")
    position: Mapped[int] = mapped_column(server_default="0")
    cancelled_on: Mapped[date | None]
    cancelling_reason: Mapped[str] = mapped_column(server_default="")
    no_value: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")  # field -> why a date is missing
    task_uid: Mapped[int | None]  # of the plan it came from
    confirmed_on: Mapped[date | None]  # the day somebody last stood by its date, moved it, or said that it was reached
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    project: Mapped[Project] = relationship()

    @property
    def place(self) -> Place:
        at = self.project.place
        return Place(at.portfolio_id, at.programme_id, at.project_id, self.owner_id)


class DateMove(Base):
    """One moved date of a milestone that was baselined or committed, with its reason: the ledger slips are explained from."""

    __tablename__ = "date_move"
    __table_args__ = (Index("ix_date_move_milestone_id_moved_at", "milestone_id", "moved_at"),)

    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    field: Mapped[str]  # baseline, commitment, forecast, actual
    before: Mapped[date | None]
    after: Mapped[date | None]
    reason: Mapped[str] = mapped_column(server_default="")  # schedule.logic.MoveReason; "" where none is asked
    words: Mapped[str] = mapped_column(server_default="")
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    moved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # effective, from kernel.clock


class Task(Base):
    """A task of a plan, as the file gives it; dates are not recomputed here."""

    __tablename__ = "task"
    __table_args__ = (Index("uq_task_project_id_uid", "project_id", "uid", unique=True),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    uid: Mapped[int]
    position: Mapped[int]
    wbs: Mapped[str] = mapped_column(server_default="")
    outline_level: Mapped[int] = mapped_column(server_default="1")
    name: Mapped[str]
    is_summary: Mapped[bool] = mapped_column(server_default="false")
    is_milestone: Mapped[bool] = mapped_column(server_default="false")
    is_critical: Mapped[bool] = mapped_column(server_default="false")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_manual: Mapped[bool] = mapped_column(server_default="false")
    start: Mapped[datetime | None]  # wall-clock time of the plan, as in the file
    finish: Mapped[datetime | None]
    duration_minutes: Mapped[int | None]
    duration_unit: Mapped[str] = mapped_column(server_default="")  # as typed: d, w, h, ed (elapsed days), ...
    percent_complete: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    actual_start: Mapped[datetime | None]
    actual_finish: Mapped[datetime | None]
    constraint_type: Mapped[str] = mapped_column(server_default="")
    constraint_date: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    calendar_uid: Mapped[int | None]  # of the plan; None: the plan's own
    notes: Mapped[str] = mapped_column(server_default="")
    baselines: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default="{}"
    )  # number -> start, finish, duration_minutes, work_minutes, cost


class TaskLink(Base):
    __tablename__ = "task_link"
    __table_args__ = (
        Index(
            "uq_task_link_project_id_predecessor_uid_successor_uid", "project_id", "predecessor_uid", "successor_uid", unique=True
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    predecessor_uid: Mapped[int]
    successor_uid: Mapped[int]
    kind: Mapped[str]  # FS, SS, FF, SF
    lag_minutes: Mapped[int] = mapped_column(server_default="0")
    lag_unit: Mapped[str] = mapped_column(server_default="")  # as typed: d, ed (elapsed), % (of the predecessor), ...
    lag_percent: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))


class Plan(Base):
    """The file a project's tasks came from: its calendars, status date and settings, as given."""

    __tablename__ = "plan"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    status_on: Mapped[date | None]
    start: Mapped[datetime | None]
    finish: Mapped[datetime | None]
    calendars: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
