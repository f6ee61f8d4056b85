"""Numbers that are rules, each with its country, its time and its source."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class Rule(Base):
    __tablename__ = "rule"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="ends_after_start"),
        Index("uq_rule_code_country_programme_valid_from", "code", "country", "programme_id", "valid_from", unique=True,
              postgresql_nulls_not_distinct=True),
    )  # fmt: skip

    code: Mapped[str]  # e.g. milestone.slip_to_baseline.amber
    country: Mapped[str] = mapped_column(server_default="")  # "" = everywhere
    programme_id: Mapped[
        int | None
    ]  # a stricter or looser value for one programme; no foreign key: rooms below know no programmes
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    unit: Mapped[str]  # calendar days, working days, percent, score, hours
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]  # the standard, decision or page the number comes from
