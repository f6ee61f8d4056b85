"""Pages of what committees decided: the list, one decision, recording, correcting and voiding it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.committees import decision_actions as actions
from pmo.committees import decision_queries as queries
from pmo.committees.decision_forms import TO_DO_LINES, ReasonForm, RulingForm, to_dos
from pmo.committees.decision_queries import Asked, with_actions
from pmo.committees.decision_views import (
    FILTERS,
    MENU_ENTRY,
    ROWS,
    WORDS,
    about_choices,
    about_of,
    frame_of,
    readable,
    show,
)
from pmo.committees.item_queries import ItemRow, following
from pmo.committees.logic.decisions import OUTCOME_NAMES, Outcome
from pmo.committees.models import Decision, DecisionRequest, Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.db import db, looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import owners
from pmo.web import tables
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.downloads import Column, Shown, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("outcomes", __name__)
LIST, ONE, FORM = "committees/taken.html", "committees/decision.html", "committees/outcome.html"
CELLS = (
    Column(msg("Decision"), width=11),
    Column(msg("Date"), Shown.DATE),
    Column(msg("Committee"), width=24),
    Column(msg("About"), width=12),
    Column(msg("Question"), width=44),
    Column(msg("Outcome"), width=20),
    Column(msg("Decision, as it stands in the minutes"), width=60),
    Column(msg("What changed"), width=40),
    Column(msg("Reason"), width=40),
    Column(msg("Actions"), width=40),
)


@dataclass(frozen=True, slots=True)
class Recording:
    """What the form of an outcome is about: a request, a meeting without one, or a decision to be corrected."""

    meeting: Meeting
    request: DecisionRequest | None = None
    decision: Decision | None = None


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = MENU_ENTRY


@bp.get("/decisions/taken")
def taken() -> Response:
    require_anywhere(Permission.DECISION_READ)
    table, asked = _asked()
    shown = queries.decisions(actor(), asked, table.cursor, ROWS)
    following_them = {one.decision.id: [_row(item) for item in one.actions] for one in with_actions(shown.rows)}
    outcomes = [(outcome.value, name) for outcome, name in OUTCOME_NAMES.items()]
    context: dict[str, Any] = {"table": table, "asked": asked, "shown": shown, "following": following_them, "outcomes": outcomes}
    return page(LIST, "taken", **context, **frame_of("taken"))


@bp.get("/decisions/taken.xlsx")
def taken_as_excel() -> Response:
    """The list as filtered: same rows, same order."""
    require_anywhere(Permission.DECISION_READ)
    title = say(msg("Decisions taken"))
    rows = (_cells(one) for one in with_actions(queries.all_decisions(actor(), _asked()[1])))
    return excel(title, workbook(title, CELLS, rows, language()))


@bp.get("/decisions/taken/<int:decision_id>")
def decision(decision_id: int) -> Response:
    found = queries.decision(decision_id)
    require(Permission.DECISION_READ, found.place)
    return _decision(found)


@bp.get("/decisions/<int:request_id>/outcome")
def outcome(request_id: int) -> Response:
    found = _decidable(request_id)
    recommended = next((option.name for option in found.options if option.position == found.recommended), "")
    return _form(Recording(found.meeting, found), {"text": recommended})


@bp.post("/decisions/<int:request_id>/outcome")
def record(request_id: int) -> Response:
    found = _decidable(request_id)

    def write(typed: RulingForm) -> Decision:
        ruling = typed.ruling(_later(typed.deferred_to))
        return actions.record(found.meeting, ruling, request=found, to_do=to_dos(request.form))

    return _write(Recording(found.meeting, found), write)


@bp.get("/committees/meetings/<int:meeting_id>/decisions/new")
def decide(meeting_id: int) -> Response:
    """A decision nobody had asked for."""
    return _form(Recording(_meeting(meeting_id)), {})


@bp.post("/committees/meetings/<int:meeting_id>/decisions/new")
def record_directly(meeting_id: int) -> Response:
    found = _meeting(meeting_id)

    def write(typed: RulingForm) -> Decision:
        about = about_of(typed.about)
        ruling = typed.ruling(_later(typed.deferred_to))
        return actions.record(found, ruling, about=about, to_do=to_dos(request.form))

    return _write(Recording(found), write)


@bp.get("/decisions/taken/<int:decision_id>/correct")
def correct(decision_id: int) -> Response:
    found = _correctable(decision_id)
    typed = {name: getattr(found, name) for name in ("outcome", "text", "change_text", "reason", "decided_on")}
    return _form(Recording(found.meeting, found.request, found), typed | {"deferred_to": found.deferred_to_id})


@bp.post("/decisions/taken/<int:decision_id>/correct")
def save(decision_id: int) -> Response:
    """With the reason of the correction, which its history keeps."""
    found = _correctable(decision_id)

    def write(typed: RulingForm) -> Decision:
        if not typed.why_corrected:
            raise Invalid({"why_corrected": msg("Say why it is corrected: the history keeps it.")})
        actions.correct(found, typed.ruling(_later(typed.deferred_to)), seen_version=typed.version)
        return found

    return _write(Recording(found.meeting, found.request, found), write)


@bp.post("/decisions/taken/<int:decision_id>/void")
def void(decision_id: int) -> Response:
    found = _correctable(decision_id)
    try:
        typed = parse(ReasonForm, request.form)
        with transaction(typed.reason):
            actions.void(found, typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return _decision(queries.decision(decision_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _decision(queries.decision(decision_id), errors={"": refusal.message}, status=409)
    return see_other(url_for(".decision", decision_id=decision_id))


def _write(about: Recording, write: Callable[[RulingForm], Decision]) -> Response:
    try:
        typed = parse(RulingForm, request.form)
        with transaction(typed.why_corrected or "outcome recorded"):
            made = write(typed)
    except Invalid as refusal:
        return _form(about, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        if about.request is not None and about.decision is None:
            return show(queries.request(about.request.id), errors={"": refusal.message}, status=409)
        return _form(about, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".decision", decision_id=made.id))


def _decidable(request_id: int) -> DecisionRequest:
    """Who edits committees records what they decide."""
    found = readable(request_id)
    require(Permission.COMMITTEE_EDIT, found.committee.place)
    only_now()
    return found


def _correctable(decision_id: int) -> Decision:
    found = queries.decision(decision_id)
    require(Permission.COMMITTEE_EDIT, found.committee.place)
    only_now()
    return found


def _meeting(meeting_id: int) -> Meeting:
    found = meeting_of(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    only_now()
    return found


def _later(meeting_id: int | None) -> Meeting | None:
    try:
        return meeting_of(meeting_id) if meeting_id else None
    except NotFound:
        return None


def _decision(found: Decision, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    may_correct = looking_back() is None and found.voided_on is None and can(Permission.COMMITTEE_EDIT, found.committee.place)
    return page(
        ONE,
        "decision",
        status=status,
        found=found,
        items=following(found.id, clock.today()),
        errors=errors or {},
        typed=request.form if errors else {},
        may_correct=may_correct,
        **WORDS,
    )


def _form(about: Recording, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    programmes, projects = queries.abouts(about.meeting.committee) if about.request is None else ([], [])
    return page(
        FORM,
        "outcome_form",
        status=status,
        about=about,
        meeting=about.meeting,
        typed=typed,
        errors=errors or {},
        outcomes=[(one.value, name) for one, name in OUTCOME_NAMES.items() if one is not Outcome.DEFERRED or about.request],
        later=[(str(row.id), row.held_on) for row in queries.later_meetings(about.meeting)],
        abouts=about_choices(programmes, [(row.id, row.code, row.name) for row in projects]),
        options=[option for option in about.request.options if option.name] if about.request else [],
        lines=TO_DO_LINES if about.decision is None else (),
        owners=owners(),
        usual_day=min(about.meeting.held_on, clock.today()),
        **WORDS,
    )


def _asked() -> tuple[tables.Table, Asked]:
    table = tables.read((), FILTERS, endpoint="outcomes.taken")
    given = table.filters
    return table, Asked(given.get("q", ""), given.get("committee", ""), given.get("state", ""))


def _row(item: Any) -> ItemRow:
    return ItemRow(item, clock.today())


def _cells(one: queries.Taken) -> tuple[Any, ...]:
    found = one.decision
    about = found.project or found.programme
    return (
        found.code,
        found.decided_on,
        found.committee.name,
        about.code if about else "",
        found.request.question if found.request else "",
        msg("Voided") if found.voided_on else OUTCOME_NAMES[Outcome(found.outcome)],
        found.text,
        found.change_text,
        found.reason,
        ", ".join(f"{item.code} {item.owner.name}" for item in one.actions),
    )
