"""People and access, for administrators; auditors read it."""

import secrets

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Role, ScopeKind
from pmo.people import actions, queries
from pmo.people.forms import GrantForm, PersonForm
from pmo.people.logic import ROLE_NAMES
from pmo.people.models import Person, RoleGrant
from pmo.people.person_page import WORDS, done, scope_words, scopes_of, show
from pmo.people.scopes import Scope, scopes
from pmo.web.access import actor, require
from pmo.web.downloads import Column, Shown, workbook
from pmo.web.downloads import excel as excel_file
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say

bp = Blueprint("access", __name__, url_prefix="/people")
LIST, NEW = "people/list.html", "people/new.html"
STATES = {"active": True, "left": False, "all": None}


@bp.get("")
def people() -> Response:
    require(Permission.PEOPLE_READ)
    asked = {name: request.args.get(name, "") for name in ("q", "role", "state", "after")}
    rows = _rows(asked)
    total, active = queries.count_people()
    return page(
        LIST, "people_table", rows=rows, scopes=scopes_of(_grants(rows)), asked=asked, total=total, active=active, **WORDS
    )


@bp.get("/list.xlsx")
def excel() -> Response:
    """The access list: a line for each grant, as an access review needs it."""
    require(Permission.PEOPLE_READ)
    rows = _rows({"state": "all"}, limit=100_000)
    known = scopes_of(_grants(rows))
    columns = (
        Column(msg("Person")),
        Column(msg("E-mail")),
        Column(msg("Role")),
        Column(msg("Scope")),
        Column(msg("Until"), Shown.DATE),
        Column(msg("State")),
    )
    lines = [
        (
            row.person.name,
            row.person.email,
            ROLE_NAMES[grant.role_name],
            scope_words(grant, known),
            grant.valid_to,
            _state(row.person),
        )
        for row in rows
        for grant in row.grants
    ]
    return excel_file("access-list.xlsx", workbook(say(msg("Access list")), columns, lines, language()))


@bp.get("/new")
def new() -> Response:
    require(Permission.PEOPLE_ADMIN)
    return page(NEW, "person_form", typed={"language": "en"}, errors={}, **WORDS)


@bp.post("/new")
def add() -> Response:
    require(Permission.PEOPLE_ADMIN)
    try:
        typed = parse(PersonForm, request.form)
        with transaction("person added"):
            person = actions.add_person(email=typed.email, name=typed.name, language=typed.language, title=typed.title)
    except Invalid as refusal:
        return page(NEW, "person_form", status=422, typed=request.form, errors=refusal.errors, **WORDS)
    return see_other(url_for(".person", person_id=person.id))


@bp.get("/<int:person_id>")
def person(person_id: int) -> Response:
    require(Permission.PEOPLE_READ)
    return show(queries.person(person_id))


@bp.post("/<int:person_id>")
def save(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    try:
        typed = parse(PersonForm, request.form)
        with transaction("person changed"):
            actions.change_person(
                found, email=typed.email, name=typed.name, language=typed.language, title=typed.title, seen_version=typed.version
            )
    except Invalid as refusal:
        return show(found, status=422, errors=refusal.errors)
    except Conflict as refusal:
        return show(found, status=409, errors={"": refusal.message})
    return done(found, msg("Saved."))


@bp.post("/<int:person_id>/grants")
def give(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    try:
        typed = parse(GrantForm, request.form)
        scope = _scope(typed)
        if found.id == actor().person_id:
            raise Invalid({"role": msg("Nobody gives a role to themselves. Ask another administrator.")})
        with transaction("role given"):
            actions.grant(found, typed.role, typed.scope, scope.id if scope else None, until=typed.until)
    except Invalid as refusal:
        return show(found, status=422, errors=refusal.errors)
    return done(found, msg("%(name)s is now %(role)s.", name=found.name, role=ROLE_NAMES[typed.role]))


@bp.post("/grants/<int:grant_id>/revoke")
def revoke(grant_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    given = db.session.get(RoleGrant, grant_id)
    if given is None:
        raise NotFound
    found, role = queries.person(given.person_id), given.role_name
    with transaction("role taken away"):
        actions.revoke(given)
    return done(found, msg("%(name)s is no longer %(role)s.", name=found.name, role=ROLE_NAMES[role]))


@bp.post("/<int:person_id>/block")
def block(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    if found.id == actor().person_id:
        raise Conflict(msg("You cannot close your own account."))
    with transaction("account closed"):
        actions.block(found, seen_version=_version())
    return done(found, msg("The account is closed and signed out everywhere."))


@bp.post("/<int:person_id>/unblock")
def unblock(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    with transaction("account opened again"):
        actions.unblock(found, seen_version=_version())
    return done(found, msg("The account is open again."))


@bp.post("/<int:person_id>/password")
def new_password(person_id: int) -> Response:
    """A password shown once, to be changed at the first sign-in."""
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    password = secrets.token_urlsafe(12)
    with transaction("password given"):
        actions.set_password(found, password, must_change=True)
        actions.end_sessions(found.id)
    return show(found, password=password)


def _rows(asked: dict[str, str], limit: int = 100) -> list[queries.PersonRow]:
    role = asked.get("role", "")
    return queries.people(
        search=asked.get("q", ""),
        role=role if role in set(Role) else "",
        active=STATES.get(asked.get("state") or "active", True),
        after=asked.get("after", ""),
        limit=limit,
    )


def _grants(rows: list[queries.PersonRow]) -> tuple[RoleGrant, ...]:
    return tuple(grant for row in rows for grant in row.grants)


def _scope(typed: GrantForm) -> Scope | None:
    if typed.scope is ScopeKind.ALL:
        return None
    found = scopes().find(typed.scope, typed.scope_code)
    if found is None:
        raise Invalid({"scope_code": msg("There is nothing with this code. Choose one from the list.")})
    return found


def _state(person: Person) -> Message:
    return msg("Active") if person.is_active else msg("Left")


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
