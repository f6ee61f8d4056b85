"""Pages on which actions are given, by a meeting or a decision, and changed."""

from flask import Blueprint, Response, g, request, url_for

from pmo.committees import item_actions as actions
from pmo.committees import item_queries as queries
from pmo.committees.decision_forms import ActionForm
from pmo.committees.decision_queries import abouts, decision
from pmo.committees.decision_views import MENU_ENTRY, about_choices, about_of
from pmo.committees.item_views import editable, said
from pmo.committees.models import ActionItem, Decision, Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import owners
from pmo.web.access import require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("giving", __name__)
FORM = "committees/item_form.html"


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = MENU_ENTRY


@bp.get("/committees/meetings/<int:meeting_id>/actions/new")
def give(meeting_id: int) -> Response:
    """What a meeting wants done beside its decisions."""
    return _form(None, _meeting(meeting_id))


@bp.post("/committees/meetings/<int:meeting_id>/actions/new")
def add(meeting_id: int) -> Response:
    return _give(_meeting(meeting_id), None)


@bp.get("/decisions/taken/<int:decision_id>/actions/new")
def follow(decision_id: int) -> Response:
    """What follows from a decision."""
    found = _decision(decision_id)
    return _form(None, found.meeting, found)


@bp.post("/decisions/taken/<int:decision_id>/actions/new")
def add_following(decision_id: int) -> Response:
    found = _decision(decision_id)
    return _give(found.meeting, found)


@bp.get("/actions/<int:action_id>/edit")
def edit_item(action_id: int) -> Response:
    return _form(editable(action_id))


@bp.post("/actions/<int:action_id>/edit")
def save_item(action_id: int) -> Response:
    found = editable(action_id)
    try:
        typed = parse(ActionForm, request.form)
        with transaction():
            actions.change_action(found, typed.to_do(found.due), seen_version=typed.version)
    except Invalid as refusal:
        return _form(queries.item(action_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(queries.item(action_id), errors={"": refusal.message}, status=409)
    return said(action_id, msg("%(code)s is saved.", code=found.code))


def _give(meeting: Meeting, from_decision: Decision | None) -> Response:
    try:
        typed = parse(ActionForm, request.form)
        about = about_of(request.form.get("about", "")) if from_decision is None else None
        if about is not None:
            require(Permission.COMMITTEE_EDIT, about.place)
        with transaction("action given"):
            made = actions.add_action(meeting, typed.to_do(), decision=from_decision, about=about)
    except Invalid as refusal:
        return _form(None, meeting, from_decision, errors=refusal.errors, status=422)
    return see_other(url_for("actions.item", action_id=made.id))


def _meeting(meeting_id: int) -> Meeting:
    found = meeting_of(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    only_now()
    return found


def _decision(decision_id: int) -> Decision:
    """One that stands. Raises NotFound for a voided one: nothing follows from it."""
    found = decision(decision_id)
    require(Permission.COMMITTEE_EDIT, found.committee.place)
    only_now()
    if found.voided_on is not None:
        raise NotFound
    return found


def _form(
    found: ActionItem | None,
    meeting: Meeting | None = None,
    from_decision: Decision | None = None,
    *,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    db.session.rollback()
    programmes, projects = abouts(meeting.committee) if meeting and from_decision is None else ([], [])
    return page(
        FORM,
        "panel",
        status=status,
        item=found,
        meeting=found.meeting if found else meeting,
        decision=found.decision if found else from_decision,
        typed=request.form if errors else {},
        errors=errors or {},
        owners=owners(),
        abouts=about_choices(programmes, [(row.id, row.code, row.name) for row in projects]),
    )
