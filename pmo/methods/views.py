"""What each method asks for: the PMO adds, changes and retires artefacts; everybody who reads projects may look."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.methods import actions, queries
from pmo.methods.forms import ArtefactForm
from pmo.methods.models import Artefact
from pmo.portfolio.logic import METHOD_NAMES, PHASE_NAMES, Method, Phase
from pmo.web.access import can, require_anywhere
from pmo.web.downloads import Column, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("artefacts", __name__, url_prefix="/artefacts")
LIST, ONE = "methods/artefacts.html", "methods/artefact.html"
COLUMNS = (
    Column(msg("Method"), width=14), Column(msg("Phase"), width=14), Column(msg("Artefact"), width=44),
    Column(msg("Name in French"), width=44), Column(msg("Name in Dutch"), width=44), Column(msg("Retired")),
)  # fmt: skip


@bp.get("")
def artefacts() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    method = _method(request.args.get("method", ""))
    tabs = [(METHOD_NAMES[one], url_for(".artefacts", method=one.value), None, one is method) for one in Method]
    found = queries.artefacts(method)
    return page(
        LIST,
        "artefact_table",
        method=method,
        tabs=tabs,
        asked=[one for one in found if one.retired_at is None],
        retired=[one for one in found if one.retired_at is not None],
        may_edit=_may_edit(),
        **_words(),
    )


@bp.get("/list.xlsx")
def artefacts_excel() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    rows = (
        (METHOD_NAMES[Method(one.method)], PHASE_NAMES[Phase(one.phase)], one.name, one.name_fr, one.name_nl,
         msg("yes") if one.retired_at else None)
        for one in queries.every_artefact()
    )  # fmt: skip
    title = say(msg("Required documents"))
    return excel(title, workbook(title, COLUMNS, rows, language()))


@bp.get("/new")
def new() -> Response:
    _editable()
    return _form(None, _method(request.args.get("method", "")))


@bp.post("/new")
def add() -> Response:
    _editable()
    method = _method(request.form.get("method", ""))
    try:
        typed = parse(ArtefactForm, request.form)
        with transaction():
            made = actions.ask_for(method, typed.asked())
    except Invalid as refusal:
        return _form(None, method, refusal.errors, 422)
    return _done(made, msg("%(name)s is asked for from now on.", name=made.called(language())))


@bp.get("/<int:artefact_id>")
def artefact(artefact_id: int) -> Response:
    require_anywhere(Permission.PROJECT_READ)
    return _form(queries.artefact(artefact_id))


@bp.post("/<int:artefact_id>")
def change(artefact_id: int) -> Response:
    found = _editable_one(artefact_id)
    try:
        typed = parse(ArtefactForm, request.form)
        with transaction():
            actions.change_artefact(found, typed.asked(), seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return _done(found, msg("%(name)s is saved.", name=found.called(language())))


@bp.post("/<int:artefact_id>/retire")
def retire(artefact_id: int) -> Response:
    found = _editable_one(artefact_id)
    with transaction():
        actions.retire(found)
    message = msg("%(name)s is not asked for any more.", name=found.called(language()))
    return _done(found, message, url_for(".restore", artefact_id=found.id))


@bp.post("/<int:artefact_id>/restore")
def restore(artefact_id: int) -> Response:
    found = _editable_one(artefact_id)
    with transaction():
        actions.restore(found)
    return _done(found, msg("%(name)s is asked for again.", name=found.called(language())))


def _may_edit() -> bool:
    return g.get("as_of") is None and can(Permission.ARTEFACT_EDIT)


def _editable() -> None:
    """Every project of a method must have what stands here: it takes the right for the whole house."""
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    if not can(Permission.ARTEFACT_EDIT):
        raise Forbidden


def _editable_one(artefact_id: int) -> Artefact:
    _editable()
    return queries.artefact(artefact_id)


def _method(text: str) -> Method:
    return Method(text) if text in set(Method) else Method.PM2


def _words() -> dict[str, Any]:
    return {"method_names": METHOD_NAMES, "phase_names": PHASE_NAMES, "language": language()}


def _done(found: Artefact, message: Message, undo: str = "") -> Response:
    if not wants_fragment():
        return see_other(url_for(".artefacts", method=found.method), message)
    response = toast(_form(found), message, undo)
    response.headers["HX-Trigger-After-Settle"] = "artefacts-changed"
    return response


def _form(
    found: Artefact | None, method: Method = Method.PM2, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    """One artefact beside the list, or a new one."""
    db.session.rollback()
    return page(
        ONE,
        "panel",
        status=status,
        artefact=found,
        method=Method(found.method) if found else method,
        errors=errors or {},
        typed=request.form if errors else {},
        may_edit=_may_edit(),
        **_words(),
    )
