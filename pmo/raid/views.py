"""The register over all projects one may see: list, side panel, add and change, close and open again."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid
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
    BAND_NAMES,
    CATEGORY_NAMES,
    RESPONSE_NAMES,
    SCALE,
    STATUS_NAMES,
    TYPE_NAMES,
    RaidStatus,
    RaidType,
    end_statuses,
    open_statuses,
)
from pmo.raid.models import RaidItem
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say
from pmo.web.look_back import WRITING_OFF

bp = Blueprint("raid", __name__, url_prefix="/raid")
ITEM, FORM = "raid/item.html", "raid/form.html"
CHANGED = "raid-changed"  # the list and the heads of pages listen for it


@bp.get("/<int:item_id>")
def item(item_id: int) -> Response:
    found = queries.item(item_id)
    require(Permission.PROJECT_READ, found.place)
    return _panel(found)


@bp.get("/new")
def new() -> Response:
    """For one project (?project_id=), else for one to choose."""
    require_anywhere(Permission.RAID_EDIT)
    _writable()
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
    return _done(made, msg("%(code)s is in the register.", code=made.code))


@bp.get("/<int:item_id>/edit")
def edit(item_id: int) -> Response:
    return _form(_mine(item_id))


@bp.post("/<int:item_id>/edit")
def save(item_id: int) -> Response:
    found = _mine(item_id)
    try:
        typed = parse(ItemForm, request.form)
        with transaction():
            actions.change(found, _typed(found, typed), seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _stale(found, refusal.message)
    return _done(found, msg("%(code)s is saved.", code=found.code))


@bp.get("/<int:item_id>/close")
def close_form(item_id: int) -> Response:
    return _panel(_mine(item_id), closing=True)


@bp.post("/<int:item_id>/close")
def close(item_id: int) -> Response:
    found = _mine(item_id)
    try:
        typed = parse(CloseForm, request.form)
        with transaction(typed.reason):
            actions.close(found, typed.reason, status=typed.status, seen_version=typed.version or None)
    except Invalid as refusal:
        return _panel(found, closing=True, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _panel(found, errors={"": refusal.message}, status=409)
    return _done(found, msg("%(code)s is closed.", code=found.code), url_for(".reopen", item_id=found.id))


@bp.post("/<int:item_id>/reopen")
def reopen(item_id: int) -> Response:
    found = _mine(item_id)
    with transaction():
        actions.reopen(found)
    return _done(found, msg("%(code)s is open again.", code=found.code))


@bp.post("/<int:item_id>/issue")
def become_issue(item_id: int) -> Response:
    """A risk that occurred, an assumption proved wrong."""
    found = _mine(item_id)
    try:
        with transaction():
            issue = actions.become_issue(found)
    except Conflict as refusal:
        return _panel(found, errors={"": refusal.message}, status=409)
    return _done(issue, msg("%(code)s took over.", code=issue.code))


def _typed(found: RaidItem, typed: ItemForm) -> Item:
    """The day of need of an agreement is changed there, with a reason."""
    item = typed.item(found.due)
    if found.type == RaidType.DEPENDENCY and of_item(found.id) is not None:
        return replace(item, due=found.due)
    return item


def announce(response: Response) -> Response:
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def _mine(item_id: int) -> RaidItem:
    """An item that the actor may change, now."""
    found = queries.item(item_id)
    require(Permission.RAID_EDIT, found.place)
    _writable()
    return found


def _writable() -> None:
    if g.get("as_of") is not None:
        raise Forbidden(WRITING_OFF)


def _asked_project(text: str) -> Project | None:
    if not text.isdigit() or len(text) > 9:
        return None
    project = project_of(int(text))
    require(Permission.RAID_EDIT, project.place)
    return project


def _done(found: RaidItem, message: Message, undo: str = "") -> Response:
    """The panel with the item as it is now; the page of the item without script."""
    if not wants_fragment():
        return see_other(url_for(".item", item_id=found.id))
    return announce(toast(_panel(found), message, undo))


def _panel(
    found: RaidItem,
    *,
    closing: bool = False,
    errors: dict[str, Message] | None = None,
    status: int = 200,
    note: Message | None = None,
) -> Response:
    db.session.rollback()
    may_edit = g.get("as_of") is None and can(Permission.RAID_EDIT, found.place)
    owner = names([found.owner_id]).get(found.owner_id, "") if found.owner_id else ""
    return page(
        ITEM,
        "panel",
        status=status,
        item=found,
        kind=RaidType(found.type),
        project=found.project,
        owner=owner,
        closing=closing,
        note=note,
        errors=errors or {},
        typed=request.form if errors else {},
        bands=queries.bands_of(rule_book()),
        may_edit=may_edit,
        agreement=of_item(found.id) if found.type == RaidType.DEPENDENCY else None,
        ends=[(end, STATUS_NAMES[end]) for end in end_statuses(RaidType(found.type))],
        **WORDS,
    )


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
        typed=request.form if errors else {},
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


WORDS: dict[str, Any] = {
    "type_names": TYPE_NAMES,
    "status_names": STATUS_NAMES,
    "response_names": RESPONSE_NAMES,
    "category_names": CATEGORY_NAMES,
    "band_names": BAND_NAMES,
}
