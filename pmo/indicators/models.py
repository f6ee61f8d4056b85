"""Definitions of indicators, who gives a part of them, what was measured, and the links for people without account."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.indicators.logic.definition import Combine, Direction, Limits, Source
from pmo.indicators.logic.periods import Frequency
from pmo.kernel.permissions import Place
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Programme, Project

Amount = Numeric(16, 4)


class Indicator(Base):
    """What is measured, how often, and which values are good. It stands in a portfolio, one of its programmes, or one project."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("project_id is null or programme_id is not null", name="project_in_programme"),
        Index("ix_indicator_portfolio_id", "portfolio_id"),
    )

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))  # a project's own, kept for restriction
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str]
    question: Mapped[str] = mapped_column(server_default="")  # what it answers
    ask: Mapped[str] = mapped_column(server_default="")  # what whoever gives a value is asked
    source: Mapped[str]  # logic.definition.Source
    combine: Mapped[str] = mapped_column(server_default="sum")  # logic.definition.Combine
    unit: Mapped[str] = mapped_column(server_default="")
    frequency: Mapped[str]  # logic.periods.Frequency
    starts_on: Mapped[date]  # first day of its first period
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    direction: Mapped[str]  # logic.definition.Direction
    target: Mapped[Decimal | None] = mapped_column(Amount)
    warning: Mapped[Decimal | None] = mapped_column(Amount)
    alert: Mapped[Decimal | None] = mapped_column(Amount)
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    portfolio: Mapped[Portfolio] = relationship()
    programme: Mapped[Programme | None] = relationship()
    project: Mapped[Project | None] = relationship()
    owner: Mapped[Person | None] = relationship()

    @property
    def place(self) -> Place:
        """That of its project today: a project moves from one programme to another."""
        return self.project.place if self.project else Place(self.portfolio_id, self.programme_id)

    @property
    def kind(self) -> Source:
        return Source(self.source)

    @property
    def asks(self) -> str:
        """The question put to whoever gives a value; a survey without one of its own puts the one it answers."""
        return self.ask or (self.question if self.kind is Source.SURVEY else "")

    @property
    def every(self) -> Frequency:
        return Frequency(self.frequency)

    @property
    def combining(self) -> Combine:
        return Combine(self.combine)

    @property
    def limits(self) -> Limits:
        return Limits(Direction(self.direction), self.target, self.warning, self.alert)


class IndicatorPart(Base):
    """Who gives a value, or a part of it, each period: somebody of the house, or an address outside."""

    __tablename__ = "indicator_part"
    __table_args__ = (CheckConstraint("(person_id is null) = (email <> '')", name="inside_or_outside"),)

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    name: Mapped[str] = mapped_column(server_default="")  # of the part: a country, a site; "" is all of it
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    supplier: Mapped[str] = mapped_column(server_default="")  # outside: who it is, e.g. a company
    email: Mapped[str]  # "" for somebody of the house
    language: Mapped[str] = mapped_column(server_default="en")
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    indicator: Mapped[Indicator] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def who(self) -> str:
        return self.person.name if self.person else self.supplier

    @property
    def place(self) -> Place:
        return self.indicator.place


class Measurement(Base):
    """One value of one period: computed, or asked of somebody. Without `given_at` nobody has answered yet."""

    __tablename__ = "measurement"
    __table_args__ = (
        Index("uq_measurement_part_id_period", "part_id", "period", unique=True),
        Index("uq_measurement_computed", "indicator_id", "period", unique=True, postgresql_where="part_id is null"),
        CheckConstraint("value is null or given_at is not null", name="value_was_given"),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_part.id"))
    period: Mapped[date]  # its first day
    asked_on: Mapped[date | None]
    due: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Amount)
    is_estimated: Mapped[bool] = mapped_column(server_default="false")
    remark: Mapped[str] = mapped_column(server_default="")  # why there is no value, or a word about it
    via: Mapped[str] = mapped_column(server_default="")  # logic.definition.Via
    given_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    given_by: Mapped[str] = mapped_column(server_default="")  # the name as it was then
    correction: Mapped[str] = mapped_column(server_default="")  # why it was corrected last
    indicator: Mapped[Indicator] = relationship()
    part: Mapped[IndicatorPart | None] = relationship()

    @property
    def place(self) -> Place:
        """Whoever is asked may give the value, wherever it is."""
        at = self.indicator.place
        return Place(at.portfolio_id, at.programme_id, at.project_id, self.part.person_id if self.part else None)


class CollectLink(Base):
    """A one-time link for an answer from outside, known only by its digest. A new one ends those before it."""

    __tablename__ = "collect_link"

    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    measurement: Mapped[Measurement] = relationship()
