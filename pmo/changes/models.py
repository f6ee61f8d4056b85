"""Change requests: the form and the log of them in one row."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.committees.models import Decision, Meeting
from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.people.models import Person
from pmo.portfolio.models import Money, Project
from pmo.schedule.models import Milestone


class ChangeRequest(Base):
    """Somebody wants a project to be different. It is never deleted: it is rejected, postponed or merged."""

    __tablename__ = "change_request"
    __table_args__ = (
        Index("uq_change_request_project_id_code", "project_id", "code", unique=True),
        Index("ix_change_request_state", "state"),
        CheckConstraint("priority between 1 and 5", name="five_priorities"),
        CheckConstraint("(milestone_id is null) = (new_date is null)", name="date_of_a_milestone"),
        CheckConstraint("(state = 'merged') = (merged_into_id is not null)", name="merged_into_one"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]  # CR-001: counted within the project
    title: Mapped[str]
    category: Mapped[str]  # logic.Category
    priority: Mapped[int]
    requested_by: Mapped[str]  # also somebody who has no account
    submitted_on: Mapped[date]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    situation: Mapped[str] = mapped_column(server_default="")  # as it is now
    wanted: Mapped[str] = mapped_column(server_default="")  # as it should be
    if_not: Mapped[str] = mapped_column(server_default="")  # what happens when it is not done
    scope: Mapped[str] = mapped_column(server_default="")
    alternatives: Mapped[str] = mapped_column(server_default="")
    recommendation: Mapped[str] = mapped_column(server_default="")
    cost: Mapped[Decimal | None] = mapped_column(Money)  # less than 0 when it saves money
    currency: Mapped[str] = mapped_column(server_default="EUR")
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    old_date: Mapped[date | None]  # its forecast when the impact was written
    new_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="submitted")  # logic.ChangeState
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)  # is asked to decide
    decided_on: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # or who recorded what a meeting decided
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)  # of a committee
    reason: Mapped[str] = mapped_column(server_default="")  # of the decision
    postponed_until: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"), index=True)
    forecast_move_id: Mapped[int | None] = mapped_column(ForeignKey("date_move.id"))  # what approval moved, once confirmed
    baseline_move_id: Mapped[int | None] = mapped_column(ForeignKey("date_move.id"))
    implemented_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(server_default="")  # a word of what shows that it is done
    project: Mapped[Project] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])
    merged_into: Mapped["ChangeRequest | None"] = relationship(remote_side="ChangeRequest.id")

    @property
    def place(self) -> Place:
        return self.project.place

    @property
    def is_moved(self) -> bool:
        """The dates it asks for were put into the plan."""
        return self.forecast_move_id is not None or self.baseline_move_id is not None
