"""Gates of projects and their criteria."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.committees.models import Decision
from pmo.db import Base
from pmo.gates import logic
from pmo.kernel.permissions import Place
from pmo.methods.models import Artefact
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone


class Gate(Base):
    """Between two phases a committee says whether a project goes on. After a hold or a recycle there is another round."""

    __tablename__ = "gate"
    __table_args__ = (
        Index("uq_gate_project_id_code_round", "project_id", "code", "round", unique=True),
        CheckConstraint("(outcome = '') = (decided_on is null)", name="decided_on_a_day"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]  # RfP, G1: within the project
    round: Mapped[int] = mapped_column(server_default="1")
    name: Mapped[str]
    name_fr: Mapped[str] = mapped_column(server_default="")  # "": the name above
    name_nl: Mapped[str] = mapped_column(server_default="")
    phase: Mapped[str] = mapped_column(server_default="")  # portfolio.logic.Phase that ends here; "": added by hand
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    planned_on: Mapped[date | None]  # without a milestone
    outcome: Mapped[str] = mapped_column(server_default="")  # logic.Outcome; "": not decided
    decided_on: Mapped[date | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)  # of the committee
    reason: Mapped[str] = mapped_column(server_default="")
    quorum_note: Mapped[str] = mapped_column(server_default="")
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str] = mapped_column(server_default="")
    project: Mapped[Project] = relationship()
    milestone: Mapped[Milestone | None] = relationship()
    decision: Mapped[Decision | None] = relationship()
    recorder: Mapped[Person | None] = relationship()
    criteria: Mapped[list["GateCriterion"]] = relationship(
        order_by="GateCriterion.position, GateCriterion.id", back_populates="gate"
    )

    @property
    def place(self) -> Place:
        return self.project.place

    @property
    def due(self) -> date | None:
        """The day of its milestone where it has one."""
        if self.milestone is not None:
            return self.milestone.actual or self.milestone.forecast
        return self.planned_on

    @property
    def is_decided(self) -> bool:
        """A decision that the committee voided counts no more: the gate is open again."""
        return self.outcome != "" and (self.decision is None or self.decision.voided_on is None)

    @property
    def is_open(self) -> bool:
        return not self.is_decided and self.cancelled_on is None

    @property
    def standing_criteria(self) -> list["GateCriterion"]:
        return [one for one in self.criteria if one.dropped_on is None]

    def called(self, language: str) -> str:
        return {"fr": self.name_fr, "nl": self.name_nl}.get(language, "") or self.name


class GateCriterion(Base):
    """A yes or no that knocks out, or a score with its weight; and what shows it. One dropped keeps its row."""

    __tablename__ = "gate_criterion"
    __table_args__ = (
        CheckConstraint("score between 0 and 10", name="score_from_0_to_10"),
        CheckConstraint("weight between 1 and 5", name="weight_from_1_to_5"),
    )

    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"), index=True)
    position: Mapped[int] = mapped_column(server_default="0")
    kind: Mapped[str]  # logic.Kind
    text: Mapped[str]
    text_fr: Mapped[str] = mapped_column(server_default="")
    text_nl: Mapped[str] = mapped_column(server_default="")
    weight: Mapped[int] = mapped_column(server_default="1")
    is_met: Mapped[bool | None]
    score: Mapped[int | None]
    note: Mapped[str] = mapped_column(server_default="")
    link: Mapped[str] = mapped_column(server_default="")  # to what shows it
    artefact_id: Mapped[int | None] = mapped_column(ForeignKey("artefact.id"))  # the document of the project that shows it
    dropped_on: Mapped[date | None]
    gate: Mapped[Gate] = relationship(back_populates="criteria")
    artefact: Mapped[Artefact | None] = relationship()

    @property
    def place(self) -> Place:
        return self.gate.place

    @property
    def assessed(self) -> logic.Criterion:
        return logic.Criterion(logic.Kind(self.kind), self.is_met, self.score, self.weight)

    def called(self, language: str) -> str:
        return {"fr": self.text_fr, "nl": self.text_nl}.get(language, "") or self.text
