"""The current actor, the guard every view starts with, and the net under views that forgot it."""

from typing import cast

from flask import Response, g, request

from pmo.kernel.errors import Forbidden, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import HOUSE, Actor, Permission, Place, may, may_anywhere
from pmo.kernel.token_scopes import TokenScope, scope_of

READ_FIRST = {
    Permission.PEOPLE_ADMIN: Permission.PEOPLE_READ,
    Permission.RULES_ADMIN: Permission.RULES_READ,
    Permission.COMMITTEE_EDIT: Permission.COMMITTEE_READ,
    Permission.DECISION_READ: Permission.DECISION_READ,
    Permission.ACTION_READ: Permission.ACTION_READ,
    Permission.INDICATOR_READ: Permission.INDICATOR_READ,
    Permission.INDICATOR_EDIT: Permission.INDICATOR_READ,
    Permission.INDICATOR_GIVE: Permission.INDICATOR_READ,
    Permission.ACTION_DONE: Permission.ACTION_READ,
    Permission.WORK_OWN: Permission.WORK_OWN,
    Permission.WORK_WALK: Permission.WORK_WALK,
    Permission.ALERT_READ: Permission.ALERT_READ,  # whoever may not read alerts or reports does not know which there are
    Permission.REPORT_READ: Permission.REPORT_READ,
    Permission.ALERT_ANSWER: Permission.ALERT_READ,
    Permission.REPORT_PUBLISH: Permission.REPORT_READ,
    Permission.MONEY_READ: Permission.MONEY_READ,  # whoever may not see amounts has no page of them
    Permission.VALUE_EDIT: Permission.MONEY_READ,
    Permission.PROPOSAL_READ: Permission.PROPOSAL_READ,
    Permission.PROPOSAL_DECIDE: Permission.PROPOSAL_READ,
    Permission.SUPPORT_ASK: Permission.SUPPORT_ASK,
    Permission.SUPPORT_READ: Permission.SUPPORT_READ,
    Permission.SUPPORT_ANSWER: Permission.SUPPORT_READ,
    Permission.PROCEDURE_READ: Permission.PROCEDURE_READ,
    Permission.PROCEDURE_FOLLOW: Permission.PROCEDURE_READ,
    Permission.PROCEDURE_EDIT: Permission.PROCEDURE_READ,
    Permission.OPERATIONS: Permission.OPERATIONS,
}
NO_PAGE_BEFORE = {Permission.PEOPLE_READ, Permission.RULES_READ, Permission.IMPORT_RUN, Permission.PORTFOLIO_ADMIN}
NO_PAGE_BEFORE |= {Permission.HOOK_ADMIN}

SAFE = ("GET", "HEAD", "OPTIONS")


class Unguarded(AssertionError):
    """A view answered without asking for a permission: a bug, whoever the user was."""


class SignInFirst(Exception):
    """Nobody is signed in; the error handler leads to the sign-in page, or answers 401 to the API."""


def actor() -> Actor:
    """Who asks. Raises SignInFirst when nobody is signed in."""
    found = cast(Actor | None, g.get("actor"))
    if found is None:
        raise SignInFirst
    return found


def is_signed_in() -> bool:
    return g.get("actor") is not None


def require(permission: Permission, place: Place = HOUSE) -> None:
    """The first line of a view after loading: 404 for what the actor may not see, 403 for what they may only see."""
    g.guarded = True
    person = actor()
    if may(person, permission, place):
        within_scopes(permission)
        return
    if permission in NO_PAGE_BEFORE or not may(person, READ_FIRST.get(permission, Permission.PROJECT_READ), place):
        raise NotFound
    raise Forbidden


def require_anywhere(permission: Permission) -> None:
    """For lists and pages about everything one may see: somewhere is enough, the query restricts the rows."""
    g.guarded = True
    if not may_anywhere(actor(), permission):
        raise NotFound
    within_scopes(permission)


def require_sign_in() -> None:
    """For a person's own things: their password, their language."""
    g.guarded = True
    actor()
    if g.get("token_scopes") is not None:  # else a token could make itself one that may more
        raise Forbidden(msg("This is done signed in, not with a token."))


def open_to_everybody() -> None:
    """For the sign-in page, static files, health: said aloud, so that the net knows it is meant."""
    g.guarded = True


def within_scopes(permission: Permission) -> None:
    """A token does what its scopes say, and no more. Raises Forbidden with the one that is missing."""
    scopes: frozenset[str] | None = g.get("token_scopes")
    if scopes is None:
        return
    needed = scope_of(permission)
    if needed not in scopes:
        raise Forbidden(msg("This token lacks the scope %(scope)s.", scope=needed.value))
    if request.method not in SAFE and scopes == {TokenScope.READ}:
        raise Forbidden(msg("This token may only read."))


def can(permission: Permission, place: Place = HOUSE) -> bool:
    """For templates: whether to offer a button. The view asks again."""
    return may(actor(), permission, place)


def can_anywhere(permission: Permission) -> bool:
    return may_anywhere(actor(), permission)


def refuse_unguarded(response: Response) -> Response:
    """Runs after every request, in production too: better an error page than a leak."""
    if response.status_code < 400 and not g.get("guarded") and request.endpoint != "static":
        raise Unguarded
    return response
