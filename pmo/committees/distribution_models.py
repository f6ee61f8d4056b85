"""Whose reports are approved and distributed: a committee, a programme or a project; its list, and who approves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from pmo.committees.models import Committee
from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.portfolio.models import Programme, Project

Owner = Committee | Programme | Project
ONE_OWNER = "num_nonnulls(committee_id, programme_id, project_id) = 1"


class OfOwner:
    """A row of one of the three."""

    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))

    @declared_attr
    @classmethod
    def committee(cls) -> Mapped[Committee | None]:
        return relationship(Committee)

    @declared_attr
    @classmethod
    def programme(cls) -> Mapped[Programme | None]:
        return relationship(Programme)

    @declared_attr
    @classmethod
    def project(cls) -> Mapped[Project | None]:
        return relationship(Project)

    @property
    def owner(self) -> Owner:
        found = self.committee or self.programme or self.project
        assert found is not None  # noqa: S101 - the database sees to it
        return found

    @property
    def place(self) -> Place:
        return self.owner.place


class DistributionEntry(OfOwner, Base):
    """Somebody beside those who get the reports by themselves; or one of these who does not. Ended, never deleted."""

    __tablename__ = "distribution_entry"
    __table_args__ = (
        CheckConstraint(ONE_OWNER, name="of_one_owner"),
        CheckConstraint("(person_id is null) = (email <> '')", name="person_or_address"),
        CheckConstraint("not is_left_out or person_id is not null", name="members_left_out"),
        *(
            Index(
                f"uq_distribution_entry_{owner}_{column}",
                owner,
                column,
                unique=True,
                postgresql_where=f"ended_at is null and email {'=' if column == 'person_id' else '<>'} ''",
            )
            for owner in ("committee_id", "programme_id", "project_id")
            for column in ("person_id", "email")
        ),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(server_default="")  # of who has no account
    email: Mapped[str]  # lower case; "" of a person
    language: Mapped[str] = mapped_column(server_default="en")
    is_left_out: Mapped[bool] = mapped_column(server_default="false")
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ReportApprover(Base):
    """Who approves the reports of a programme or project; a committee says so itself."""

    __tablename__ = "report_approver"
    __table_args__ = (
        CheckConstraint("num_nonnulls(programme_id, project_id) = 1", name="of_one_owner"),
        CheckConstraint("approver_role = '' or approver_id is null", name="one_way_to_approve"),
    )

    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), unique=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), unique=True)
    approver_role: Mapped[str] = mapped_column(server_default="")  # as of a committee
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    programme: Mapped[Programme | None] = relationship()
    project: Mapped[Project | None] = relationship()

    @property
    def place(self) -> Place:
        found = self.programme or self.project
        assert found is not None  # noqa: S101 - the database sees to it
        return found.place
