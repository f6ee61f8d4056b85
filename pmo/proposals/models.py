"""Improvement proposals with their assessment, decision and effect."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import HOUSE, Place
from pmo.people.models import Person
from pmo.proposals.logic import State

DECIDED = "state not in ('accepted', 'later', 'refused', 'measured') or (decided_at is not null and reason <> '')"


class Proposal(Base):
    """An idea how the house could work better; everybody reads it."""

    __tablename__ = "proposal"
    __table_args__ = (CheckConstraint(DECIDED, name="decided_with_reason"),)

    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str]
    idea: Mapped[str]
    state: Mapped[str]  # logic.State
    proposed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    effort: Mapped[str | None]  # logic.Size
    benefit: Mapped[str | None]  # logic.Size
    assessment: Mapped[str] = mapped_column(server_default="")
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(server_default="")  # of the decision
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    measure_on: Mapped[date | None]  # when its effect is looked at
    effect: Mapped[str | None]  # logic.Effect
    effect_text: Mapped[str] = mapped_column(server_default="")
    measured_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    proposer: Mapped[Person] = relationship(foreign_keys=[proposer_id])
    assessor: Mapped[Person | None] = relationship(foreign_keys=[assessor_id])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decider_id])

    @property
    def place(self) -> Place:
        return HOUSE

    @property
    def stands(self) -> State:
        return State(self.state)
