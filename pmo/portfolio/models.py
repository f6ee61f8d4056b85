"""Portfolios, programmes and projects; what is declared about a project, and what was reported about it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Numeric
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from pmo.db import Base
from pmo.kernel.permissions import Place

Money = Numeric(18, 2)


class Portfolio(Base):
    __tablename__ = "portfolio"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return Place(self.id)


class Programme(Base):
    __tablename__ = "programme"
    __table_args__ = (Index("uq_programme_portfolio_id_code", "portfolio_id", "code", unique=True),)

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation: Mapped[str] = mapped_column(server_default="")  # the owner organisation, as a file names it
    position: Mapped[int] = mapped_column(server_default="0")  # order on pages
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    portfolio: Mapped[Portfolio] = relationship()

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.id)


class Project(Base):
    __tablename__ = "project"
    __table_args__ = (
        Index("uq_project_portfolio_id_code", "portfolio_id", "code", unique=True),
        Index("ix_project_portfolio_id_external_id", "portfolio_id", "external_id"),
        Index("ix_project_portfolio_id_name_key", "portfolio_id", "name_key"),
        CheckConstraint("tolerance_days >= 0 and tolerance_percent >= 0", name="tolerance_not_negative"),
    )

    portfolio_id: Mapped[int] = mapped_column(
        ForeignKey("portfolio.id")
    )  # the programme's, kept here for restriction in one step
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="other")  # logic.Kind
    method: Mapped[str] = mapped_column(server_default="waterfall")  # logic.Method
    phase: Mapped[str] = mapped_column(server_default="executing")  # logic.Phase
    state: Mapped[str] = mapped_column(server_default="open")  # logic.State
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sponsor: Mapped[str] = mapped_column(server_default="")
    description: Mapped[str] = mapped_column(server_default="")
    tolerance_days: Mapped[int | None]  # None: the rule's value
    tolerance_percent: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    currency: Mapped[str] = mapped_column(server_default="EUR")
    budget: Mapped[Decimal | None] = mapped_column(Money)  # approved, whole life
    spent: Mapped[Decimal | None] = mapped_column(Money)
    committed: Mapped[Decimal | None] = mapped_column(Money)  # bound by contract and not spent yet: orders not invoiced
    forecast_cost: Mapped[Decimal | None] = mapped_column(Money)  # forecast at completion
    money_on: Mapped[date | None]  # the day the amounts are true on
    no_value: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")  # field -> why a figure is missing
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    external_id: Mapped[str | None]  # of the office that sends lists; matched without regard to case
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str] = mapped_column(server_default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # every date asked about was confirmed
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    programme: Mapped[Programme] = relationship()

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id, self.id)


class StatusUpdate(Base):
    """What a project manager declares for a period. The newest one counts."""

    __tablename__ = "status_update"
    __table_args__ = (Index("ix_status_update_project_id_stated_at", "project_id", "stated_at"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    period_start: Mapped[date | None]
    period_end: Mapped[date]
    stated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # effective, from kernel.clock
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done: Mapped[str] = mapped_column(server_default="")
    next: Mapped[str] = mapped_column(server_default="")
    attention: Mapped[str] = mapped_column(server_default="")
    back_to_green: Mapped[str] = mapped_column(server_default="")  # what must happen, asked for amber and red
    overall: Mapped[str | None]  # logic.Colour for this and the following; None = cannot say
    schedule: Mapped[str | None]
    cost: Mapped[str | None]
    scope: Mapped[str | None]
    resources: Mapped[str | None]
    risk: Mapped[str | None]
    quality: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="")  # file it was imported from; "" = typed here


class ReportedPosition(Base):
    """What an office reported about a project on a date: feeds trends, never changes the present."""

    __tablename__ = "reported_position"
    __table_args__ = (
        Index("uq_reported_position_project_id_position_on_source", "project_id", "position_on", "source", unique=True),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position_on: Mapped[date]
    source: Mapped[str]  # the mapping or file family, e.g. gmpp
    rating: Mapped[str | None]  # logic.Colour
    rating_scale: Mapped[int | None]  # 3 or 5 points
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(server_default="")
    budget: Mapped[Decimal | None] = mapped_column(Money)
    forecast_cost: Mapped[Decimal | None] = mapped_column(Money)
    year_budget: Mapped[Decimal | None] = mapped_column(Money)
    year_forecast: Mapped[Decimal | None] = mapped_column(Money)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")  # every other cell, by header, as written
    no_value: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")  # field -> reason word
