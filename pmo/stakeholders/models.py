"""Stakeholders of projects and of programmes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.portfolio.models import Programme, Project


class Stakeholder(Base):
    """Somebody, or a group, with a stake in one project or one programme: personal data, for those who may read that."""

    __tablename__ = "stakeholder"
    __table_args__ = (
        CheckConstraint("power between 1 and 5", name="power_is_a_level"),
        CheckConstraint("interest between 1 and 5", name="interest_is_a_level"),
        CheckConstraint("project_id is null or programme_id is null", name="of_one"),
    )

    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)  # its own, not of its projects
    name: Mapped[str]
    name_key: Mapped[str]
    organisation: Mapped[str] = mapped_column(server_default="")
    role: Mapped[str] = mapped_column(server_default="")  # in or towards the project
    contact: Mapped[str] = mapped_column(server_default="")
    power: Mapped[int]
    interest: Mapped[int]
    engagement: Mapped[str]  # logic.Engagement, as it is
    desired: Mapped[str]  # logic.Engagement, as the project needs it
    message: Mapped[str] = mapped_column(server_default="")  # what they need to hear
    channel: Mapped[str] = mapped_column(server_default="")  # how
    rhythm: Mapped[str | None]  # logic.Rhythm, how often; None: not agreed yet
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # keeps in touch
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    project: Mapped[Project | None] = relationship()
    programme: Mapped[Programme | None] = relationship()

    @property
    def home(self) -> Project | Programme:
        """What they have a stake in."""
        found = self.project or self.programme
        if found is None:
            raise ValueError("a stakeholder belongs to a project or to a programme")
        return found

    @property
    def place(self) -> Place:
        return self.home.place
