"""Reads of people, their grants, sessions and tokens. Always from now: a look back changes nobody's rights."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Grant, Role, ScopeKind
from pmo.kernel.sorting import name_key
from pmo.people.models import ApiToken, Credential, LoginSession, Person, RoleGrant
from pmo.people.proof_models import SignOnIdentity


@dataclass(frozen=True, slots=True)
class SignedInSession:
    login: LoginSession
    actor: Actor
    must_change_password: bool


def actor_of_session(token_digest: bytes, today: date) -> SignedInSession | None:
    """The session and its person with every grant valid today, in one statement; None for an unknown or blocked one."""
    found = db.session.execute(
        select(LoginSession, Person, RoleGrant, Credential.must_change)
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, _valid(today)))
        .where(LoginSession.token_digest == token_digest, Person.is_active)
    ).all()
    if not found:
        return None
    actor = _actor(found[0][1], [row[2] for row in found if row[2] is not None])
    return SignedInSession(found[0][0], actor, bool(found[0][3]))


def actor_of_token(token_digest: bytes, today: date) -> tuple[ApiToken, Actor] | None:
    """The same for a bearer token of the API."""
    found = db.session.execute(
        select(ApiToken, Person, RoleGrant)
        .join(Person, Person.id == ApiToken.person_id)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, _valid(today)))
        .where(ApiToken.token_digest == token_digest, ApiToken.revoked_at.is_(None), Person.is_active)
    ).all()
    if not found:
        return None
    return found[0][0], _actor(found[0][1], [row[2] for row in found if row[2] is not None])


def actor_of_person(person: Person, today: date) -> Actor:
    """What this person may do today: for jobs that write to them and commands that act for them."""
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id, _valid(today)))
    return _actor(person, list(grants))


def actors(today: date, ids: Collection[int] | None = None) -> dict[int, Actor]:
    """Every active person (or those of `ids`) as an actor, in one statement."""
    query = (
        select(Person, RoleGrant)
        .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, _valid(today)))
        .where(Person.is_active)
        .order_by(Person.id)
    )
    if ids is not None:
        query = query.where(Person.id.in_(ids))
    people: dict[int, tuple[Person, list[RoleGrant]]] = {}
    for person, grant in db.session.execute(query):
        people.setdefault(person.id, (person, []))[1].extend([grant] if grant else [])
    return {key: _actor(person, grants) for key, (person, grants) in people.items()}


def person_by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def credential_of(email: str) -> tuple[Person, Credential] | None:
    """An active person with a password, for signing in."""
    found = db.session.execute(
        select(Person, Credential)
        .join(Credential, Credential.person_id == Person.id)
        .where(Person.email == email.strip().lower(), Person.is_active)
    ).first()
    return (found[0], found[1]) if found else None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list of people."""

    person: Person
    grants: tuple[RoleGrant, ...]
    has_password: bool
    has_sign_on: bool
    seen_at: datetime | None


def person(person_id: int) -> Person:
    """Raises NotFound."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def people(*, search: str = "", role: str = "", active: bool | None = True, after: str = "", limit: int = 100) -> list[PersonRow]:
    """By name, with their grants: two statements whatever the length; `after` is the name key of the last row seen."""
    seen = select(func.max(LoginSession.seen_at)).where(LoginSession.person_id == Person.id).scalar_subquery()
    has_password = select(Credential.id).where(Credential.person_id == Person.id).exists()
    has_sign_on = select(SignOnIdentity.id).where(SignOnIdentity.person_id == Person.id).exists()
    query = (
        select(Person, has_password, has_sign_on, seen)
        .where(Person.name_key > after)
        .order_by(Person.name_key, Person.id)
        .limit(limit)
    )
    if search:
        sought = f"%{name_key(search)}%"
        query = query.where(or_(Person.name_key.like(sought), Person.email.like(sought)))
    if role:
        query = query.where(select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.role == role).exists())
    if active is not None:
        query = query.where(Person.is_active.is_(active))
    found = db.session.execute(query).all()
    grants = grants_of([row[0].id for row in found])
    return [PersonRow(row[0], tuple(grants.get(row[0].id, ())), row[1], row[2], row[3]) for row in found]


def count_people() -> tuple[int, int]:
    """All, and those who are active."""
    row = db.session.execute(select(func.count(), func.count().filter(Person.is_active)).select_from(Person)).one()
    return row[0], row[1]


def grants_of(ids: Collection[int]) -> dict[int, list[RoleGrant]]:
    found: dict[int, list[RoleGrant]] = {}
    for given in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id.in_(ids)).order_by(RoleGrant.role, RoleGrant.id)):
        found.setdefault(given.person_id, []).append(given)
    return found


def names(ids: Collection[int]) -> dict[int, str]:
    """Names of these people, blocked ones too: they still own what they did."""
    if not ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))}


def owners() -> list[tuple[int, str]]:
    """Active people to choose an owner or manager from."""
    return [
        (row.id, row.name)
        for row in db.session.execute(select(Person.id, Person.name).where(Person.is_active).order_by(Person.name_key))
    ]


def _valid(today: date) -> ColumnElement[bool]:
    starts = or_(RoleGrant.valid_from.is_(None), RoleGrant.valid_from <= today)
    return and_(starts, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= today))


def _actor(person: Person, grants: list[RoleGrant]) -> Actor:
    given = frozenset(Grant(Role(grant.role), ScopeKind(grant.scope), grant.scope_id) for grant in grants)
    return Actor(person.id, person.name, given, person.language, person.email)
