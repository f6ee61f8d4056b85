"""Findings, who answered them, and the mails that told of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class Finding(Base):
    """Something a rule found about a project or an indicator: raised once, repeated while true, answered, cleared when gone."""

    __tablename__ = "finding"
    __table_args__ = (
        Index("uq_finding_open", "rule", "subject", "subject_id", unique=True, postgresql_where="cleared_at is null"),
        Index("ix_finding_project_id_cleared_at", "project_id", "cleared_at"),
        Index("ix_finding_portfolio_id_cleared_at", "portfolio_id", "cleared_at"),
        CheckConstraint("subject <> 'indicator' or portfolio_id is not null", name="indicator_stands_somewhere"),
    )

    rule: Mapped[str]  # alerts.logic rule code
    subject: Mapped[str]  # project, milestone, raid_item, action_item, agreement, indicator
    subject_id: Mapped[int]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # None: about something that is no project
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolio.id"))  # only of what may stand outside projects
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    severity: Mapped[str]  # alerts.logic.rules.Severity
    weight: Mapped[int] = mapped_column(server_default="0")  # grows as it gets worse within a severity
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")  # primitives the sentence is made from
    raised_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    repeated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    times: Mapped[int] = mapped_column(server_default="1")
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledgement: Mapped[str] = mapped_column(server_default="")
    snoozed_until: Mapped[date | None]
    snooze_reason: Mapped[str] = mapped_column(server_default="")
    snoozed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cleared_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_quiet: Mapped[bool] = mapped_column(server_default="false")  # found while history was imported: nobody is mailed


class Mail(Base):
    """One mail on its way: claimed, then transmitting, then sent; never lost, at most one repeat with the same Message-ID."""

    __tablename__ = "mail"
    __table_args__ = (Index("uq_mail_person_id_purpose_day", "person_id", "purpose", "day", unique=True),)

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: to an address without account
    address: Mapped[str] = mapped_column(server_default="")
    purpose: Mapped[str]  # digest, test, ...
    day: Mapped[date]
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[str] = mapped_column(server_default="")
    secret: Mapped[str] = mapped_column(server_default="")  # put in place of LEFT_OUT while transmitting, forgotten once sent
    reply_token: Mapped[str] = mapped_column(server_default="")  # of the address that takes answers; forgotten once sent too
    state: Mapped[str] = mapped_column(server_default="waiting")  # waiting, transmitting, sent, failed, held
    attempts: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MailedFinding(Base):
    """Which finding stood in which mail: who was told what, when."""

    __tablename__ = "mailed_finding"
    __table_args__ = (Index("uq_mailed_finding_mail_id_finding_id", "mail_id", "finding_id", unique=True),)

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
