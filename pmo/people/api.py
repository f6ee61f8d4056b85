"""People and what they were granted, for the programs of an administrator."""

from datetime import date
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import StringConstraints
from sqlalchemy import Select, select

from pmo.db import db
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, Role, ScopeKind
from pmo.people import actions, queries
from pmo.people.models import Person, RoleGrant
from pmo.people.scopes import scopes
from pmo.web.access import actor
from pmo.web.api import Asked, Body, Day, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Filled, Line

bp = Blueprint("people_api", __name__, url_prefix="/api/v1")
READ, ADMIN = Permission.PEOPLE_READ, Permission.PEOPLE_ADMIN
Email = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]


class PersonOut(Out):
    id: int
    email: str
    name: str
    title: str
    language: str
    time_zone: str
    is_active: bool
    deputy_id: int | None
    deputy_from: date | None
    deputy_until: date | None
    version: int


class GrantOut(Out):
    id: int
    person_id: int
    role: Role
    scope: ScopeKind
    scope_id: int | None
    valid_from: date | None
    valid_to: date | None
    version: int


class PeopleAsked(Asked):
    state: Annotated[Literal["active", "left"] | None, Blank] = None


class GrantsAsked(Asked):
    person_id: Annotated[Id | None, Blank] = None
    role: Annotated[Role | None, Blank] = None


class PersonBody(Body):
    email: Email
    name: Filled
    title: Line = ""
    language: Literal["en", "fr", "nl"] = "en"


class GrantBody(Body):
    """For everything (`all`), or for one portfolio, programme or project by its code."""

    person_id: Id
    role: Role
    scope: ScopeKind = ScopeKind.ALL
    scope_code: Line = ""
    until: Day | None = None


def _people(_person: Actor) -> Select[Any]:
    return select(Person)


def _people_asked(query: Select[Any], asked: PeopleAsked) -> Select[Any]:
    return query.where(Person.is_active.is_(asked.state == "active")) if asked.state else query


def _grants(_person: Actor) -> Select[Any]:
    return select(RoleGrant)


def _grants_asked(query: Select[Any], asked: GrantsAsked) -> Select[Any]:
    if asked.person_id is not None:
        query = query.where(RoleGrant.person_id == asked.person_id)
    return query.where(RoleGrant.role == asked.role.value) if asked.role else query


def _grant(grant_id: int) -> RoleGrant:
    found = db.session.get(RoleGrant, grant_id)
    if found is None:
        raise NotFound
    return found


def _add(typed: PersonBody) -> Person:
    return actions.add_person(email=typed.email, name=typed.name, language=typed.language, title=typed.title)


def _change(found: Person, typed: PersonBody, seen: int) -> None:
    said = {"email": typed.email, "name": typed.name, "language": typed.language, "title": typed.title}
    actions.change_person(found, **said, seen_version=seen)


def _facts(found: Person) -> dict[str, Any]:
    return {name: getattr(found, name) for name in PersonBody.model_fields}


def _block(found: Person, _typed: Body, seen: int) -> None:
    if found.id == actor().person_id:
        raise Conflict(msg("You cannot close your own account."))
    actions.block(found, seen_version=seen)


def _unblock(found: Person, _typed: Body, seen: int) -> None:
    actions.unblock(found, seen_version=seen)


def _give(typed: GrantBody) -> RoleGrant:
    person = queries.person(typed.person_id)
    if person.id == actor().person_id:
        raise Invalid({"role": msg("Nobody gives a role to themselves. Ask another administrator.")})
    place = None if typed.scope is ScopeKind.ALL else scopes().find(typed.scope, typed.scope_code)
    if place is None and typed.scope is not ScopeKind.ALL:
        raise Invalid({"scope_code": msg("There is nothing with this code. Choose one from the list.")})
    return actions.grant(person, typed.role, typed.scope, place.id if place else None, until=typed.until)


people: Collection[Person] = Collection(
    bp, "people", "person", PersonOut, READ, _people, Person.id, queries.person, asked=PeopleAsked, narrow=_people_asked
)
people.list(msg("Everybody the house knows"))
people.read(msg("One person"))
people.add(msg("A new person, without a password"), PersonBody, ADMIN, _add)
people.change(msg("Change a person"), PersonBody, ADMIN, _change, now=_facts)
people.act("block", msg("A leaver: no sign-in, no token, no mail from now on"), ADMIN, _block)
people.act("unblock", msg("Somebody is back"), ADMIN, _unblock)

grants: Collection[RoleGrant] = Collection(
    bp, "grants", "grant", GrantOut, READ, _grants, RoleGrant.id, _grant, asked=GrantsAsked, narrow=_grants_asked
)
grants.list(msg("Who holds which role, and where"))
grants.read(msg("One role of one person"))
grants.add(msg("Give a role"), GrantBody, ADMIN, _give)
