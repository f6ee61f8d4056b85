"""Addresses that take answers by mail, what was asked there, and the mails that arrived."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pmo.db import Base
from pmo.people.models import Person
from pmo.portfolio.models import Project


class ReplyAddress(Base):
    """An address of one person for a time, known by the digest of its token."""

    __tablename__ = "reply_address"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    person: Mapped[Person] = relationship(lazy="raise")


class ReplyProject(Base):
    """A project that was asked about at an address; answered there once."""

    __tablename__ = "reply_project"
    __table_args__ = (Index("uq_reply_project_address_id_project_id", "address_id", "project_id", unique=True),)

    address_id: Mapped[int] = mapped_column(ForeignKey("reply_address.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    received_id: Mapped[int | None] = mapped_column(ForeignKey("received_mail.id"))  # the mail that answered

    project: Mapped[Project] = relationship(lazy="raise")


class ReceivedMail(Base):
    """A mail that arrived: who wrote, and what became of it. Words are kept of strangers only, and only for a time."""

    __tablename__ = "received_mail"
    __table_args__ = (
        Index("ix_received_mail_person_id_received_at", "person_id", "received_at"),
        Index("ix_received_mail_held", "id", postgresql_where="reason <> ''"),
        Index("ix_received_mail_body", "received_at", postgresql_where="body <> ''"),
    )

    key: Mapped[bytes] = mapped_column(unique=True)  # of its Message-ID: the same mail does nothing the second time
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sender: Mapped[str]  # empty where it is a person, so that it goes with them
    subject: Mapped[str] = mapped_column(server_default="")  # empty where it may be confidential
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose address the sender is
    reason: Mapped[str] = mapped_column(server_default="")  # inbox.logic.held.Held; empty: everything in it was stored
    stored: Mapped[int] = mapped_column(server_default="0")  # how many of its parts
    attachments: Mapped[int] = mapped_column(server_default="0")
    body: Mapped[str] = mapped_column(server_default="")
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))

    person: Mapped[Person | None] = relationship(lazy="raise")
