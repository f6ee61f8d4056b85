"""Pages of gates: all that are open, one gate with its criteria, planning and cancelling one, another round."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.changes.queries import milestones_ahead
from pmo.committees.decision_forms import day
from pmo.db import db, transaction
from pmo.gates import actions, queries
from pmo.gates.forms import GateForm, ReasonForm, RoundForm
from pmo.gates.models import Gate
from pmo.gates.showing import WORDS, allowed, show
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import PHASE_NAMES
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.schedule import queries as schedule
from pmo.schedule.models import Milestone
from pmo.web import tables
from pmo.web.access import actor, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("gates", __name__, url_prefix="/gates")
LIST, FORM = "gates/list.html", "gates/form.html"
ROWS = 50


@bp.get("")
def register() -> Response:
    """Of all projects one may see, the next one first."""
    require_anywhere(Permission.PROJECT_READ)
    table = tables.read((), ("q", "state"))
    words, state = table.filters.get("q", ""), table.filters.get("state", "")
    shown = queries.register(actor(), words, state, rule_book(), table.cursor, ROWS)
    return page(LIST, "gate_table", table=table, words=words, state=state, shown=shown, language=language(), **WORDS)


@bp.post("/from-method")
def from_method() -> Response:
    """The gates of the project's method, with the criteria they begin with."""
    project = _project(request.form.get("project_id", ""))
    try:
        with transaction("gates of the method"):
            made = actions.add_from_method(project)
    except Conflict as refusal:
        return see_other(url_for("project_gates.gates", project_id=project.id), refusal.message)
    said = msg("The gates of the method are there.") if made else msg("The project has the gates of its method already.")
    return see_other(url_for("project_gates.gates", project_id=project.id), said)


@bp.get("/new")
def new() -> Response:
    return _form(None, _project(request.args.get("project_id", "")), {})


@bp.post("/new")
def add() -> Response:
    project = _project(request.form.get("project_id", ""))
    try:
        typed = parse(GateForm, request.form)
        with transaction("gate added"):
            planned = typed.planned(_milestone(project, typed.milestone_id))
            made = actions.add(project, typed.code, planned, typed.phase)
    except Invalid as refusal:
        return _form(None, project, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(None, project, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", gate_id=made.id))


@bp.get("/<int:gate_id>")
def one(gate_id: int) -> Response:
    found = queries.gate(gate_id)
    require(Permission.PROJECT_READ, found.place)
    return show(found)


@bp.get("/<int:gate_id>/edit")
def edit(gate_id: int) -> Response:
    found = allowed(gate_id)
    planned_on = found.planned_on.isoformat() if found.planned_on else ""
    typed = {"name": found.called(language()), "milestone_id": found.milestone_id, "planned_on": planned_on}
    return _form(found, found.project, typed)


@bp.post("/<int:gate_id>/edit")
def save(gate_id: int) -> Response:
    found = allowed(gate_id)
    project, shown_name = found.project, found.called(language())
    try:
        typed = parse(GateForm, request.form)
        with transaction("gate changed"):
            planned = typed.planned(_milestone(project, typed.milestone_id))
            actions.change(found, planned, shown_name=shown_name, seen_version=typed.version)
    except Invalid as refusal:
        return _form(queries.gate(gate_id), project, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(queries.gate(gate_id), project, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", gate_id=gate_id))


@bp.post("/<int:gate_id>/cancel")
def cancel(gate_id: int) -> Response:
    found = allowed(gate_id)

    def write() -> Gate:
        typed = parse(ReasonForm, request.form)
        actions.cancel(found, typed.reason, seen_version=typed.version)
        return found

    return _write(gate_id, write, request.form.get("reason", "")[:200])


@bp.post("/<int:gate_id>/round")
def another_round(gate_id: int) -> Response:
    """After a hold or a recycle."""
    found = allowed(gate_id)

    def write() -> Gate:
        typed = parse(RoundForm, request.form)
        return actions.next_round(found, day("planned_on", typed.planned_on), seen_version=typed.version)

    return _write(gate_id, write)


def _write(gate_id: int, write: Callable[[], Gate], reason: str = "") -> Response:
    try:
        with transaction(reason or "gate changed"):
            made = write()
    except Invalid as refusal:
        return show(queries.gate(gate_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.gate(gate_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=made.id))


def _project(typed: str) -> Project:
    """Raises NotFound for none, or one whose gates the actor may not plan."""
    require_anywhere(Permission.GATE_EDIT)
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004  # what an id can be
        raise NotFound
    found = portfolio.project(int(typed))
    require(Permission.GATE_EDIT, found.place)
    only_now()
    return found


def _milestone(project: Project, milestone_id: int | None) -> Milestone | None:
    try:
        return schedule.milestone(project.id, milestone_id) if milestone_id else None
    except NotFound:
        raise Invalid({"milestone_id": msg("Choose one from the list.")}) from None


def _form(
    found: Gate | None, project: Project, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    db.session.rollback()
    milestones = milestones_ahead(project.id)
    if found and found.milestone and found.milestone_id not in [row[0] for row in milestones]:
        kept = found.milestone
        milestones.insert(0, (kept.id, f"{kept.code} {kept.name}", kept.forecast))
    return page(
        FORM,
        "gate_form",
        status=status,
        found=found,
        project=project,
        typed=typed,
        errors=errors or {},
        milestones=milestones,
        phase_names=PHASE_NAMES,
        language=language(),
    )
