"""The PMO lets another overall colour count than the computed one: with a reason and until a day, or ends that early."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.colours import glyph
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import COLOUR_NAMES
from pmo.portfolio.models import Project
from pmo.status import actions
from pmo.status.colours import Situation
from pmo.status.forms import OverrideForm
from pmo.status.logic.health import ProjectHealth
from pmo.status.logic.override import COLOURS, Bounds
from pmo.status.queries import project_status, situation
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("overrides", __name__, url_prefix="/projects/<int:project_id>/override")
FORM = "status/project_override.html"
CHOICES = tuple((colour.value, COLOUR_NAMES[colour], colour.value) for colour in COLOURS)


@bp.get("")
def override(project_id: int) -> Response:
    return _form(_writable(project_id))


@bp.post("")
def save(project_id: int) -> Response:
    found = _writable(project_id)
    try:
        typed = parse(OverrideForm, request.form)
        with transaction(typed.reason):
            actions.override(found, wish=typed.wish, seen=typed.seen)
    except Invalid as refusal:
        return _form(found, typed=request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, typed=request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.project", project_id=project_id))


@bp.post("/end")
def end(project_id: int) -> Response:
    found = _writable(project_id)
    try:
        typed = parse(OverrideForm, request.form)
        with transaction():
            actions.end_override(found, seen=typed.seen)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.project", project_id=project_id))


def _writable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.HEALTH_OVERRIDE, found.place)
    only_now()
    return found


def _form(found: Project, *, typed: Any = None, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    g.menu_entry = "status.portfolio"
    at = situation(actor())
    health = project_status(actor(), found.id, at=at).health
    bounds = actions.bounds_of(health, found.programme_id, at.today)
    shown = typed if typed is not None else _filled(health, bounds, at)
    words: dict[str, Any] = {"health": health, "bounds": bounds, "title": _title(health), "choices": CHOICES}
    return page(FORM, "override", status=status, project=found, typed=shown, errors=errors or {}, **words)


def _title(health: ProjectHealth) -> Message:
    if health.override is None:
        return msg("Override the colour")
    return msg("Overridden: %(colour)s", colour=glyph(health.override.colour, language()).word)


def _filled(health: ProjectHealth, bounds: Bounds, at: Situation) -> dict[str, Any]:
    """What counts now; else until the next committee, where that is near enough."""
    running = health.override
    if running is not None:
        return {"colour": running.colour, "reason": running.reason, "ends_on": running.ends_on}
    is_near = at.before is not None and at.today < at.before <= bounds.last_day
    return {"ends_on": at.before if is_near else None}
