"""Pages of updates asked before a data cut-off: the projects of one meeting, asking now, excusing, who was told when."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.committees import chasing_actions as actions
from pmo.committees.chasing_queries import ladder_of, line, lines, mine
from pmo.committees.logic.chasing import STANDING_NAMES, STEP_NAMES, Standing, Step
from pmo.committees.models import Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.config import Settings
from pmo.db import db, looking_back, transaction
from pmo.home import chasing
from pmo.home import chasing_queries as queries
from pmo.home.chasing_forms import ExcuseForm
from pmo.home.chasing_queries import Asked, Told
from pmo.home.logic import MAIL_STATE_NAMES
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.rules.queries import rule_book
from pmo.web import tables
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.downloads import Column, Shown, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("chasing", __name__)
BOARD, LIST, ASK = "home/chasing.html", "home/chased.html", "home/chase_ask.html"
FILTERS = ("q", "meeting", "project", "step", "state")
ROWS = 50
STATES = [("open", msg("Not updated yet")), ("answered", msg("Updated")), ("excused", msg("Excused"))]
CELLS = (
    Column(msg("Meeting"), Shown.DATE),
    Column(msg("Committee"), width=24),
    Column(msg("Data cut-off"), Shown.DATE),
    Column(msg("Project"), width=12),
    Column(msg("Name"), width=36),
    Column(msg("Step"), width=20),
    Column(msg("Person"), width=24),
    Column(msg("As deputy of"), width=24),
    Column(msg("Asked"), Shown.MOMENT),
    Column(msg("Asked by"), width=24),
    Column(msg("Mail"), width=20),
    Column(msg("Mail sent"), Shown.MOMENT),
    Column(msg("Seen"), Shown.MOMENT),
    Column(msg("Update promised by"), Shown.DATE),
    Column(msg("Updated"), Shown.MOMENT),
    Column(msg("Updated by"), width=24),
    Column(msg("State"), width=20),
)


@bp.get("/chasing")
def requests() -> Response:
    """Who was told what, when."""
    require_anywhere(Permission.HISTORY_READ)
    table, asked = _asked()
    return page(
        LIST,
        "told_table",
        table=table,
        asked=asked,
        shown=queries.told(actor(), asked, table.cursor, ROWS),
        meetings=[(str(number), say(msg("%(name)s, %(day)s", name=name, day=day))) for number, name, day in _meetings()],
        mine=[] if looking_back() else mine(actor().person_id, clock.today()),
        back="chasing",
        states=STATES,
        **_words(),
    )


@bp.get("/chasing.xlsx")
def requests_as_excel() -> Response:
    """The list as filtered: same rows, same order."""
    require_anywhere(Permission.HISTORY_READ)
    title = say(msg("Update requests"))
    return excel(title, workbook(title, CELLS, (_cells(one) for one in queries.all_told(actor(), _asked()[1])), language()))


@bp.get("/committees/meetings/<int:meeting_id>/chasing")
def board(meeting_id: int) -> Response:
    found = meeting_of(meeting_id)
    require(Permission.HISTORY_READ, found.place)
    return _board(found)


@bp.get("/committees/meetings/<int:meeting_id>/chasing/ask")
def confirm(meeting_id: int) -> Response:
    """Who would be told now about the projects chosen (?project=)."""
    return _confirm(_editable(meeting_id))


@bp.post("/committees/meetings/<int:meeting_id>/chasing/ask")
def ask(meeting_id: int) -> Response:
    found = _editable(meeting_id)
    chosen = _chosen()
    if not chosen:
        return _confirm(found, errors={"project": msg("Choose at least one project.")}, status=422)
    with transaction("asked for updates now"):
        chasing.ask_now(found, chosen, _settings())
    return see_other(url_for(".board", meeting_id=meeting_id))


@bp.get("/committees/meetings/<int:meeting_id>/chasing/<int:project_id>/excuse")
def excuse_form(meeting_id: int, project_id: int) -> Response:
    found = _editable(meeting_id)
    line(found, project_id)
    return _board(found, opened_id=project_id)


@bp.post("/committees/meetings/<int:meeting_id>/chasing/<int:project_id>/excuse")
def excuse(meeting_id: int, project_id: int) -> Response:
    found = _editable(meeting_id)
    line(found, project_id)
    try:
        typed = parse(ExcuseForm, request.form)
        with transaction(typed.reason or "excused"):
            actions.excuse(found, project_id, typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return _board(meeting_of(meeting_id), opened_id=project_id, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _board(meeting_of(meeting_id), opened_id=project_id, errors={"": refusal.message}, status=409)
    return see_other(url_for(".board", meeting_id=meeting_id))


@bp.post("/committees/meetings/<int:meeting_id>/chasing/<int:project_id>/readmit")
def readmit(meeting_id: int, project_id: int) -> Response:
    """Not excused after all."""
    found = _editable(meeting_id)
    row = line(found, project_id).request
    if row is None:
        raise NotFound
    try:
        typed = parse(ExcuseForm, request.form)
        with transaction("not excused after all"):
            actions.readmit(row, seen_version=typed.version)
    except Conflict as refusal:
        return _board(meeting_of(meeting_id), errors={"": refusal.message}, status=409)
    return see_other(url_for(".board", meeting_id=meeting_id))


def _board(found: Meeting, *, opened_id: int = 0, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    if errors:
        db.session.rollback()
    ladder, today = ladder_of(rule_book()), clock.today()
    may_edit = can(Permission.COMMITTEE_EDIT, found.place) and looking_back() is None and found.held_on >= today
    return page(
        BOARD,
        "board",
        status=status,
        meeting=found,
        rows=queries.board(found, actor(), ladder, today),
        begins=ladder.begins(found.cut_off, chasing.calendar_of(found.cut_off, _settings())),
        opened_id=opened_id,
        errors=errors or {},
        typed=request.form if errors else {},
        may_edit=may_edit,
        **_words(),
    )


def _confirm(found: Meeting, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    chosen = _chosen()
    wanted = [row for row in lines(found) if row.project.id in chosen]
    whom = list(chasing.whom(found, wanted, chasing.start(_settings())))
    return page(ASK, "ask_form", status=status, meeting=found, whom=whom, errors=errors or {}, **_words())


def _chosen() -> set[int]:
    given = request.values.getlist("project")
    return {int(text) for text in given if text.isascii() and text.isdigit() and len(text) <= 9}  # noqa: PLR2004 - of an integer


def _editable(meeting_id: int) -> Meeting:
    """Before it has met; who edits committees asks and excuses."""
    found = meeting_of(meeting_id)
    require(Permission.COMMITTEE_EDIT, found.place)
    only_now()
    return found


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _meetings() -> list[Any]:
    return queries.meetings_told(actor())


def _asked() -> tuple[tables.Table, Asked]:
    table = tables.read((), FILTERS, endpoint="chasing.requests")
    given = table.filters
    number = given.get("meeting", "")
    meeting_id = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else None  # noqa: PLR2004
    return table, Asked(given.get("q", ""), meeting_id, given.get("project", ""), given.get("step", ""), given.get("state", ""))


def _words() -> dict[str, Any]:
    return {
        "step_names": STEP_NAMES,
        "steps": [(step.value, name) for step, name in STEP_NAMES.items()],
        "standing_names": STANDING_NAMES,
        "mail_state_names": MAIL_STATE_NAMES,
        "standing": Standing,
    }


def _cells(one: Told) -> tuple[Any, ...]:
    asked, notice = one.request, one.notice
    return (
        asked.meeting.held_on,
        asked.meeting.committee.name,
        asked.meeting.cut_off,
        asked.project.code,
        asked.project.name,
        STEP_NAMES[Step(notice.step)],
        one.person,
        one.represented,
        notice.told_at,
        one.teller,
        MAIL_STATE_NAMES[one.mail_state],
        one.sent_at,
        notice.acknowledged_at,
        notice.promised_on,
        asked.answered_at,
        one.answerer,
        STANDING_NAMES[one.standing(clock.today())],
    )
