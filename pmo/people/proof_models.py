"""How people prove who they are beside a password, when they last did, and who looked through their access."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class SignOnIdentity(Base):
    """A person as the identity provider knows them: its own name for them never changes, their address may."""

    __tablename__ = "sign_on_identity"
    __table_args__ = (Index("uq_sign_on_identity_issuer_subject", "issuer", "subject", unique=True),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]


class LastSignIn(Base):
    """When somebody last signed in, which outlives the session. Not audited: it changes every day."""

    __tablename__ = "last_sign_in"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    signed_in_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    way: Mapped[str]  # people.logic.Way


class SecondFactor(Base):
    """The key of an authenticator (RFC 6238), encrypted; it counts once a code has confirmed it. Not audited: a secret."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    sealed_key: Mapped[str]  # people.vault
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(server_default="0")  # the newest half minute whose code was used


class RecoveryCode(Base):
    """A code for who has lost the authenticator, for one use; only its digest is kept."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class FactorRemoval(Base):
    """An administrator took somebody's second factor away; they were told by mail."""

    __tablename__ = "factor_removal"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    removed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]


class AccessReview(Base):
    """Somebody looked through what a person may do, and let it stand or had it changed."""

    __tablename__ = "access_review"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reviewed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    note: Mapped[str] = mapped_column(server_default="")
