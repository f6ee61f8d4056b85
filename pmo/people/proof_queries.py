"""Reads of how people prove who they are: sessions, tokens, and whether an administrator signs on with the provider."""

from sqlalchemy import func, or_, select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.kernel.sign_on import LocalSignIn
from pmo.people import queries
from pmo.people.models import ApiToken, LoginSession, Person, RoleGrant
from pmo.people.proof_models import FactorRemoval, SignOnIdentity


def sessions_of(person_id: int) -> list[LoginSession]:
    """Signed in now, the one seen last first."""
    query = select(LoginSession).where(LoginSession.person_id == person_id)
    return list(db.session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())))


def session_of(digest: bytes) -> LoginSession | None:
    return db.session.scalar(select(LoginSession).where(LoginSession.token_digest == digest))


def tokens_of(person_id: int) -> list[ApiToken]:
    """Those that still open something, the newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    still = query.where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.machine_now()))
    return list(db.session.scalars(still.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())))


def removal(removal_id: int) -> FactorRemoval | None:
    return db.session.get(FactorRemoval, removal_id)


def counts_password(person: Person, policy: LocalSignIn) -> bool:
    """Whether this person may sign in with a password. Never does it lock every administrator out."""
    if policy is LocalSignIn.ALL:
        return True
    is_administrator = Role.ADMINISTRATOR in queries.actor_of_person(person, clock.today()).roles
    return is_administrator and (policy is LocalSignIn.ADMINISTRATORS or not provider_knows_an_administrator())


def provider_knows_an_administrator() -> bool:
    """Somebody who may give access again has come in by the provider before."""
    query = (
        select(Person.id)
        .join(SignOnIdentity, SignOnIdentity.person_id == Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.is_active, RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.scope == "all")
        .where(func.coalesce(RoleGrant.valid_to, clock.today()) >= clock.today())
    )
    return db.session.scalar(query.limit(1)) is not None
