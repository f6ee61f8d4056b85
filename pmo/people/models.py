"""People, what they were granted, and how they prove who they are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.token_scopes import TokenScope


class Person(Base):
    """Somebody who may own work; who has a credential may sign in."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(deputy_id is null) = (deputy_from is null) and (deputy_id is null) = (deputy_until is null)",
            name="deputy_for_a_time",
        ),
    )

    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="en")
    time_zone: Mapped[str] = mapped_column(server_default="")  # "" = the organisation's
    is_active: Mapped[bool] = mapped_column(server_default="true")
    mail_digest: Mapped[bool] = mapped_column(server_default="true")  # one mail a day with what is new
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # is asked in their place
    deputy_from: Mapped[date | None]
    deputy_until: Mapped[date | None]  # last day


class RoleGrant(Base):
    """A role for a person within a scope, from one day to another."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(scope = 'all') = (scope_id is null)", name="scope_has_id"),
        Index(
            "uq_role_grant_person_id_role_scope",
            "person_id",
            "role",
            "scope",
            "scope_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]  # kernel.permissions.Role
    scope: Mapped[str]  # kernel.permissions.ScopeKind
    scope_id: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]  # last day; a revoked grant ends yesterday or is removed
    source: Mapped[str] = mapped_column(server_default="hand")  # people.logic.GrantSource
    source_group: Mapped[str] = mapped_column(server_default="")  # of the identity provider

    @property
    def role_name(self) -> Role:
        return Role(self.role)

    @property
    def scope_kind(self) -> ScopeKind:
        return ScopeKind(self.scope)


class Credential(Base):
    """The password of a local account. Not audited: a hash does not belong in a history."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    must_change: Mapped[bool] = mapped_column(server_default="false")


class LoginSession(Base):
    """One signed-in browser; the cookie holds a random token, the table its digest, so it can be ended here."""

    __tablename__ = "login_session"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    address: Mapped[str] = mapped_column(server_default="")
    agent: Mapped[str] = mapped_column(server_default="")
    purpose: Mapped[str] = mapped_column(server_default="")  # "" = everything; else the purpose of the link it was opened with
    way: Mapped[str] = mapped_column(server_default="password")  # people.logic.Way
    sealed_id_token: Mapped[str] = mapped_column(server_default="")  # what the provider wants to see again at the sign-out


class Throttle(Base):
    """Failed attempts per door and key within a window, shared by all servers."""

    __tablename__ = "throttle"
    __table_args__ = (Index("uq_throttle_door_key", "door", "key", unique=True),)

    door: Mapped[str]
    key: Mapped[str]  # an address or an account, digested
    failures: Mapped[int] = mapped_column(server_default="0")
    window_started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ApiToken(Base):
    """A bearer token with its owner's permissions; only its digest is kept."""

    __tablename__ = "api_token"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{read}")  # kernel.token_scopes.TokenScope
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def read_only(self) -> bool:
        return self.scopes == [TokenScope.READ.value]


class SignedLink(Base):
    """A link in a mail that opens one thing for one person without signing in; only the digest of its token is kept."""

    __tablename__ = "signed_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]  # people.links.Purpose
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
