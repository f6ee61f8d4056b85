"""Webhooks, their secrets, and every message to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from pmo.db import Base
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Programme


class Webhook(Base):
    """An address that is told of some kinds of events, as far as its owner may see what they are about."""

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("portfolio_id is null or programme_id is null", name="one_scope"),)

    name: Mapped[str]
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String))  # logic.EventKind
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolio.id"))  # neither: everything the owner sees
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    state: Mapped[str] = mapped_column(server_default="active")  # logic.HookState
    problem: Mapped[str] = mapped_column(server_default="")  # logic.Because, when nobody paused it by hand
    owner: Mapped[Person] = relationship()
    portfolio: Mapped[Portfolio | None] = relationship()
    programme: Mapped[Programme | None] = relationship()


class WebhookSecret(Base):
    """What no history of a webhook holds: what its messages are signed with, sealed, and how long nobody has answered."""

    __tablename__ = "webhook_secret"

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), unique=True)
    sealed: Mapped[str]
    failures: Mapped[int] = mapped_column(server_default="0")  # attempts in a row that nobody took
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the first of them


class WebhookDelivery(Base):
    """One message to one webhook: what it is about, not what it said, for that is asked anew each time it is sent."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_webhook_id_id", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_webhook_id_state",
            "webhook_id",
            "state",
            postgresql_where=text("state in ('waiting', 'failed')"),
        ),
    )

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[str] = mapped_column(unique=True)  # the same however often it is sent
    kind: Mapped[str]  # logic.EventKind or "test"
    subject_id: Mapped[int | None]
    happened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(server_default="waiting")  # logic.SendState
    attempts: Mapped[int] = mapped_column(server_default="0")
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[int | None]  # the code of the last answer
    milliseconds: Mapped[int | None]
    problem: Mapped[str] = mapped_column(server_default="")  # logic.Trouble, or why the webhook was paused
    webhook: Mapped[Webhook] = relationship()

    @property
    def last_heard_of(self) -> datetime:
        return self.tried_at or self.happened_at
