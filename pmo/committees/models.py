"""Committees and their meetings; decisions asked and taken, the actions that follow, who was there."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.people.models import Person
from pmo.portfolio.models import Money, Programme, Project


class Committee(Base):
    """Watches over a portfolio, or over one programme of it."""

    __tablename__ = "committee"
    __table_args__ = (CheckConstraint("approver_role = '' or approver_id is null", name="one_way_to_approve"),)

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    language: Mapped[str] = mapped_column(server_default="en")  # of its pack
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approver_role: Mapped[str] = mapped_column(server_default="")  # anybody of this role approves a report; "" and
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # nobody: published without approval

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


class OfCommittee:
    """What all of them say: which committee, in which meeting, and whether it is about a project or a programme."""

    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))  # only where it is about no single project
    code: Mapped[str]  # D4, 2026-08, A-062: counted within the committee

    @declared_attr
    @classmethod
    def committee(cls) -> Mapped[Committee]:
        return relationship(Committee, foreign_keys=[cls.committee_id])

    @declared_attr
    @classmethod
    def meeting(cls) -> Mapped[Meeting]:
        return relationship(Meeting, foreign_keys=[cls.meeting_id])

    @declared_attr
    @classmethod
    def project(cls) -> Mapped[Project | None]:
        return relationship(Project, foreign_keys=[cls.project_id])

    @declared_attr
    @classmethod
    def programme(cls) -> Mapped[Programme | None]:
        return relationship(Programme, foreign_keys=[cls.programme_id])

    @property
    def place(self) -> Place:
        return self.stands()

    def stands(self, owner_id: int | None = None) -> Place:
        """Where what it is about stands; else where the committee does."""
        if self.project is not None:
            at = self.project.place
            return Place(at.portfolio_id, at.programme_id, at.project_id, owner_id)
        return Place(self.committee.portfolio_id, self.programme_id or self.committee.programme_id, None, owner_id)


class DecisionRequest(OfCommittee, Base):
    """A question put to a meeting of a committee, with what may be answered."""

    __tablename__ = "decision_request"
    __table_args__ = (
        Index("uq_decision_request_committee_id_code", "committee_id", "code", unique=True),
        CheckConstraint("project_id is null or programme_id is null", name="about_one_thing"),
    )

    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_on: Mapped[date]
    question: Mapped[str]
    why: Mapped[str] = mapped_column(server_default="")
    recommended: Mapped[int | None]  # position of an option
    if_not: Mapped[str] = mapped_column(server_default="")  # what happens when nothing is decided
    needed_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="draft")  # logic.decisions.RequestState
    submitted_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawal: Mapped[str] = mapped_column(server_default="")  # why
    asker: Mapped[Person] = relationship()
    options: Mapped[list["DecisionOption"]] = relationship(order_by="DecisionOption.position", lazy="selectin")


class DecisionOption(Base):
    """One of up to five answers. A line taken away keeps its row, without a name."""

    __tablename__ = "decision_option"
    __table_args__ = (
        Index("uq_decision_option_request_id_position", "request_id", "position", unique=True),
        CheckConstraint("position between 1 and 5", name="at_most_five"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("decision_request.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(server_default="")
    consequence: Mapped[str] = mapped_column(server_default="")
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(server_default="EUR")
    payer: Mapped[str] = mapped_column(server_default="")


class Decision(OfCommittee, Base):
    """What a committee decided in a meeting, asked for or not. One that was a slip is voided, never deleted."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("uq_decision_committee_id_code", "committee_id", "code", unique=True),
        CheckConstraint("project_id is null or programme_id is null", name="about_one_thing"),
        CheckConstraint("outcome <> 'changed' or change_text <> ''", name="says_what_changed"),
        CheckConstraint("(outcome = 'deferred') = (deferred_to_id is not null)", name="deferred_to_a_meeting"),
    )

    request_id: Mapped[int | None] = mapped_column(ForeignKey("decision_request.id"), index=True)
    decided_on: Mapped[date]
    outcome: Mapped[str]  # logic.decisions.Outcome
    text: Mapped[str]  # as it stands in the minutes
    change_text: Mapped[str] = mapped_column(server_default="")  # what is different from what was asked
    reason: Mapped[str] = mapped_column(server_default="")
    deferred_to_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    voided_on: Mapped[date | None]
    void_reason: Mapped[str] = mapped_column(server_default="")
    request: Mapped[DecisionRequest | None] = relationship()
    deferred_to: Mapped[Meeting | None] = relationship(foreign_keys=[deferred_to_id])


class ActionItem(OfCommittee, Base):
    """Something somebody does until a day, because a meeting or one of its decisions wants it."""

    __tablename__ = "action_item"
    __table_args__ = (
        Index("uq_action_item_committee_id_code", "committee_id", "code", unique=True),
        CheckConstraint("project_id is null or programme_id is null", name="about_one_thing"),
        CheckConstraint("done_on is null or cancelled_on is null", name="one_end"),
    )

    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    what: Mapped[str]
    what_key: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_on: Mapped[date]
    due: Mapped[date]
    done_on: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(server_default="")  # a word of what shows that it is done
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str] = mapped_column(server_default="")
    decision: Mapped[Decision | None] = relationship()
    owner: Mapped[Person] = relationship()

    @property
    def place(self) -> Place:
        return self.stands(self.owner_id)


class Attendance(Base):
    """Whether a member was there."""

    __tablename__ = "attendance"
    __table_args__ = (Index("uq_attendance_meeting_id_person_id", "meeting_id", "person_id", unique=True),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_present: Mapped[bool]
    meeting: Mapped[Meeting] = relationship()

    @property
    def place(self) -> Place:
        return self.meeting.place


class UpdateRequest(Base):
    """A project that has not been updated lately, before the data cut-off of a meeting: asked for a word, or excused."""

    __tablename__ = "update_request"
    __table_args__ = (
        Index("uq_update_request_meeting_id_project_id", "meeting_id", "project_id", unique=True),
        CheckConstraint("excused_at is null or excuse <> ''", name="excused_with_reason"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # None: excused before anybody was asked
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by a file brought in
    excused_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    excused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    excuse: Mapped[str] = mapped_column(server_default="")
    meeting: Mapped[Meeting] = relationship()
    project: Mapped[Project] = relationship()

    @property
    def place(self) -> Place:
        return self.project.place


class UpdateNotice(Base):
    """Who was asked for that word, at which step, for whom, when, in which mail, and what they said to it."""

    __tablename__ = "update_notice"
    __table_args__ = (Index("uq_update_notice_request_id_person_id", "request_id", "person_id", unique=True),)

    request_id: Mapped[int] = mapped_column(ForeignKey("update_request.id"))
    step: Mapped[str]  # logic.chasing.Step
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose deputy was told in their place
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by the ladder itself
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))  # None: waits for the hours of the rules
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    promised_on: Mapped[date | None]  # seen, update by this day
    request: Mapped[UpdateRequest] = relationship()

    @property
    def place(self) -> Place:
        return self.request.place
