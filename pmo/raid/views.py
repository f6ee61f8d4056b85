"""The register over all projects one may see: list, side panel, add and change, close and open again."""

from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.formats import day
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import names, owners
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.portfolio.queries import projects_to_change
from pmo.raid import actions, queries
from pmo.raid.actions import Item
from pmo.raid.agreement_queries import of_item
from pmo.raid.forms import CloseForm, ItemForm, NewItem
from pmo.raid.logic import (
    SCALE,
    STATUS_NAMES,
    RaidStatus,
    RaidType,
    end_statuses,
    open_statuses,
)
from pmo.raid.models import RaidItem
from pmo.raid.panels import WORDS, done, mine, panel
from pmo.web.access import actor, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("raid", __name__, url_prefix="/raid")
FORM = "raid/form.html"


@bp.get("/<int:item_id>")
def item(item_id: int) -> Response:
    found = queries.item(item_id)
    require(Permission.PROJECT_READ, found.place)
    return panel(found)


@bp.get("/new")
def new() -> Response:
    """For one project (?project_id=), else for one to choose."""
    require_anywhere(Permission.RAID_EDIT)
    only_now()
    return _form(None, _asked_project(request.args.get("project_id", "")))


@bp.post("/new")
def add() -> Response:
    require_anywhere(Permission.RAID_EDIT)
    project = _asked_project(request.form.get("project_id", ""))
    try:
        typed = parse(NewItem, request.form)
        if project is None:
            raise Invalid({"project_id": msg("Choose a project.")})
        with transaction():
            made = actions.add(project, typed.type, typed.item())
    except Invalid as refusal:
        return _form(None, project, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(None, project, errors={"": refusal.message}, status=409)
    return done(made, msg("%(code)s is in the register.", code=made.code))


@bp.get("/<int:item_id>/edit")
def edit(item_id: int) -> Response:
    return _form(mine(item_id))


@bp.post("/<int:item_id>/edit")
def save(item_id: int) -> Response:
    found = mine(item_id)
    try:
        typed = parse(ItemForm, request.form)
        with transaction():
            actions.change(found, _typed(found, typed), seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _stale(found, refusal.message)
    return done(found, msg("%(code)s is saved.", code=found.code))


@bp.get("/<int:item_id>/close")
def close_form(item_id: int) -> Response:
    return panel(mine(item_id), doing="close")


@bp.post("/<int:item_id>/close")
def close(item_id: int) -> Response:
    found = mine(item_id)
    try:
        typed = parse(CloseForm, request.form)
        with transaction(typed.reason):
            actions.close(found, typed.reason, status=typed.status, seen_version=typed.version or None)
    except Invalid as refusal:
        return panel(found, doing="close", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return panel(found, errors={"": refusal.message}, status=409)
    return done(found, msg("%(code)s is closed.", code=found.code), url_for(".reopen", item_id=found.id))


@bp.post("/<int:item_id>/reopen")
def reopen(item_id: int) -> Response:
    found = mine(item_id)
    with transaction():
        actions.reopen(found)
    return done(found, msg("%(code)s is open again.", code=found.code))


@bp.post("/<int:item_id>/issue")
def become_issue(item_id: int) -> Response:
    """A risk that occurred, an assumption that does not hold."""
    return _become(item_id, RaidType.ISSUE)


@bp.post("/<int:item_id>/risk")
def become_risk(item_id: int) -> Response:
    """An assumption that does not hold, while nothing has happened yet."""
    return _become(item_id, RaidType.RISK)


def _become(item_id: int, into: RaidType) -> Response:
    found = mine(item_id)
    try:
        with transaction():
            follower = actions.become(found, into)
    except Conflict as refusal:
        return panel(found, errors={"": refusal.message}, status=409)
    return done(follower, msg("%(code)s took over.", code=follower.code))


def _typed(found: RaidItem, typed: ItemForm) -> Item:
    """The day of need of an agreement is changed there, with a reason."""
    item = typed.item(found.due)
    if found.type == RaidType.DEPENDENCY and of_item(found.id) is not None:
        return replace(item, due=found.due)
    return item


def _asked_project(text: str) -> Project | None:
    if not text.isdecimal() or len(text) > 9:
        return None
    project = project_of(int(text))
    require(Permission.RAID_EDIT, project.place)
    return project


def _form(
    found: RaidItem | None,
    project: Project | None = None,
    *,
    errors: dict[str, Message] | None = None,
    theirs: list[tuple[Message, str]] | None = None,
    status: int = 200,
) -> Response:
    """Of an item, or of a new one."""
    db.session.rollback()
    asked = request.form.get("type") or request.args.get("type", "")
    kind = RaidType(found.type) if found else RaidType(asked) if asked in set(RaidType) else RaidType.RISK
    project = found.project if found else project
    statuses = [(state, STATUS_NAMES[state]) for state in open_statuses(kind)]
    if found is not None and found.closed_on is not None:
        statuses = [(state, STATUS_NAMES[state]) for state in end_statuses(kind)]
    return page(
        FORM,
        "panel",
        status=status,
        item=found,
        kind=kind,
        project=project,
        errors=errors or {},
        typed=request.form if errors else request.args if found is None else {},
        projects=projects_to_change(actor(), Permission.RAID_EDIT) if project is None else [],
        owners=owners(),
        statuses=statuses,
        agreement=of_item(found.id) if found and kind is RaidType.DEPENDENCY else None,
        theirs=theirs,
        scale=[(number, name) for number, name in SCALE.items()],
        **WORDS,
    )


def _stale(found: RaidItem, message: Message) -> Response:
    """The form again with what was typed, and beside it what the item says now where that differs."""
    db.session.rollback()
    return _form(found, errors={"": message}, theirs=_theirs(found), status=409)


def _theirs(found: RaidItem) -> list[tuple[Message, str]]:
    now = {
        "title": (msg("Title"), found.title),
        "description": (msg("Description"), found.description),
        "probability": (msg("Likelihood"), str(found.probability or "")),
        "impact": (msg("Impact"), str(found.impact or "")),
        "owner_id": (msg("Owner"), str(found.owner_id or "")),
        "due": (msg("Due"), day(found.due, language())),
        "response_text": (msg("Response in words"), found.response_text),
        "status": (msg("State"), found.status),
    }
    shown = {"owner_id": names([found.owner_id] if found.owner_id else []).get(found.owner_id or 0, "")}
    shown["status"] = say(STATUS_NAMES[RaidStatus(found.status)])
    typed = {name: request.form.get(name, "").strip() for name in now if name in request.form}
    return [(label, shown.get(name, value)) for name, (label, value) in now.items() if typed.get(name, value) != value]
