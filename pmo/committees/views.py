"""Pages of committees: who meets when, with the dates that drive the work before."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.committees import actions, queries
from pmo.committees.audiences import of
from pmo.committees.decision_queries import asked_of
from pmo.committees.distribution_actions import APPROVING
from pmo.committees.distribution_queries import WHY_NAMES, listing
from pmo.committees.forms import CommitteeForm, MeetingForm
from pmo.committees.item_queries import still_open
from pmo.committees.models import Committee, Meeting
from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.logic import ROLE_NAMES
from pmo.portfolio import queries as portfolio
from pmo.web.access import actor, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other

bp = Blueprint("committees", __name__, url_prefix="/committees")
LIST, ONE, NEW = "committees/list.html", "committees/committee.html", "committees/new.html"


@bp.get("")
def committees() -> Response:
    require_anywhere(Permission.COMMITTEE_READ)
    rows = queries.committees(actor())
    return page(LIST, "committee_table", rows=rows, coming=queries.next_meetings([row.id for row in rows], clock.today()))


@bp.get("/new")
def new() -> Response:
    require_anywhere(Permission.COMMITTEE_EDIT)
    return _new({}, {})


@bp.post("/new")
def add() -> Response:
    require_anywhere(Permission.COMMITTEE_EDIT)
    try:
        typed = parse(CommitteeForm, request.form)
        watched = _portfolio(typed.portfolio)
        require(Permission.COMMITTEE_EDIT, watched.place)
        programme = _programme(typed.programme) if typed.programme else None
        with transaction("committee added"):
            made = actions.add_committee(
                code=typed.code, name=typed.name, portfolio=watched, programme=programme, language=typed.language
            )
    except Invalid as refusal:
        return _new(request.form, refusal.errors, 422)
    return see_other(url_for(".committee", committee_id=made.id))


@bp.get("/<int:committee_id>")
def committee(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_READ, found.place)
    return _committee(found)


@bp.post("/<int:committee_id>")
def save(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    try:
        typed = parse(CommitteeForm, {**request.form, "code": found.code})
        with transaction("committee changed"):
            actions.change_committee(found, name=typed.name, language=typed.language, seen_version=typed.version)
    except Invalid as refusal:
        return _committee(found, status=422, errors=refusal.errors)
    except Conflict as refusal:
        return _committee(found, status=409, errors={"": refusal.message})
    return see_other(url_for(".committee", committee_id=found.id))


@bp.post("/<int:committee_id>/archive")
def archive(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    with transaction("committee archived"):
        actions.archive_committee(found, seen_version=_version())
    return see_other(url_for(".committees"))


@bp.post("/<int:committee_id>/meetings")
def add_meeting(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    try:
        typed = parse(MeetingForm, request.form)
        with transaction("meeting planned"):
            actions.add_meeting(found, held_on=typed.held_on, cut_off=typed.cut_off, pack_on=typed.pack_on, room=typed.room)
    except Invalid as refusal:
        return _committee(found, status=422, errors=refusal.errors)
    return see_other(url_for(".committee", committee_id=found.id))


@bp.get("/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> Response:
    """The row of one meeting, opened for change."""
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    return _committee(found.committee, editing=found)


@bp.post("/meetings/<int:meeting_id>")
def move_meeting(meeting_id: int) -> Response:
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    try:
        typed = parse(MeetingForm, request.form)
        with transaction("meeting moved"):
            actions.move_meeting(
                found,
                held_on=typed.held_on,
                cut_off=typed.cut_off or typed.held_on,
                pack_on=typed.pack_on or typed.held_on,
                room=typed.room,
                seen_version=typed.version,
            )
    except Invalid as refusal:
        return _committee(found.committee, status=422, editing=found, errors=refusal.errors)
    except Conflict as refusal:
        return _committee(found.committee, status=409, editing=found, errors={"": refusal.message})
    return see_other(url_for(".committee", committee_id=found.committee_id))


@bp.post("/meetings/<int:meeting_id>/cancel")
def cancel_meeting(meeting_id: int) -> Response:
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    with transaction("meeting cancelled"):
        actions.cancel_meeting(found, seen_version=_version())
    return see_other(url_for(".committee", committee_id=found.committee_id))


@bp.post("/meetings/<int:meeting_id>/reinstate")
def reinstate_meeting(meeting_id: int) -> Response:
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    with transaction("meeting takes place after all"):
        actions.reinstate_meeting(found, seen_version=_version())
    return see_other(url_for(".committee", committee_id=found.committee_id))


def _committee(
    found: Committee, *, status: int = 200, editing: Meeting | None = None, errors: dict[str, Message] | None = None
) -> Response:
    typed = request.form if errors else {}
    rows = queries.meetings(found.id)
    return page(
        ONE,
        "meetings",
        status=status,
        committee=found,
        rows=rows,
        editing=editing,
        errors=errors or {},
        typed=typed,
        **_business(found, rows),
        **_distribution(found),
        **words(),
    )


def _business(found: Committee, rows: list[Meeting]) -> dict[str, Any]:
    """What waits for the next meeting: the questions asked of it, the actions still open."""
    today = clock.today()
    coming = min((row for row in rows if row.held_on >= today and row.cancelled_at is None), key=_held_on, default=None)
    asked = asked_of(coming, actor()) if coming else []
    return {"coming": coming, "asked": asked, "items": still_open(found.id, date.max, actor(), today)}


def _distribution(found: Committee) -> dict[str, Any]:
    """Who gets its reports, and who approves them."""
    roles = {role.value: ROLE_NAMES[role] for role in APPROVING}
    return {"listing": listing(of(found), clock.today()), "to": of(found), "why_names": WHY_NAMES, "role_names": roles}


def _held_on(meeting: Meeting) -> date:
    return meeting.held_on


def _new(typed: Any, errors: dict[str, Message], status: int = 200) -> Response:
    choices = [(row.code, row.name) for row in portfolio.portfolios(actor())]
    return page(NEW, "committee_form", status=status, typed=typed, errors=errors, portfolio_choices=choices, **words())


def _portfolio(code: str) -> Any:
    try:
        return portfolio.portfolio_by_code(code)
    except NotFound:
        raise Invalid({"portfolio": msg("Choose a portfolio.")}) from None


def _programme(code: str) -> Any:
    try:
        return portfolio.programme_by_code(code)
    except NotFound:
        raise Invalid({"programme": msg("There is no programme with this code.")}) from None


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def words() -> dict[str, Any]:
    return {"languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]}
