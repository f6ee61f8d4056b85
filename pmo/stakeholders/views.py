"""One stakeholder beside the register of its project: looked at, added, changed, archived."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import names, owners
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.stakeholders import actions, queries
from pmo.stakeholders.forms import StakeholderForm
from pmo.stakeholders.logic import ENGAGEMENT_NAMES, LEVEL_NAMES, QUADRANT_NAMES, RHYTHM_NAMES, quadrant
from pmo.stakeholders.models import Stakeholder
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import WRITING_OFF

bp = Blueprint("stakeholders", __name__, url_prefix="/projects/<int:project_id>/stakeholders")
PANEL = "stakeholders/stakeholder.html"
CHANGED = "stakeholders-changed"  # the register listens for it


@bp.get("/new")
def new(project_id: int) -> Response:
    return _panel(_editable(project_id), None)


@bp.post("/new")
def add(project_id: int) -> Response:
    project = _editable(project_id)
    try:
        typed = parse(StakeholderForm, request.form)
        with transaction():
            made = actions.add(project, typed.known())
    except Invalid as refusal:
        return _panel(project, None, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(project, None, {"": refusal.message}, 409)
    return _done(project, made, msg("%(name)s is added.", name=made.name))


@bp.get("/<int:stakeholder_id>")
def stakeholder(project_id: int, stakeholder_id: int) -> Response:
    project = portfolio.project(project_id)
    require(Permission.PROJECT_READ, project.place)
    return _panel(project, queries.stakeholder(project, stakeholder_id))


@bp.post("/<int:stakeholder_id>")
def change(project_id: int, stakeholder_id: int) -> Response:
    project = _editable(project_id)
    found = queries.stakeholder(project, stakeholder_id)
    try:
        typed = parse(StakeholderForm, request.form)
        with transaction():
            actions.change(found, typed.known(), seen_version=typed.version)
    except Invalid as refusal:
        return _panel(project, found, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(project, found, {"": refusal.message}, 409)
    return _done(project, found, msg("%(name)s is saved.", name=found.name))


@bp.post("/<int:stakeholder_id>/archive")
def archive(project_id: int, stakeholder_id: int) -> Response:
    project = _editable(project_id)
    found = queries.stakeholder(project, stakeholder_id)
    with transaction():
        actions.archive(found)
    undo = url_for(".restore", project_id=project.id, stakeholder_id=found.id)
    return _done(project, found, msg("%(name)s is archived.", name=found.name), undo)


@bp.post("/<int:stakeholder_id>/restore")
def restore(project_id: int, stakeholder_id: int) -> Response:
    project = _editable(project_id)
    found = queries.stakeholder(project, stakeholder_id)
    with transaction():
        actions.restore(found)
    return _done(project, found, msg("%(name)s is back in the register.", name=found.name))


def _editable(project_id: int) -> Project:
    project = portfolio.project(project_id)
    require(Permission.STAKEHOLDER_EDIT, project.place)
    if g.get("as_of") is not None:
        raise Forbidden(WRITING_OFF)
    return project


def _done(project: Project, found: Stakeholder, said: Message, undo: str = "") -> Response:
    if not wants_fragment():
        return see_other(url_for("project_stakeholders.stakeholders", project_id=project.id), said)
    response = toast(_panel(project, found), said, undo)
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def _panel(project: Project, found: Stakeholder | None, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    runs = project.state != State.ARCHIVED
    may_edit = runs and g.get("as_of") is None and can(Permission.STAKEHOLDER_EDIT, project.place)
    level = queries.high_from(rule_book())
    return page(
        PANEL,
        "panel",
        status=status,
        project=project,
        stakeholder=found,
        quadrant=quadrant(found.power, found.interest, level) if found else None,
        owner=names([found.owner_id]).get(found.owner_id, "") if found and found.owner_id else "",
        owners=owners() if may_edit else [],
        may_edit=may_edit,
        errors=errors or {},
        typed=request.form if errors else {},
        level_names=LEVEL_NAMES,
        engagement_names=ENGAGEMENT_NAMES,
        rhythm_names=RHYTHM_NAMES,
        quadrant_names=QUADRANT_NAMES,
    )
