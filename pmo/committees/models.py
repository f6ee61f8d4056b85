"""Committees, what they watch over, and their meetings with cut-off and pack dates."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place


class Committee(Base):
    """Watches over a portfolio, or over one programme of it."""

    __tablename__ = "committee"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    language: Mapped[str] = mapped_column(server_default="en")  # of its pack
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id)


class Meeting(Base):
    __tablename__ = "meeting"
    __table_args__ = (
        Index("uq_meeting_committee_id_held_on", "committee_id", "held_on", unique=True),
        CheckConstraint("cut_off <= pack_on and pack_on <= held_on", name="in_order"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    held_on: Mapped[date]
    cut_off: Mapped[date]  # data of the pack are taken at the end of this day
    pack_on: Mapped[date]  # the pack is sent
    room: Mapped[str] = mapped_column(server_default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    committee: Mapped[Committee] = relationship()

    @property
    def place(self) -> Place:
        return self.committee.place
