"""Pages of change requests: the register over all projects, one request, writing and changing it."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.changes import actions, queries
from pmo.changes.forms import ChangeForm
from pmo.changes.logic import CATEGORY_NAMES, CHANGEABLE, PRIORITY_NAMES, STATE_NAMES, TONES, Category, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.changes.queries import Asked
from pmo.changes.showing import show
from pmo.db import db, looking_back, transaction
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.formats import SYMBOLS
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.schedule import queries as schedule
from pmo.schedule.models import Milestone
from pmo.web import tables
from pmo.web.access import actor, can, can_anywhere, require, require_anywhere
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("change_requests", __name__, url_prefix="/change-requests")
LIST, FORM = "changes/list.html", "changes/form.html"
FILTERS = ("q", "state", "programme", "priority")
ROWS = 50
CELLS = (
    Column(msg("Project"), width=12),
    Column(msg("No."), width=10),
    Column(msg("Title"), width=44),
    Column(msg("Category"), width=18),
    Column(msg("Priority"), width=12),
    Column(msg("State"), width=20),
    Column(msg("Requested by")),
    Column(msg("Submitted on"), Shown.DATE),
    Column(msg("Milestone"), width=30),
    Column(msg("Date before"), Shown.DATE),
    Column(msg("New date"), Shown.DATE),
    Column(msg("Impact on money"), Shown.NUMBER),
    Column(msg("Currency"), width=10),
    Column(msg("Impact on the scope"), width=44),
    Column(msg("If it is not done"), width=44),
    Column(msg("Decided on"), Shown.DATE),
    Column(msg("Reason"), width=44),
    Column(msg("Implemented on"), Shown.DATE),
)


@bp.get("")
def register() -> Response:
    """What is open, the most urgent first; else by state."""
    require_anywhere(Permission.PROJECT_READ)
    table = tables.read((), FILTERS)
    asked = _asked(table)
    return page(
        LIST,
        "change_table",
        table=table,
        asked=asked,
        shown=queries.register(actor(), asked, table.cursor, ROWS),
        programmes=queries.programmes_of(actor()),
        may_add=can_anywhere(Permission.CHANGE_EDIT) and looking_back() is None,
        **WORDS,
    )


@bp.get("/list.xlsx")
def register_excel() -> Response:
    """The same rows in the same order."""
    require_anywhere(Permission.PROJECT_READ)
    title = say(msg("Change requests"))
    rows = queries.whole(actor(), _asked(tables.read((), FILTERS, endpoint="change_requests.register")))
    return excel(title, workbook(title, CELLS, (_cells(row) for row in rows), language()))


@bp.get("/new")
def new() -> Response:
    """For a project (?project_id=), else one to choose."""
    require_anywhere(Permission.CHANGE_EDIT)
    only_now()
    project = _project(request.args.get("project_id", ""))
    return _form(None, project, {"requested_by": actor().name, "priority": 3, "currency": project.currency if project else "EUR"})


@bp.post("/new")
def add() -> Response:
    require_anywhere(Permission.CHANGE_EDIT)
    project = _project(request.form.get("project_id", ""))
    try:
        if project is None:
            raise Invalid({"project_id": msg("Choose a project.")})
        typed = parse(ChangeForm, request.form)
        with transaction("change requested"):
            made = actions.submit(project, typed.said(_milestone(project, typed.milestone_id)))
    except Invalid as refusal:
        return _form(None, project, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(None, project, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", change_id=made.id))


@bp.get("/<int:change_id>")
def one(change_id: int) -> Response:
    found = queries.change(change_id)
    require(Permission.PROJECT_READ, found.place)
    return show(found)


@bp.get("/<int:change_id>/edit")
def edit(change_id: int) -> Response:
    found = _mine(change_id)
    return _form(found, found.project, _typed_of(found))


@bp.post("/<int:change_id>/edit")
def save(change_id: int) -> Response:
    found = _mine(change_id)
    project = found.project
    try:
        typed = parse(ChangeForm, request.form)
        with transaction("change request changed"):
            actions.change_words(found, typed.said(_milestone(project, typed.milestone_id)), seen_version=typed.version)
    except Invalid as refusal:
        return _form(queries.change(change_id), project, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(queries.change(change_id), project, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", change_id=change_id))


def _mine(change_id: int) -> ChangeRequest:
    """One the actor may change, now."""
    found = queries.change(change_id)
    require(Permission.CHANGE_EDIT, found.place)
    only_now()
    return found


def _project(typed: str) -> Project | None:
    """Asked for by number, if the actor may write change requests for it. Raises NotFound."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004  # what an id can be
        return None
    found = portfolio.project(int(typed))
    require(Permission.CHANGE_EDIT, found.place)
    return found


def _choices() -> list[tuple[int, str, str]]:
    return portfolio.projects_to_change(actor(), Permission.CHANGE_EDIT)


def _milestone(project: Project, milestone_id: int | None) -> Milestone | None:
    try:
        return schedule.milestone(project.id, milestone_id) if milestone_id else None
    except NotFound:
        raise Invalid({"milestone_id": msg("Choose one from the list.")}) from None


def _typed_of(found: ChangeRequest) -> dict[str, Any]:
    """The request as its form says it."""
    names = ("title", "category", "priority", "requested_by", "situation", "wanted", "if_not", "scope", "alternatives",
             "recommendation", "currency", "milestone_id")  # fmt: skip
    cost = found.cost
    whole = cost is not None and cost == cost.to_integral_value()
    return {name: getattr(found, name) for name in names} | {
        "new_date": found.new_date.isoformat() if found.new_date else "",
        "cost": "" if cost is None else f"{cost:.0f}" if whole else f"{cost:.2f}",
    }


def _form(
    found: ChangeRequest | None,
    project: Project | None,
    typed: Any,
    *,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    db.session.rollback()
    ahead = queries.milestones_ahead(project.id) if project else []
    if found and found.milestone and found.milestone_id not in [row[0] for row in ahead]:
        kept = found.milestone
        ahead.insert(0, (kept.id, f"{kept.code} {kept.name}", kept.forecast))
    return page(
        FORM,
        "change_form",
        status=status,
        found=found,
        project=project,
        typed=typed,
        errors=errors or {},
        is_open=found is None or found.state in CHANGEABLE,
        milestones=ahead,
        projects=[(number, f"{code} {name}") for number, code, name in _choices()] if project is None else [],
        may_choose=found is None,
        currencies=[(code, code) for code in SYMBOLS],
        **WORDS,
    )


def _asked(table: tables.Table) -> Asked:
    given = table.filters
    return Asked(given.get("q", ""), given.get("state", ""), given.get("programme", ""), given.get("priority", ""))


def _cells(row: ChangeRequest) -> tuple[Value, ...]:
    sees_money = can(Permission.MONEY_READ, row.place)
    return (
        row.project.code,
        row.code,
        row.title,
        CATEGORY_NAMES[Category(row.category)],
        PRIORITY_NAMES[row.priority],
        STATE_NAMES[ChangeState(row.state)],
        row.requested_by,
        row.submitted_on,
        row.milestone.name if row.milestone else None,
        row.old_date,
        row.new_date,
        row.cost if sees_money else None,
        row.currency if sees_money and row.cost is not None else None,
        row.scope,
        row.if_not,
        row.decided_on,
        row.reason,
        row.implemented_on,
    )


WORDS: dict[str, Any] = {
    "state_names": STATE_NAMES,
    "tones": TONES,
    "category_names": CATEGORY_NAMES,
    "priority_names": PRIORITY_NAMES,
}
