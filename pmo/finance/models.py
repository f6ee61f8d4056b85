"""What was entered about the money of a project for a day: planned, spent, still needed."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.kernel.permissions import Place
from pmo.portfolio.models import Money, Project


class ValueEntry(Base):
    """Amounts since the beginning of the project, at the end of a day. One that was a slip is voided, never deleted."""

    __tablename__ = "value_entry"
    __table_args__ = (
        Index(
            "uq_value_entry_project_id_on_day", "project_id", "on_day", unique=True, postgresql_where=text("voided_on is null")
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    on_day: Mapped[date]
    currency: Mapped[str]
    planned: Mapped[Decimal | None] = mapped_column(Money)  # None: what the baseline plans
    actual: Mapped[Decimal | None] = mapped_column(Money)  # None: only a plan, e.g. for a month to come
    to_complete: Mapped[Decimal | None] = mapped_column(Money)  # estimated anew, bottom-up
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))  # percent of the tasks done, as the plan said on entering
    note: Mapped[str] = mapped_column(server_default="")
    voided_on: Mapped[date | None]
    void_reason: Mapped[str] = mapped_column(server_default="")
    project: Mapped[Project] = relationship()

    @property
    def place(self) -> Place:
        return self.project.place
