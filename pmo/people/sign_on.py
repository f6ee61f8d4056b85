"""What signing on with the provider does here: find or make the person, follow their groups."""

import hashlib

from sqlalchemy import select, text

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import ScopeKind
from pmo.kernel.sign_on import GroupRole, roles_of
from pmo.kernel.sorting import name_key
from pmo.people import actions, queries
from pmo.people.logic import GrantSource
from pmo.people.models import Person, RoleGrant
from pmo.people.proof_models import SignOnIdentity
from pmo.people.provider import Vouched
from pmo.people.scopes import scopes

ONE_BY_ONE = text("select pg_advisory_xact_lock(:key)")


def take_in(vouched: Vouched, mapping: tuple[GroupRole, ...]) -> Person | Message:
    """The person, with the roles of their groups as they are now; or the sentence why they may not come in.

    A sentence, not an exception: roles lost at the provider are lost here too, although nobody is signed in.
    """
    db.session.execute(ONE_BY_ONE, {"key": _key(vouched)})
    given = roles_of(vouched.groups, mapping)
    person = _known(vouched) or _by_address(vouched)
    if isinstance(person, Message):
        return person
    if person is None:
        if not given:
            return NO_GROUP
        if not vouched.email:
            return NO_ADDRESS
        person = _made(vouched)
    if not person.is_active:
        return CLOSED
    _update(person, vouched)
    if not _follow(person, given):
        actions.end_sessions(person.id)
        return NO_GROUP
    return person


def _key(vouched: Vouched) -> int:
    """Two browsers of one new person come one after the other; so do two people with one address."""
    return int.from_bytes(hashlib.sha256((vouched.email or f"{vouched.issuer} {vouched.subject}").encode()).digest()[:7])


def _known(vouched: Vouched) -> Person | None:
    """By the provider's own name for them, which never changes."""
    query = select(Person).join(SignOnIdentity, SignOnIdentity.person_id == Person.id)
    same = query.where(SignOnIdentity.issuer == vouched.issuer, SignOnIdentity.subject == vouched.subject)
    return db.session.scalar(same)


def _by_address(vouched: Vouched) -> Person | Message | None:
    """Somebody who comes this way for the first time: by their address, unless the provider gave it to somebody else before."""
    person = queries.person_by_email(vouched.email) if vouched.email else None
    if person is None or not person.is_active:
        return person
    tied = select(SignOnIdentity.id).where(SignOnIdentity.person_id == person.id, SignOnIdentity.issuer == vouched.issuer)
    if db.session.scalar(tied) is not None:
        return OF_SOMEBODY_ELSE
    _tie(person, vouched)
    return person


def _made(vouched: Vouched) -> Person:
    person = actions.add_person(email=vouched.email, name=vouched.name or vouched.email)
    _tie(person, vouched)
    return person


def _tie(person: Person, vouched: Vouched) -> None:
    db.session.add(SignOnIdentity(person_id=person.id, issuer=vouched.issuer, subject=vouched.subject))
    db.session.flush()


def _update(person: Person, vouched: Vouched) -> None:
    """Name, address and language follow the provider; an address that somebody else has here stays theirs."""
    if vouched.name and vouched.name != person.name:
        person.name, person.name_key = vouched.name, name_key(vouched.name)
    if vouched.email and vouched.email != person.email and queries.person_by_email(vouched.email) is None:
        person.email = vouched.email
    if vouched.language in LANGUAGES:
        person.language = vouched.language
    db.session.flush()


def _follow(person: Person, given: tuple[GroupRole, ...]) -> bool:
    """Roles of groups come and go with them; roles given by hand stay. Whether any role is held."""
    held = {(one.role, one.scope, one.scope_id): one for one in queries.grants_of([person.id]).get(person.id, [])}
    wanted = {(one.role.value, one.scope.value, scope_id): one.group for one, scope_id in _placed(given)}
    for key, grant in held.items():
        if grant.source == GrantSource.GROUP and key not in wanted:
            actions.revoke(grant)
    for key, group in wanted.items():
        grant = held.get(key) or RoleGrant(person_id=person.id, role=key[0], scope=key[1], scope_id=key[2])
        if grant.id is None or grant.source == GrantSource.GROUP or _is_over(grant):
            grant.source, grant.source_group, grant.valid_to = GrantSource.GROUP.value, group, None
            db.session.add(grant)
    db.session.flush()
    return bool(queries.actor_of_person(person, clock.today()).grants)


def _is_over(grant: RoleGrant) -> bool:
    return grant.valid_to is not None and grant.valid_to < clock.today()


def _placed(given: tuple[GroupRole, ...]) -> list[tuple[GroupRole, int | None]]:
    """With the number of their scope; what is not there (yet) gives nothing."""
    found: list[tuple[GroupRole, int | None]] = []
    for one in given:
        scope = None if one.scope is ScopeKind.ALL else scopes().find(one.scope, one.code)
        if one.scope is ScopeKind.ALL or scope is not None:
            found.append((one, scope.id if scope else None))
    return found


NO_GROUP = msg("You are in no group that may use this server. Ask your administrator for access.")
NO_ADDRESS = msg("The provider did not confirm your e-mail address, so no account was made. Ask your administrator.")
CLOSED = msg("Your account here is closed. Ask your administrator.")
OF_SOMEBODY_ELSE = msg("Your e-mail address belongs to an account that somebody else signs in to. Ask your administrator.")
