"""Support requests and what was said about them."""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.support.logic import State


class SupportRequest(Base):
    """A question to the PMO: for whoever asked, and for the PMO of its project or of the house."""

    __tablename__ = "support_request"

    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)  # None: about no project
    subject: Mapped[str]
    text: Mapped[str]
    urgency: Mapped[str]  # logic.Urgency
    state: Mapped[str]  # logic.State
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due: Mapped[date]
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
    taker: Mapped[Person | None] = relationship(foreign_keys=[taker_id])
    project: Mapped[Project | None] = relationship()

    @property
    def place(self) -> Place:
        """Its project's, or the house; whoever asked owns it."""
        at = self.project.place if self.project else Place()
        return Place(at.portfolio_id, at.programme_id, at.project_id, self.asker_id)

    @property
    def stands(self) -> State:
        return State(self.state)


class SupportMessage(Base):
    """One thing said about a request, by the PMO or by whoever asked."""

    __tablename__ = "support_message"

    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_answer: Mapped[bool]  # by the PMO
    text: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    request: Mapped[SupportRequest] = relationship()
    author: Mapped[Person] = relationship()

    @property
    def place(self) -> Place:
        return self.request.place
