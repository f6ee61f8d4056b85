"""The page on which the distribution list of a committee, programme or project is kept, and whether its reports are approved."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.committees import distribution_actions as actions
from pmo.committees.audiences import Audience, Kind, audience, of
from pmo.committees.distribution_forms import AddressForm, ApprovalForm, PersonForm
from pmo.committees.distribution_queries import WHY_NAMES, entry, listing, readers
from pmo.committees.views import words
from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message
from pmo.people.logic import ROLE_NAMES
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import say

bp = Blueprint("distribution", __name__)
OF = "/<any(committees, programmes, projects):kind>/<int:owner_id>"
PAGE = "committees/distribution.html"


@bp.get(f"{OF}/distribution")
def distribution(kind: str, owner_id: int) -> Response:
    found = audience(Kind(kind), owner_id)
    require(found.reading, found.place)
    return _page(found)


@bp.post(f"{OF}/distribution/people")
def add_person(kind: str, owner_id: int) -> Response:
    found = _editable(kind, owner_id)
    try:
        typed = parse(PersonForm, request.form)
        with transaction("distribution list"):
            today = clock.today()
            known = dict(readers(found, today))
            actions.add_person(found, listing(found, today), typed.person_id, readers=known, by=actor().person_id)
    except Invalid as refusal:
        return _page(audience(Kind(kind), owner_id), "person", refusal.errors)
    return _back(found)


@bp.post(f"{OF}/distribution/addresses")
def add_address(kind: str, owner_id: int) -> Response:
    found = _editable(kind, owner_id)
    try:
        typed = parse(AddressForm, request.form)
        with transaction("distribution list"):
            actions.add_address(found, name=typed.name, email=typed.email, language=typed.language, by=actor().person_id)
    except Invalid as refusal:
        return _page(audience(Kind(kind), owner_id), "address", refusal.errors)
    return _back(found)


@bp.post(f"{OF}/distribution/left-out")
def leave_out(kind: str, owner_id: int) -> Response:
    """A member who is not written to."""
    found = _editable(kind, owner_id)
    typed = parse(PersonForm, request.form)
    with transaction("distribution list"):
        actions.leave_out(found, listing(found, clock.today()), typed.person_id, by=actor().person_id)
    return _back(found)


@bp.post("/committees/distribution/<int:entry_id>/end")
def end(entry_id: int) -> Response:
    found = entry(entry_id)
    whose = of(found.owner)
    require(whose.editing, found.place)
    version = request.form.get("version", "")
    try:
        with transaction("distribution list"):
            actions.end(found, seen_version=int(version) if version.isdecimal() else 0, by=actor().person_id)
    except Conflict as refusal:
        return _page(of(entry(entry_id).owner), "", {"": refusal.message}, 409)
    return _back(whose)


@bp.post(f"{OF}/approval")
def approval(kind: str, owner_id: int) -> Response:
    """Whether reports are approved before they are published, and by whom."""
    found = _editable(kind, owner_id)
    try:
        typed = parse(ApprovalForm, request.form)
        with transaction("approval of reports"):
            known = dict(readers(found, clock.today()))
            actions.require_approval(found, typed.approver, readers=known, seen_version=typed.version)
    except Invalid as refusal:
        return _page(audience(Kind(kind), owner_id), "approval", refusal.errors)
    except Conflict as refusal:
        return _page(audience(Kind(kind), owner_id), "", {"": refusal.message}, 409)
    return _back(found)


def _editable(kind: str, owner_id: int) -> Audience:
    found = audience(Kind(kind), owner_id)
    require(found.editing, found.place)
    return found


def _back(found: Audience) -> Response:
    return see_other(url_for(".distribution", kind=found.kind, owner_id=found.id))


def _page(found: Audience, at: str = "", errors: dict[str, Message] | None = None, status: int = 0) -> Response:
    """`at`: the form whose mistakes are shown, with what was typed."""
    shown, may_read = listing(found, clock.today()), readers(found, clock.today())
    there = {one.person_id for one in shown.receivers if not one.is_left_out}
    roles = [(f"role:{role.value}", say(ROLE_NAMES[role])) for role in actions.APPROVING]
    context: dict[str, Any] = {
        "to": found,
        "listing": shown,
        "people": [(key, name) for key, name in may_read if key not in there],
        "roles": roles,
        "readers": [(f"person:{key}", name) for key, name in may_read],
        "role_names": {role.value: ROLE_NAMES[role] for role in actions.APPROVING},
        "why_names": WHY_NAMES,
        "at": at,
        "errors": errors or {},
        "typed": request.form if errors else {},
    }
    return page(PAGE, "distribution", status=status or (422 if errors else 200), **context, **words())
