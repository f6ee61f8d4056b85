"""What is done to people, their grants, passwords, sessions and tokens. Each function is one verb; none commits."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.sorting import name_key
from pmo.kernel.token_scopes import TokenScope, complete
from pmo.people import passwords, queries, vault
from pmo.people.logic import Way
from pmo.people.models import ApiToken, Credential, LoginSession, Person, RoleGrant, SignedLink, Throttle
from pmo.people.proof_models import LastSignIn

SHORTEST_PASSWORD = 12  # NIST SP 800-63B-4: at least 8 with, 15 without a second factor; 12 with lists of what is guessed first


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def add_person(*, email: str, name: str, language: str = "en", title: str = "") -> Person:
    """Raises Invalid when somebody with this address is known."""
    address = email.strip().lower()
    if queries.person_by_email(address):
        raise Invalid({"email": msg("Somebody with this address is already known.")})
    person = Person(email=address, name=name, name_key=name_key(name), language=language, title=title)
    db.session.add(person)
    db.session.flush()
    return person


def change_person(person: Person, *, email: str, name: str, language: str, title: str, seen_version: int) -> None:
    _same_version(person, seen_version)
    other = queries.person_by_email(email)
    if other is not None and other.id != person.id:
        raise Invalid({"email": msg("Somebody with this address is already known.")})
    person.email, person.name, person.name_key = email.strip().lower(), name, name_key(name)
    person.language, person.title = language, title


def name_deputy(person: Person, *, deputy_id: int | None, first: date | None, last: date | None, seen_version: int) -> None:
    """Who is asked in this person's place for a time; nobody, when no deputy is given. Raises Invalid, Conflict."""
    _same_version(person, seen_version)
    if deputy_id is None:
        person.deputy_id = person.deputy_from = person.deputy_until = None
        return
    if deputy_id == person.id or deputy_id not in dict(queries.owners()):
        raise Invalid({"deputy_id": msg("Choose somebody else who works here.")})
    days = {"deputy_from": first, "deputy_until": last}
    missing = {name: msg("Say from when until when.") for name, day in days.items() if day is None}
    if missing or first is None or last is None:
        raise Invalid(missing)
    if last < first:
        raise Invalid({"deputy_until": msg("The last day comes after the first.")})
    person.deputy_id, person.deputy_from, person.deputy_until = deputy_id, first, last


def block(person: Person, *, seen_version: int) -> None:
    """A leaver: no sign-in, no token, no link, no mail from now on; what they did keeps their name."""
    _same_version(person, seen_version)
    person.is_active = False
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id))
    db.session.execute(update(ApiToken).where(ApiToken.person_id == person.id).values(revoked_at=clock.machine_now()))
    revoke_links(person.id)


def unblock(person: Person, *, seen_version: int) -> None:
    _same_version(person, seen_version)
    person.is_active = True


def grant(
    person: Person, role: Role, scope: ScopeKind = ScopeKind.ALL, scope_id: int | None = None, until: date | None = None
) -> RoleGrant:
    """Give a role within a scope. Raises Invalid when it is held already."""
    same = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role.value,
        RoleGrant.scope == scope.value,
        RoleGrant.scope_id.is_not_distinct_from(scope_id),
    )
    if db.session.scalar(same):
        raise Invalid({"role": msg("This person already holds this role here.")})
    given = RoleGrant(person_id=person.id, role=role.value, scope=scope.value, scope_id=scope_id, valid_to=until)
    db.session.add(given)
    db.session.flush()
    return given


def revoke(given: RoleGrant) -> None:
    """Ends now, for the past too: what may be looked at is decided by today's grants. The history keeps that it was held."""
    db.session.delete(given)


def set_password(person: Person, password: str, *, must_change: bool = False) -> None:
    """Raises Invalid for a password that is too short, the person's own name or address, or easy to guess."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": msg("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)})
    if password.casefold() in {person.email, person.name.casefold()}:
        raise Invalid({"password": msg("Do not use your own name or address.")})
    if passwords.is_easy(password, person.email, person.name):
        raise Invalid({"password": msg("This is easy to guess. Take a few words that do not belong together.")})
    credential = db.session.scalar(select(Credential).where(Credential.person_id == person.id))
    if credential is None:
        credential = Credential(person_id=person.id)
        db.session.add(credential)
    credential.password_hash = passwords.digest(password)
    credential.changed_at, credential.must_change = clock.machine_now(), must_change


def end_sessions(person_id: int, *, but: bytes | None = None) -> None:
    """Sign the person out everywhere (else); links sent by mail open nothing any more."""
    revoke_links(person_id)
    query = delete(LoginSession).where(LoginSession.person_id == person_id)
    db.session.execute(query if but is None else query.where(LoginSession.token_digest != but))


def end_session(digest: bytes) -> None:
    db.session.execute(delete(LoginSession).where(LoginSession.token_digest == digest))


def end_session_of(person_id: int, session_id: int) -> None:
    """Raises NotFound for a session of somebody else."""
    ended = delete(LoginSession).where(LoginSession.id == session_id, LoginSession.person_id == person_id)
    if not db.session.execute(ended.returning(LoginSession.id)).all():
        raise NotFound


def revoke_token(person_id: int, token_id: int) -> None:
    """It opens nothing from now on. Raises NotFound for a token of somebody else."""
    kept = db.session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == person_id))
    if kept is None:
        raise NotFound
    kept.revoked_at = kept.revoked_at or clock.machine_now()


def revoke_links(person_id: int, purpose: str = "") -> int:
    """Links (of one purpose) sent to this person open nothing any more, and what is open through them ends. Returns how many."""
    now = clock.machine_now()
    opened = delete(LoginSession).where(LoginSession.person_id == person_id, LoginSession.purpose != "")
    valid = update(SignedLink).where(SignedLink.person_id == person_id, SignedLink.revoked_at.is_(None))
    if purpose:
        opened, valid = opened.where(LoginSession.purpose == purpose), valid.where(SignedLink.purpose == purpose)
    db.session.execute(opened)
    return len(db.session.scalars(valid.values(revoked_at=now).returning(SignedLink.id)).all())


def start_session(
    person: Person, *, address: str, agent: str, purpose: str = "", way: Way = Way.PASSWORD, id_token: str = ""
) -> str:
    """A new session (of one purpose only); the answer is the token for the cookie, kept here only as a digest."""
    token = secrets.token_urlsafe(32)
    now = clock.machine_now()
    db.session.add(
        LoginSession(
            token_digest=token_digest(token),
            person_id=person.id,
            started_at=now,
            seen_at=now,
            address=address[:60],
            agent=agent[:200],
            purpose=purpose,
            way=way.value,
            sealed_id_token=vault.seal(id_token) if id_token else "",
        )
    )
    if not purpose:
        _note_sign_in(person, way)
    return token


def _note_sign_in(person: Person, way: Way) -> None:
    now = clock.machine_now()
    row = insert(LastSignIn).values(person_id=person.id, signed_in_at=now, way=way.value)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"signed_in_at": now, "way": way.value}))


def make_token(
    person: Person, name: str, *, days: int | None = None, read_only: bool = False, scopes: Collection[TokenScope] | None = None
) -> str:
    """A bearer token for the API, shown once. Without `scopes` it may do all its owner may, or only read."""
    wanted = scopes if scopes is not None else () if read_only else tuple(TokenScope)
    token = f"pmo_{secrets.token_urlsafe(32)}"
    now = clock.machine_now()
    expires = now + timedelta(days=days) if days else None
    db.session.add(
        ApiToken(
            person_id=person.id,
            name=name,
            token_digest=token_digest(token),
            scopes=complete(wanted),
            created_at=now,
            expires_at=expires,
        )
    )
    return token


ATTEMPTS = 5
WINDOW_MINUTES = 15

COUNT_FAILURE = text(
    "insert into throttle as t (door, key, failures, window_started_at, version) values (:door, :key, 1, :now, 1)"
    " on conflict (door, key) do update set version = t.version + 1,"
    " failures = case when t.window_started_at < :window then 1 else t.failures + 1 end,"
    " window_started_at = case when t.window_started_at < :window then :now else t.window_started_at end"
)


def is_throttled(door: str, key: str) -> bool:
    """Too many failures within the window, counted for all servers together."""
    window = clock.machine_now() - timedelta(minutes=WINDOW_MINUTES)
    found = db.session.scalar(select(Throttle).where(Throttle.door == door, Throttle.key == _key(key)))
    return found is not None and found.window_started_at >= window and found.failures >= ATTEMPTS


def count_failure(door: str, key: str) -> None:
    now = clock.machine_now()
    db.session.execute(
        COUNT_FAILURE, {"door": door, "key": _key(key), "now": now, "window": now - timedelta(minutes=WINDOW_MINUTES)}
    )


def forget_failures(door: str, key: str) -> None:
    db.session.execute(delete(Throttle).where(Throttle.door == door, Throttle.key == _key(key)))


def _key(plain: str) -> str:
    return hashlib.sha256(plain.strip().lower().encode()).hexdigest()


def _same_version(row: Person, seen: int) -> None:
    if row.version != seen:
        raise Conflict(msg("Somebody else changed this meanwhile."))
