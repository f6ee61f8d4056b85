"""The RAID register: one table, four types."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone


class RaidItem(Base):
    __tablename__ = "raid_item"
    __table_args__ = (
        Index("uq_raid_item_project_id_code", "project_id", "code", unique=True),
        Index("ix_raid_item_project_id_status", "project_id", "status"),
        CheckConstraint("probability between 1 and 5 and impact between 1 and 5", name="scale_one_to_five"),
        CheckConstraint("residual_probability between 1 and 5 and residual_impact between 1 and 5", name="residual_one_to_five"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]  # I-001, D-001 within the project
    type: Mapped[str]  # raid.logic.RaidType
    title: Mapped[str]
    title_key: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")  # cause, event, effect
    category: Mapped[str] = mapped_column(server_default="")
    probability: Mapped[int | None]
    impact: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date | None]  # when the response must be done
    response: Mapped[str] = mapped_column(server_default="")  # raid.logic.Response
    response_text: Mapped[str] = mapped_column(server_default="")
    status: Mapped[str] = mapped_column(server_default="open")  # raid.logic.RaidStatus
    raised_on: Mapped[date]
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str] = mapped_column(server_default="")
    other_party: Mapped[str] = mapped_column(server_default="")  # of a dependency
    external_id: Mapped[str | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    review: Mapped[str] = mapped_column(server_default="")  # raid.logic.Review: what the last look found
    residual_probability: Mapped[int | None]  # of a risk, once its response is done
    residual_impact: Mapped[int | None]
    trigger: Mapped[str] = mapped_column(server_default="")  # of a risk: what tells that it is happening
    proximity: Mapped[str] = mapped_column(server_default="")  # of a risk: raid.logic.Proximity
    identified_by: Mapped[str] = mapped_column(server_default="")  # a name: not everybody who finds something is a user
    confidence: Mapped[str] = mapped_column(server_default="")  # of an assumption: raid.logic.Confidence
    if_false: Mapped[str] = mapped_column(server_default="")  # of an assumption: what follows when it does not hold
    validator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # of an assumption: who tests it, by `due`
    source_id: Mapped[int | None] = mapped_column(ForeignKey("raid_item.id"), index=True)  # the item this one came from
    escalated_to: Mapped[str] = mapped_column(server_default="")  # raid.logic.Level; "" = with its project
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who is asked for an answer there
    escalated_on: Mapped[date | None]
    escalated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who is told the answer
    escalation_reason: Mapped[str] = mapped_column(server_default="")
    escalation_answer: Mapped[str] = mapped_column(server_default="")  # theirs, or why it was handed back
    answered_on: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    project: Mapped[Project] = relationship()

    @property
    def level(self) -> int | None:
        """Likelihood x impact (PM² Methodology v3.1, risk log): 1 to 25."""
        return self.probability * self.impact if self.probability and self.impact else None

    @property
    def residual_level(self) -> int | None:
        """What is left of a risk after its response: 1 to 25."""
        return self.residual_probability * self.residual_impact if self.residual_probability and self.residual_impact else None

    @property
    def place(self) -> Place:
        at = self.project.place
        return Place(at.portfolio_id, at.programme_id, at.project_id, self.owner_id)


class Agreement(Base):
    """What another project gives for a dependency. The receiver is the project of the item, its due day the need."""

    __tablename__ = "agreement"

    item_id: Mapped[int] = mapped_column(ForeignKey("raid_item.id"), unique=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"))  # of the giver: its forecast is the promise
    promised: Mapped[date | None]  # the promise where no milestone stands for it
    reason: Mapped[str] = mapped_column(server_default="")  # of the last change of a date
    settled_need_by: Mapped[date | None]  # the dates that the sides said yes to
    settled_promised: Mapped[date | None]
    receiver_agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    receiver_agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    giver_agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    giver_agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    item: Mapped[RaidItem] = relationship()
    giver: Mapped[Project] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
