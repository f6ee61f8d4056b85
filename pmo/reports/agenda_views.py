"""The agenda of a committee meeting: each line leads to its page; the PMO orders, times, adds and leaves out lines."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.changes.logic import PRIORITY_NAMES
from pmo.committees.decision_views import WORDS
from pmo.committees.item_queries import ItemRow
from pmo.committees.models import Meeting
from pmo.committees.queries import meeting
from pmo.db import db, looking_back, transaction
from pmo.gates.logic import STANDING_NAMES, STANDING_TONES
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import DIMENSION_NAMES
from pmo.reports import agenda_actions as actions
from pmo.reports import agenda_forms as forms
from pmo.reports.agenda import Prepared, prepared
from pmo.reports.agenda_actions import Wording
from pmo.reports.logic.agenda import KIND_NAMES, Arranged, reordered, shifted
from pmo.web.access import actor, can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("agenda", __name__, url_prefix="/committees/meetings/<int:meeting_id>/agenda")
PAGE, ARRANGE, OUT = "reports/agenda.html", "reports/agenda_arrange.html", "reports/agenda_out.html"
CONFLICT = HTTPStatus.CONFLICT
SAVED = msg("The agenda is saved.")


@bp.get("")
def of_meeting(meeting_id: int) -> Response:
    found, today = meeting(meeting_id), clock.today()
    require(Permission.COMMITTEE_READ, found.place)
    made = prepared(found, actor(), today)
    after = {one.decision.id: [ItemRow(item, today) for item in one.actions] for one in made.business.taken}
    return page(PAGE, "agenda", after=after, **_about(found, made))


@bp.get("/arrange")
def arrange(meeting_id: int) -> Response:
    return _arranging(_editable(meeting_id))


@bp.post("/arrange")
def save(meeting_id: int) -> Response:
    """Everything typed is kept, whichever button was pressed: save, one line up or down, or leave one out."""
    found = _editable(meeting_id)
    shown = prepared(found, actor(), clock.today()).arranged
    do, _, key = request.form.get("do", "save").partition(":")
    try:
        typed = forms.read(request.form, shown.keys)
        order = reordered(shown.keys, typed.places)
        if do in ("up", "down"):
            order = shifted(order, key, -1 if do == "up" else 1)
        with transaction("agenda arranged"):
            actions.arrange(found, shown, order=order, words=typed.words, starts_at=typed.starts_at, seen_version=_version())
    except Invalid as refusal:
        return _arranging(meeting(meeting_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _arranging(_read_anew(meeting_id), errors={"": refusal.message}, status=CONFLICT)
    if do == "out":
        return see_other(url_for(".out", meeting_id=meeting_id, line=key))
    if do == "save":
        return see_other(url_for(".of_meeting", meeting_id=meeting_id), SAVED)
    if wants_fragment():
        return toast(_arranging(_read_anew(meeting_id), moved=f"{do}:{key}"), SAVED)
    return see_other(url_for(".arrange", meeting_id=meeting_id, moved=f"{do}:{key}"))


@bp.post("/lines")
def add(meeting_id: int) -> Response:
    """A line of the PMO's own."""
    found = _editable(meeting_id)
    try:
        typed = parse(forms.OwnLineForm, request.form)
        words = Wording(title=typed.title, presenter=typed.presenter, note=typed.note, minutes=typed.minutes)
        _change(found, "line added to the agenda", lambda made: actions.add_line(found, made, words, seen_version=typed.version))
    except Invalid as refusal:
        return _arranging(meeting(meeting_id), errors=refusal.errors, status=422, adding=True)
    except Conflict as refusal:
        return _arranging(_read_anew(meeting_id), errors={"": refusal.message}, status=CONFLICT, adding=True)
    return see_other(url_for(".arrange", meeting_id=meeting_id), msg("The line stands at the end. Move it where it belongs."))


@bp.get("/out")
def out(meeting_id: int) -> Response:
    """Why a line is left out."""
    found = _editable(meeting_id)
    return _leaving(found, request.args.get("line", ""))


@bp.post("/out")
def leave_out(meeting_id: int) -> Response:
    found = _editable(meeting_id)

    def verb(made: Arranged) -> None:
        typed = parse(forms.OutForm, request.form)
        actions.leave_out(found, made, typed.line, reason=typed.reason, seen_version=typed.version, by=actor().person_id)

    try:
        _change(found, "line left out of the agenda", verb)
    except Invalid as refusal:
        return _leaving(_read_anew(meeting_id), request.form.get("line", ""), refusal.errors, 422)
    except Conflict as refusal:
        return _arranging(_read_anew(meeting_id), errors={"": refusal.message}, status=CONFLICT, adding=True)
    return see_other(url_for(".arrange", meeting_id=meeting_id), msg("The line is left out. It can be put back below."))


@bp.post("/back")
def put_back(meeting_id: int) -> Response:
    found = _editable(meeting_id)
    key = request.form.get("line", "")
    try:
        _change(found, "line put back on the agenda", lambda made: actions.put_back(found, made, key, seen_version=_version()))
    except Conflict as refusal:
        return _arranging(_read_anew(meeting_id), errors={"": refusal.message}, status=CONFLICT, adding=True)
    return see_other(url_for(".arrange", meeting_id=meeting_id), msg("The line is on the agenda again."))


def _change(found: Meeting, reason: str, verb: Callable[[Arranged], object]) -> None:
    made = prepared(found, actor(), clock.today())
    with transaction(reason):
        verb(made.arranged)


def _editable(meeting_id: int) -> Meeting:
    found = meeting(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    only_now()
    return found


def _read_anew(meeting_id: int) -> Meeting:
    db.session.rollback()
    return meeting(meeting_id)


def _about(found: Meeting, made: Prepared) -> dict[str, Any]:
    """What both pages show of an agenda."""
    return {
        "meeting": found,
        "committee": found.committee,
        "made": made,
        "agenda": made.arranged,
        "behind": made.business.behind(),
        "kind_names": KIND_NAMES,
        "language": language(),
        "may_edit": looking_back() is None and can(Permission.COMMITTEE_EDIT, found.place),
        "dimension_names": DIMENSION_NAMES,
        "priority_names": PRIORITY_NAMES,
        "standing_names": STANDING_NAMES,
        "standing_tones": STANDING_TONES,
        **WORDS,
    }


def _arranging(
    found: Meeting, *, errors: dict[str, Message] | None = None, status: int = 200, moved: str = "", adding: bool = False
) -> Response:
    """`adding`: what was typed belongs to another form than that of all lines."""
    made = prepared(found, actor(), clock.today())
    context: dict[str, Any] = {
        "errors": errors or {},
        "typed": _typed(status) if errors and not adding else {},
        "new_typed": request.form if errors and adding else {},
        "adding": adding,
        "moved": moved or request.args.get("moved", ""),
    }
    return page(ARRANGE, "arrange", status=status, **context, **_about(found, made))


def _typed(status: int) -> Mapping[str, str]:
    """Of a stale form the words only: its places are those of another order."""
    if status != CONFLICT:
        return request.form
    return {name: text for name, text in request.form.items() if name.startswith(("title-", "presenter-", "note-", "minutes-"))}


def _leaving(found: Meeting, key: str, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    made = prepared(found, actor(), clock.today())
    line = made.arranged.line(key)
    if line is None or line not in made.arranged.lines:
        return _arranging(found, errors={"": actions.GONE}, status=CONFLICT, adding=True)
    return page(
        OUT, "out", status=status, line=line, errors=errors or {}, typed=request.form if errors else {}, **_about(found, made)
    )


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004
