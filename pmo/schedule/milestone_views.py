"""One milestone beside its list: what it is, every move of its dates; a new one; the baseline of one and of a whole project."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission
from pmo.people.queries import owners
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.rules.queries import rule_book
from pmo.schedule import actions, queries
from pmo.schedule.actions import About
from pmo.schedule.forms import AboutForm, BaselineForm, NewForm, typed_day, typed_day_or_none
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import FIELD_NAMES, PICK_LIST, REASON_NAMES, Dates
from pmo.schedule.models import Milestone
from pmo.schedule.views import announce, milestone_row, said_why
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.htmx import apart, page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

bp = Blueprint("milestones", __name__, url_prefix="/projects/<int:project_id>/milestones")
ONE, NEW, APPROVE = "schedule/milestone.html", "schedule/milestone_new.html", "schedule/milestone_baseline.html"


@bp.get("/<int:milestone_id>")
def milestone(project_id: int, milestone_id: int) -> Response:
    found = queries.milestone(project_id, milestone_id)
    require(Permission.PROJECT_READ, found.place)
    return _panel(found)


@bp.post("/<int:milestone_id>")
def save(project_id: int, milestone_id: int) -> Response:
    """Name, owner, weight, gate, description."""
    found = queries.milestone(project_id, milestone_id)
    require(Permission.MILESTONE_EDIT, found.place)
    try:
        typed = parse(AboutForm, request.form)
        with transaction():
            actions.describe(found, _about(typed), seen_version=typed.version)
    except Invalid as refusal:
        return _panel(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _panel(found, errors={"": refusal.message}, status=409)
    return _saved(found, msg("Saved."))


@bp.post("/<int:milestone_id>/baseline")
def baseline(project_id: int, milestone_id: int) -> Response:
    found = queries.milestone(project_id, milestone_id)
    require(Permission.BASELINE_SET, found.place)
    try:
        typed = parse(BaselineForm, request.form)
        day = typed_day(typed.baseline, "baseline", found.baseline)
        with transaction(said_why(typed.why)):
            actions.set_baseline(found, day, typed.why, seen_version=typed.version)
    except Invalid as refusal:
        return _panel(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _panel(found, errors={"": refusal.message}, status=409)
    return _saved(found, msg("The baseline of %(name)s is %(day)s.", name=found.name, day=day))


@bp.get("/new")
def new(project_id: int) -> Response:
    project = project_of(project_id)
    require(Permission.MILESTONE_EDIT, project.place)
    only_now()
    return _new(project)


@bp.post("/new")
def add(project_id: int) -> Response:
    project = project_of(project_id)
    require(Permission.MILESTONE_EDIT, project.place)
    try:
        typed = parse(NewForm, request.form)
        forecast = typed_day(typed.forecast, "forecast")
        first = typed_day_or_none(typed.baseline, "baseline") if can(Permission.BASELINE_SET, project.place) else None
        with transaction():
            made = actions.add(project, _about(typed), Dates(baseline=first, forecast=forecast), code=typed.code)
    except Invalid as refusal:
        return _new(project, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _new(project, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.milestones", project_id=project_id, _anchor=f"milestone-{made.id}"))


@bp.get("/baseline")
def approve_form(project_id: int) -> Response:
    project = project_of(project_id)
    require(Permission.BASELINE_SET, project.place)
    return _approve(project)


@bp.post("/baseline")
def approve(project_id: int) -> Response:
    """The forecasts of the whole project become its baseline, after a look at what changes."""
    project = project_of(project_id)
    require(Permission.BASELINE_SET, project.place)
    try:
        typed = parse(BaselineForm, request.form)
        with transaction(said_why(typed.why)):
            actions.approve_forecasts(project, typed.why)
    except Invalid as refusal:
        return _approve(project, errors=refusal.errors, status=422)
    return see_other(url_for("projects.milestones", project_id=project_id))


def _panel(found: Milestone, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    project = found.project
    limits = slippage.limits(rule_book(), project.programme_id, project.tolerance_days)
    row = queries.row_of(found, queries.owner_of(found), limits, clock.today())
    may_edit = g.get("as_of") is None and can(Permission.MILESTONE_EDIT, found.place)
    return page(
        ONE,
        "panel",
        status=status,
        project=project,
        row=row,
        moves=queries.moves_of(found.id),
        errors=errors or {},
        typed=request.form if errors else {},
        may_edit=may_edit,
        may_baseline=may_edit and can(Permission.BASELINE_SET, found.place),
        owners=owners() if may_edit else [],
        reasons=PICK_LIST,
        reason_names=REASON_NAMES,
        field_names=FIELD_NAMES,
        limits=limits,
    )


def _saved(found: Milestone, message: Message) -> Response:
    """The panel and, out of band, the row it belongs to."""
    if not wants_fragment():
        return see_other(url_for(".milestone", project_id=found.project_id, milestone_id=found.id))
    response = _panel(found)
    row = milestone_row(found, oob=True)
    response.set_data(response.get_data(as_text=True) + apart(row.get_data(as_text=True)))
    return announce(toast(response, message))


def _new(project: Project, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    typed = request.form if errors else {"weight": "1", "owner_id": project.manager_id or ""}
    may_baseline = can(Permission.BASELINE_SET, project.place)
    return page(
        NEW, "panel", status=status, project=project, typed=typed, errors=errors or {}, owners=owners(), may_baseline=may_baseline
    )


def _approve(project: Project, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    rows = [row for row in queries.rows_of(project, rule_book(), clock.today()) if row.is_open and row.milestone.forecast]
    moving = [row for row in rows if row.milestone.baseline != row.milestone.forecast]
    count = nmsg("%(num)s baseline date changes", "%(num)s baseline dates change", len(moving))
    typed = request.form if errors else {}
    return page(
        APPROVE,
        "approve",
        status=status,
        project=project,
        rows=moving,
        count=count,
        typed=typed,
        errors=errors or {},
        reasons=PICK_LIST,
    )


def _about(typed: AboutForm) -> About:
    return About(typed.name, typed.description, typed.owner_id, typed.weight, typed.is_gate)
