"""What the PMO does to procedures: publish, publish the next version, change whom it is for, withdraw."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.documents.logic import ACCEPT
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Role
from pmo.people.logic import ROLE_NAMES
from pmo.procedures import actions, queries
from pmo.procedures.forms import HeadForm, NewForm, VersionForm
from pmo.procedures.models import Procedure
from pmo.web.access import can, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("publishing", __name__, url_prefix="/procedures")
FORM = "procedures/form.html"


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "procedures.procedures"


@bp.get("/new")
def new() -> Response:
    _editable()
    return _form("new", None)


@bp.post("/new")
def publish() -> Response:
    _editable()
    try:
        typed = parse(NewForm, request.form)
        with transaction():
            made = actions.publish(typed.title, typed.audience, typed.content(), sent=_sent())
    except Invalid as refusal:
        return _form("new", None, refusal.errors, 422)
    return see_other(_page(made), msg("“%(title)s” is published.", title=made.title))


@bp.get("/<int:procedure_id>/version")
def version(procedure_id: int) -> Response:
    return _form("version", _editable_one(procedure_id))


@bp.post("/<int:procedure_id>/version")
def publish_version(procedure_id: int) -> Response:
    found = _editable_one(procedure_id)
    try:
        typed = parse(VersionForm, request.form)
        with transaction(typed.news):
            made = actions.publish_version(found, typed.content(), seen=typed.seen, sent=_sent())
    except Invalid as refusal:
        return _form("version", found, refusal.errors, 422)
    except Conflict as refusal:
        return _form("version", found, {"": refusal.message}, 409)
    said = msg("Version %(number)s of “%(title)s” is published.", number=made.number, title=found.title)
    return see_other(_page(found), said)


@bp.get("/<int:procedure_id>/edit")
def edit(procedure_id: int) -> Response:
    return _form("head", _editable_one(procedure_id))


@bp.post("/<int:procedure_id>/edit")
def change(procedure_id: int) -> Response:
    found = _editable_one(procedure_id)
    try:
        typed = parse(HeadForm, request.form)
        with transaction():
            actions.change(found, typed.title, typed.audience, seen_version=typed.version)
    except Invalid as refusal:
        return _form("head", found, refusal.errors, 422)
    except Conflict as refusal:
        return _form("head", found, {"": refusal.message}, 409)
    return see_other(_page(found), msg("%(name)s is saved.", name=found.title))


@bp.post("/<int:procedure_id>/withdraw")
def withdraw(procedure_id: int) -> Response:
    found = _editable_one(procedure_id)
    with transaction():
        actions.withdraw(found)
    return see_other(_page(found), msg("“%(title)s” is withdrawn. Nobody is asked to read it.", title=found.title))


@bp.post("/<int:procedure_id>/put-back")
def put_back(procedure_id: int) -> Response:
    found = _editable_one(procedure_id)
    with transaction():
        actions.put_back(found)
    return see_other(_page(found), msg("“%(title)s” counts again.", title=found.title))


def _editable() -> None:
    """What stands here is for the whole house, so it takes the right for all of it."""
    require_anywhere(Permission.PROCEDURE_READ)
    only_now()
    if not can(Permission.PROCEDURE_EDIT):
        raise Forbidden


def _editable_one(procedure_id: int) -> Procedure:
    _editable()
    return queries.procedure(procedure_id)


def _page(found: Procedure) -> str:
    return url_for("procedures.procedure", procedure_id=found.id)


def _sent() -> actions.Sent | None:
    sent = request.files.get("file")
    return actions.Sent(sent.filename, sent.read()) if sent and sent.filename else None


def _chosen(found: Procedure | None) -> Sequence[str]:
    """Roles ticked in the form, else those it is for."""
    if request.method == "POST":
        return request.form.getlist("audience")
    return found.audience if found else ()


def _form(kind: str, found: Procedure | None, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """`kind`: new, version or head."""
    db.session.rollback()
    issues = queries.issues_of(found) if found else []
    shown: dict[str, Any] = {"typed": request.form if errors else {}, "errors": errors or {}}
    return page(
        FORM,
        "procedure_form",
        status=status,
        kind=kind,
        procedure=found,
        newest=issues[0][0] if issues else None,
        chosen=_chosen(found),
        roles=[(role.value, ROLE_NAMES[role]) for role in Role],
        from_today=clock.today(),
        accept=ACCEPT,
        **shown,
    )
