"""One stakeholder beside the register of its project or programme: looked at, added, changed, archived."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import names, owners
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme
from pmo.portfolio.queries import Home
from pmo.rules.queries import rule_book
from pmo.stakeholders import actions, queries
from pmo.stakeholders.forms import StakeholderForm
from pmo.stakeholders.logic import ENGAGEMENT_NAMES, LEVEL_NAMES, QUADRANT_NAMES, RHYTHM_NAMES, quadrant
from pmo.stakeholders.models import Stakeholder
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

bp = Blueprint("stakeholders", __name__)
OF_PROJECT, OF_PROGRAMME = "/projects/<int:project_id>/stakeholders", "/programmes/<int:programme_id>/stakeholders"
PANEL = "stakeholders/stakeholder.html"
CHANGED = "stakeholders-changed"  # the register listens for it


@bp.get(f"{OF_PROJECT}/new")
@bp.get(f"{OF_PROGRAMME}/new")
def new(project_id: int | None = None, programme_id: int | None = None) -> Response:
    return _panel(_editable(project_id, programme_id), None)


@bp.post(f"{OF_PROJECT}/new")
@bp.post(f"{OF_PROGRAMME}/new")
def add(project_id: int | None = None, programme_id: int | None = None) -> Response:
    home = _editable(project_id, programme_id)
    try:
        typed = parse(StakeholderForm, request.form)
        with transaction():
            made = actions.add(home, typed.known())
    except Invalid as refusal:
        return _panel(home, None, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(home, None, {"": refusal.message}, 409)
    return _done(home, made, msg("%(name)s is added.", name=made.name))


@bp.get(f"{OF_PROJECT}/<int:stakeholder_id>")
@bp.get(f"{OF_PROGRAMME}/<int:stakeholder_id>")
def stakeholder(stakeholder_id: int, project_id: int | None = None, programme_id: int | None = None) -> Response:
    home = portfolio.home_of(project_id, programme_id)
    require(Permission.PROJECT_READ, home.place)
    return _panel(home, queries.stakeholder(home, stakeholder_id))


@bp.post(f"{OF_PROJECT}/<int:stakeholder_id>")
@bp.post(f"{OF_PROGRAMME}/<int:stakeholder_id>")
def change(stakeholder_id: int, project_id: int | None = None, programme_id: int | None = None) -> Response:
    home = _editable(project_id, programme_id)
    found = queries.stakeholder(home, stakeholder_id)
    try:
        typed = parse(StakeholderForm, request.form)
        with transaction():
            actions.change(found, typed.known(), seen_version=typed.version)
    except Invalid as refusal:
        return _panel(home, found, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(home, found, {"": refusal.message}, 409)
    return _done(home, found, msg("%(name)s is saved.", name=found.name))


@bp.post(f"{OF_PROJECT}/<int:stakeholder_id>/archive")
@bp.post(f"{OF_PROGRAMME}/<int:stakeholder_id>/archive")
def archive(stakeholder_id: int, project_id: int | None = None, programme_id: int | None = None) -> Response:
    home = _editable(project_id, programme_id)
    found = queries.stakeholder(home, stakeholder_id)
    with transaction():
        actions.archive(found)
    undo = url_for(".restore", stakeholder_id=found.id, **key_of(home))
    return _done(home, found, msg("%(name)s is archived.", name=found.name), undo)


@bp.post(f"{OF_PROJECT}/<int:stakeholder_id>/restore")
@bp.post(f"{OF_PROGRAMME}/<int:stakeholder_id>/restore")
def restore(stakeholder_id: int, project_id: int | None = None, programme_id: int | None = None) -> Response:
    home = _editable(project_id, programme_id)
    found = queries.stakeholder(home, stakeholder_id)
    with transaction():
        actions.restore(found)
    return _done(home, found, msg("%(name)s is back in the register.", name=found.name))


def runs(home: Home) -> bool:
    """Nothing changes any more in what is archived."""
    return home.archived_at is None if isinstance(home, Programme) else home.state != State.ARCHIVED


def key_of(home: Home) -> dict[str, Any]:
    """What addresses of its register are made with."""
    return {queries.of(home): home.id}


def _editable(project_id: int | None, programme_id: int | None) -> Home:
    home = portfolio.home_of(project_id, programme_id)
    require(Permission.STAKEHOLDER_EDIT, home.place)
    only_now()
    return home


def _done(home: Home, found: Stakeholder, said: Message, undo: str = "") -> Response:
    if not wants_fragment():
        return see_other(url_for("project_stakeholders.stakeholders", **key_of(home)), said)
    response = toast(_panel(home, found), said, undo)
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def _panel(home: Home, found: Stakeholder | None, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    may_edit = runs(home) and g.get("as_of") is None and can(Permission.STAKEHOLDER_EDIT, home.place)
    level = queries.high_from(rule_book())
    return page(
        PANEL,
        "panel",
        status=status,
        home=home,
        key=key_of(home),
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
