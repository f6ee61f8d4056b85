"""The page on which a committee's distribution list is kept, and whether its reports are approved first."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.committees import distribution_actions as actions
from pmo.committees import queries
from pmo.committees.distribution_forms import AddressForm, ApprovalForm, PersonForm
from pmo.committees.distribution_queries import WHY_NAMES, Why, entry, listing, readers
from pmo.committees.models import Committee
from pmo.committees.views import words
from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Permission
from pmo.people.logic import ROLE_NAMES
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import say

bp = Blueprint("distribution", __name__, url_prefix="/committees")
PAGE = "committees/distribution.html"


@bp.get("/<int:committee_id>/distribution")
def distribution(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_READ, found.place)
    return _page(found)


@bp.post("/<int:committee_id>/distribution/people")
def add_person(committee_id: int) -> Response:
    found = _editable(committee_id)
    try:
        typed = parse(PersonForm, request.form)
        with transaction("distribution list"):
            today = clock.today()
            known = dict(readers(found, today))
            actions.add_person(found, listing(found, today), typed.person_id, readers=known, by=actor().person_id)
    except Invalid as refusal:
        return _page(queries.committee(committee_id), "person", refusal.errors)
    return _back(committee_id)


@bp.post("/<int:committee_id>/distribution/addresses")
def add_address(committee_id: int) -> Response:
    found = _editable(committee_id)
    try:
        typed = parse(AddressForm, request.form)
        with transaction("distribution list"):
            actions.add_address(found, name=typed.name, email=typed.email, language=typed.language, by=actor().person_id)
    except Invalid as refusal:
        return _page(queries.committee(committee_id), "address", refusal.errors)
    return _back(committee_id)


@bp.post("/<int:committee_id>/distribution/left-out")
def leave_out(committee_id: int) -> Response:
    """A member who is not written to."""
    found = _editable(committee_id)
    typed = parse(PersonForm, request.form)
    with transaction("distribution list"):
        actions.leave_out(found, listing(found, clock.today()), typed.person_id, by=actor().person_id)
    return _back(committee_id)


@bp.post("/distribution/<int:entry_id>/end")
def end(entry_id: int) -> Response:
    found = entry(entry_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    version = request.form.get("version", "")
    try:
        with transaction("distribution list"):
            actions.end(found, seen_version=int(version) if version.isdecimal() else 0, by=actor().person_id)
    except Conflict as refusal:
        return _page(queries.committee(entry(entry_id).committee_id), "", {"": refusal.message}, 409)
    return _back(found.committee_id)


@bp.post("/<int:committee_id>/approval")
def approval(committee_id: int) -> Response:
    """Whether reports are approved before they are published, and by whom."""
    found = _editable(committee_id)
    try:
        typed = parse(ApprovalForm, request.form)
        with transaction("approval of reports"):
            known = dict(readers(found, clock.today()))
            actions.require_approval(found, typed.approver, readers=known, seen_version=typed.version)
    except Invalid as refusal:
        return _page(queries.committee(committee_id), "approval", refusal.errors)
    except Conflict as refusal:
        return _page(queries.committee(committee_id), "", {"": refusal.message}, 409)
    return _back(committee_id)


def _editable(committee_id: int) -> Committee:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    return found


def _back(committee_id: int) -> Response:
    return see_other(url_for(".distribution", committee_id=committee_id))


def _page(found: Committee, at: str = "", errors: dict[str, Message] | None = None, status: int = 0) -> Response:
    """`at`: the form whose mistakes are shown, with what was typed."""
    shown, may_read = listing(found, clock.today()), readers(found, clock.today())
    there = {one.person_id for one in shown.receivers if not one.is_left_out}
    roles = [(f"role:{role.value}", say(ROLE_NAMES[role])) for role in actions.APPROVING]
    context: dict[str, Any] = {
        "committee": found,
        "listing": shown,
        "people": [(key, name) for key, name in may_read if key not in there],
        "roles": roles,
        "readers": [(f"person:{key}", name) for key, name in may_read],
        "role_names": {role.value: ROLE_NAMES[role] for role in actions.APPROVING},
        "why_names": WHY_NAMES,
        "Why": Why,
        "at": at,
        "errors": errors or {},
        "typed": request.form if errors else {},
    }
    return page(PAGE, "distribution", status=status or (422 if errors else 200), **context, **words())
