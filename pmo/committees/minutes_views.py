"""The minutes of a meeting while it is held: who is there, one line a decision or an action, what was asked."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.committees import actions, decision_actions, item_actions, item_queries, queries
from pmo.committees.decision_forms import LONGEST_LINE
from pmo.committees.decision_queries import abouts as abouts_of
from pmo.committees.decision_queries import asked_of, taken_in
from pmo.committees.decision_views import WORDS, about_choices, about_of
from pmo.committees.logic.decisions import ACTION_STATE_NAMES, Outcome
from pmo.committees.logic.minutes import DecisionLine, NotUnderstood, read_line
from pmo.committees.minutes_queries import people_to_name, presence
from pmo.committees.models import Meeting
from pmo.db import db, looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, can, require
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

bp = Blueprint("minutes", __name__, url_prefix="/committees/meetings/<int:meeting_id>")
MINUTES = "committees/minutes.html"
LONGEST = 5 * LONGEST_LINE


@bp.get("/minutes")
def minutes(meeting_id: int) -> Response:
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_READ, found.place)
    return _minutes(found)


@bp.post("/minutes")
def add_line(meeting_id: int) -> Response:
    """One line: what is not understood stays in the field, with the sentence that says why."""
    found = _kept(meeting_id)
    typed = request.form.get("line", "").replace("\x00", "").strip()
    try:
        if len(typed) > LONGEST:
            raise Invalid({"line": msg("This is too long.")})
        said = _write(found, typed)
    except NotUnderstood as refusal:
        return _minutes(found, errors={"line": refusal.message}, status=422)
    except Invalid as refusal:
        return _minutes(found, errors={"line": refusal.message}, status=422)
    if not wants_fragment():
        return see_other(url_for(".minutes", meeting_id=meeting_id))
    return toast(_minutes(queries.meeting(meeting_id)), said)


@bp.post("/presence")
def note_presence(meeting_id: int) -> Response:
    found = _kept(meeting_id)
    members = [member for member, _ in presence(found, clock.today()).members]
    ticked = {int(text) for text in request.form.getlist("present") if text.isascii() and text.isdigit() and len(text) < 10}  # noqa: PLR2004
    with transaction("presence noted"):
        actions.note_presence(found, members, ticked)
    if not wants_fragment():
        return see_other(url_for(".minutes", meeting_id=meeting_id))
    return toast(_minutes(queries.meeting(meeting_id)), msg("Who was there is noted."))


def _write(meeting: Meeting, typed: str) -> Message:
    """The decision or action of a line, about what was chosen beside it. Raises NotUnderstood, Invalid."""
    read = read_line(typed, people_to_name(), clock.today())
    about = about_of(request.form.get("about", ""))
    if about is not None:
        require(Permission.COMMITTEE_EDIT, about.place)
    with transaction("minutes"):
        if isinstance(read, DecisionLine):
            ruling = decision_actions.Ruling(Outcome.ACCEPTED, read.text)
            return msg("Decision %(code)s is noted.", code=decision_actions.record(meeting, ruling, about=about).code)
        to_do = item_actions.ToDo(read.text, read.owner_id, read.due)
        return msg("Action %(code)s is noted.", code=item_actions.add_action(meeting, to_do, about=about).code)


def _kept(meeting_id: int) -> Meeting:
    """A meeting whose minutes the actor keeps, now."""
    found = queries.meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    only_now()
    return found


def _minutes(found: Meeting, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    g.menu_entry = "committees.committees"
    today, me = clock.today(), actor()
    may_keep = looking_back() is None and can(Permission.COMMITTEE_EDIT, found.place)
    programmes, projects = abouts_of(found.committee) if may_keep else ([], [])
    context: dict[str, Any] = {
        "meeting": found,
        "committee": found.committee,
        "asked": asked_of(found, me),
        "taken": taken_in(found.id, me),
        "items": item_queries.given_in(found.id, me, today),
        "earlier": item_queries.still_open(found.committee_id, found.held_on, me, today),
        "presence": presence(found, today),
        "abouts": about_choices(programmes, [(row.id, row.code, row.name) for row in projects]),
        "may_keep": may_keep,
        "typed": request.form,
        "errors": errors or {},
        "action_state_names": ACTION_STATE_NAMES,
    }
    return page(MINUTES, "minutes", status=status, **context, **WORDS)
