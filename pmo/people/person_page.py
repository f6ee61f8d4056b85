"""The page of one person, as every verb on it answers: data, roles, account, sessions, tokens."""

from typing import Any

from flask import Response, current_app, request, url_for

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.languages import LANGUAGES, Message
from pmo.kernel.permissions import POLICY, Permission, ScopeKind
from pmo.people import proof_queries, queries, second_factor
from pmo.people.devices import device
from pmo.people.logic import PERMISSION_SENTENCES, ROLE_NAMES, SCOPE_NAMES, WAY_NAMES
from pmo.people.models import Person, RoleGrant
from pmo.people.scopes import Scope, scopes
from pmo.web.access import can
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other, toast

PERSON = "people/person.html"
WORDS: dict[str, Any] = {
    "role_names": ROLE_NAMES,
    "scope_names": SCOPE_NAMES,
    "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
}


def show(found: Person, *, status: int = 200, errors: dict[str, Message] | None = None, password: str = "") -> Response:
    db.session.rollback()
    grants = tuple(queries.grants_of([found.id]).get(found.id, ()))
    roles = {grant.role_name for grant in grants}
    may = [sentence for permission, sentence in PERMISSION_SENTENCES.items() if roles & POLICY[permission]]
    may_not = [sentence for permission, sentence in PERMISSION_SENTENCES.items() if not roles & POLICY[permission]]
    typed = request.form if errors else {}
    return page(
        PERSON, "panel", status=status, person=found, grants=grants, scopes=scopes_of(grants), offered=scopes().offered(),
        may=may, may_not=may_not, typed=typed, errors=errors or {}, password=password, **_account(found), **WORDS,
    )  # fmt: skip


def done(found: Person, message: Message) -> Response:
    """Back to the person: the panel in place, or the page after a form without script."""
    if request.headers.get("HX-Request") == "true":
        return toast(show(found), message)
    return see_other(url_for("access.person", person_id=found.id))


def scopes_of(grants: tuple[RoleGrant, ...]) -> dict[tuple[str, int], Scope]:
    """What these grants are limited to, one statement for each kind that occurs."""
    found: dict[tuple[str, int], Scope] = {}
    for kind in (ScopeKind.PORTFOLIO, ScopeKind.PROGRAMME, ScopeKind.PROJECT):
        ids = {grant.scope_id for grant in grants if grant.scope_kind is kind and grant.scope_id is not None}
        found |= {(kind.value, scope.id): scope for scope in scopes().named(kind, ids).values()}
    return found


def scope_words(grant: RoleGrant, known: dict[tuple[str, int], Scope]) -> Message | str:
    found = known.get((grant.scope, grant.scope_id or 0))
    return f"{found.code} {found.name}" if found else SCOPE_NAMES[grant.scope_kind]


def _account(found: Person) -> dict[str, Any]:
    """How they come in: for administrators, who may end it, and auditors."""
    settings = current_app.config["SETTINGS"]
    return {
        "sessions": proof_queries.sessions_of(found.id),
        "tokens": proof_queries.tokens_of(found.id),
        "has_factor": second_factor.has_factor(found.id),
        "factor_required": second_factor.is_required(found, settings.second_factor),
        "is_local": second_factor.is_local(found.id),
        "device": device,
        "way_names": WAY_NAMES,
        "soon": clock.machine_now(),
        "may_end": can(Permission.PEOPLE_ADMIN),
    }
