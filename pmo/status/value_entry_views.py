"""The project manager or finance enters what was planned and spent up to a day, corrects it, or says that it was a slip."""

from typing import Any

from flask import Blueprint, Response, g, request

from pmo.db import db, transaction
from pmo.finance import actions, queries
from pmo.finance.forms import EntryForm, VoidForm
from pmo.finance.logic.measure import METHOD_NAMES
from pmo.finance.models import ValueEntry
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.status.value_views import back
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("value_entries", __name__, url_prefix="/projects/<int:project_id>/value/entries")
FORM = "status/project_value_entry.html"
CLOSED = msg("This project is not open any more: its amounts stand still.")


@bp.get("/new")
def new(project_id: int) -> Response:
    project = portfolio.project(project_id)
    _writable(project.place)
    return _form(project)


@bp.post("/new")
def add(project_id: int) -> Response:
    project = portfolio.project(project_id)
    _writable(project.place)
    try:
        typed = parse(EntryForm, request.form)
        _open(project)
        now = queries.value(actor(), project, clock.today())
        with transaction(typed.note):
            actions.enter(project, amounts=typed.amounts, value=now)
    except Invalid as refusal:
        return _form(project, typed=request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(project, typed=request.form, errors={"": refusal.message}, status=409)
    return see_other(back(project_id))


@bp.get("/<int:entry_id>")
def entry(project_id: int, entry_id: int) -> Response:
    found = queries.entry(project_id, entry_id)
    _writable(found.place)
    return _form(found.project, found)


@bp.post("/<int:entry_id>")
def save(project_id: int, entry_id: int) -> Response:
    found = queries.entry(project_id, entry_id)
    _writable(found.place)
    try:
        typed = parse(EntryForm, request.form)
        _open(found.project)
        now = queries.value(actor(), found.project, clock.today())
        with transaction(typed.note):
            actions.correct(found, amounts=typed.amounts, seen_version=typed.version, value=now)
    except Invalid as refusal:
        return _form(found.project, found, typed=request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found.project, found, typed=request.form, errors={"": refusal.message}, status=409)
    return see_other(back(project_id))


@bp.post("/<int:entry_id>/void")
def void(project_id: int, entry_id: int) -> Response:
    found = queries.entry(project_id, entry_id)
    _writable(found.place)
    try:
        typed = parse(VoidForm, request.form)
        _open(found.project)
        with transaction(typed.void_reason):
            actions.void(found, reason=typed.void_reason, seen_version=typed.version)
    except Invalid as refusal:
        return _form(found.project, found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found.project, found, errors={"": refusal.message}, status=409)
    return see_other(back(project_id))


def _writable(place: Place) -> None:
    require(Permission.VALUE_EDIT, place)
    only_now()


def _open(project: Project) -> None:
    if project.state != State.OPEN:
        raise Conflict(CLOSED)


def _form(
    project: Project,
    found: ValueEntry | None = None,
    *,
    typed: Any = None,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    db.session.rollback()
    g.menu_entry = "status.portfolio"
    now = queries.value(actor(), project, clock.today())
    shown = typed if typed is not None else _filled(found)
    method = METHOD_NAMES[now.work.method]
    words: dict[str, Any] = {"entry": found, "typed": shown, "errors": errors or {}, "standing": now.newest, "method": method}
    return page(FORM, "entry", status=status, project=project, **words)


def _filled(found: ValueEntry | None) -> dict[str, Any]:
    if found is None:
        return {"on_day": clock.today()}
    names = ("on_day", "planned", "actual", "to_complete", "note")
    return {name: getattr(found, name) for name in names}
