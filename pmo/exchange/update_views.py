"""Update sheets by the browser: sent for oneself, a person or a filter; brought back, looked at, applied or thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.exchange import runs
from pmo.exchange.logic.update_sheet import Line
from pmo.exchange.models import ImportRun
from pmo.exchange.updates import lines, looking, pages
from pmo.exchange.updates.keeping import KIND, keep_applied
from pmo.exchange.updates.sending import send
from pmo.exchange.updates.showing import compared, plain
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound, Refused
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission
from pmo.people.queries import actors
from pmo.portfolio.queries import project as project_of
from pmo.raid import queries as raid
from pmo.raid import register_views
from pmo.status.asking import Selection
from pmo.status.queries import project_statuses
from pmo.status.views import asked_for
from pmo.web import filters, tables
from pmo.web.access import actor, require, require_anywhere
from pmo.web.downloads import excel
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("update_sheets", __name__, url_prefix="/update-sheets")
LIST, ONE = "exchange/update_sheets.html", "exchange/update_sheet.html"
Errors = Mapping[str, Message]


@bp.get("")
def sheets() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    return _list({})


@bp.post("/me")
def for_me() -> Response:
    """What the person asking answers for."""
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    me = actor()
    try:
        found = lines.of_person(me, me)
    except Invalid as refusal:
        return _list(refusal.errors, 422)
    return _sent(found, msg("What %(name)s answers for", name=me.name), me.language, me.person_id)


@bp.post("/person")
def for_person() -> Response:
    """What somebody else answers for, as far as both may see it."""
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    given = request.form.get("person_id", "")
    try:
        ids = [int(given)] if given.isascii() and given.isdigit() and len(given) < 10 else []  # noqa: PLR2004
        person = actors(clock.today(), ids).get(ids[0]) if ids else None
        if person is None:
            raise Invalid({"person_id": msg("Choose a person.")})
        found = lines.of_person(person, actor())
    except Invalid as refusal:
        return _list(refusal.errors, 422)
    return _sent(found, msg("What %(name)s answers for", name=person.name), person.language, person.person_id)


@bp.post("/projects")
def for_projects() -> Response:
    """What is open in the projects of a filter: that of the portfolio page, or words typed here."""
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    try:
        ids = [row.id for row in project_statuses(actor(), _selection())]
        found = lines.of_projects(ids, actor())
    except Invalid as refusal:
        return _list(refusal.errors, 422)
    title = nmsg("What is open in %(num)s project", "What is open in %(num)s projects", len(ids))
    return _sent(found, title, actor().language)


@bp.post("/projects/<int:project_id>")
def for_project(project_id: int) -> Response:
    project = project_of(project_id)
    require(Permission.PROJECT_READ, project.place)
    only_now()
    try:
        found = lines.of_milestones(project)
    except Invalid as refusal:
        return _list(refusal.errors, 422)
    return _sent(found, msg("Milestones of %(code)s %(name)s", code=project.code, name=project.name), actor().language)


@bp.post("/register")
def for_register() -> Response:
    """The items of the register as its page filters and sorts them."""
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    table = tables.read(register_views.COLUMNS, register_views.FILTERS, endpoint="register.items")
    order = raid.order_of(table.sort, table.is_descending)
    try:
        rows = raid.whole(actor(), register_views.asked_of(table), clock.today(), order)
        found = lines.of_items([row.item for row in rows])
    except Invalid as refusal:
        return _list(refusal.errors, 422)
    return _sent(found, msg("Items of the RAID register"), actor().language)


@bp.post("")
def upload() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    only_now()
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not sent.filename or not content:
        return _list({"file": msg("Choose a file with something in it.")}, 422)
    name = sent.filename.replace("\\", "/").rpartition("/")[2][:200].replace("\x00", "")
    shown = compared(content, name, actor())
    with transaction("update sheet uploaded"):
        run = runs.start(KIND, name, content, person_id=actor().person_id, portfolio="")
        runs.keep(run, shown)
    return see_other(url_for(".sheet", run_id=run.id))


@bp.get("/<int:run_id>")
def sheet(run_id: int) -> Response:
    return _page(_mine(run_id), {})


@bp.post("/<int:run_id>/apply")
def apply(run_id: int) -> Response:
    """As it was shown, in one transaction; shown again when something else changed meanwhile."""
    run = _mine(run_id)
    only_now()
    try:
        if run.state != runs.READY:
            raise Conflict(msg("This sheet was already brought in or thrown away."))
        found = looking.look(run.content, run.file_name, actor())
        shown = plain(found)
        if shown["fingerprint"] != request.form.get("fingerprint"):
            raise Conflict(runs.CHANGED_MEANWHILE)
        mine = {key.removeprefix("choice-") for key, said in request.form.items() if key.startswith("choice-") and said == "mine"}
        changed = looking.apply(found, run.file_name, actor(), mine)
    except Refused as refusal:
        return _stale(run, refusal.message)
    with transaction("update sheet applied"):
        keep_applied(run, shown, mine, changed)
    return see_other(url_for(".sheet", run_id=run_id))


@bp.post("/<int:run_id>/discard")
def discard(run_id: int) -> Response:
    run = _mine(run_id)
    only_now()
    with transaction("update sheet thrown away"):
        runs.discard(run)
    return see_other(url_for(".sheets"))


@bp.get("/<int:run_id>/refused.xlsx")
def refused(run_id: int) -> Response:
    """The refused cells, to send back to whoever filled the sheet in."""
    return excel("refused", pages.refused_workbook(_mine(run_id), actor()))


def _selection() -> Selection:
    """What the address asks for, as on the portfolio page; words typed into the form of this page take their place."""
    asked = asked_for("status.portfolio")
    if "q" in request.form:
        return replace(asked.selection, query=filters.parse(request.form["q"]))
    if asked.error is not None:
        raise Invalid({"q": asked.error})
    return asked.selection


def _sent(found: Sequence[Line], title: Message, language: str, person_id: int | None = None) -> Response:
    with transaction("update sheet made"):
        number, content = send(found, title, actor(), language=language, person_id=person_id)
    return excel(f"update-sheet-{number}", content)


def _mine(run_id: int) -> ImportRun:
    """Only who uploaded a sheet sees it."""
    require_anywhere(Permission.PROJECT_READ)
    found = db.session.get(ImportRun, run_id)
    if found is None or found.person_id != actor().person_id or found.kind != KIND:
        raise NotFound
    return found


def _stale(run: ImportRun, why: Message) -> Response:
    """The sheet as it would be applied now, with what was chosen."""
    if run.state == runs.READY:
        shown = compared(run.content, run.file_name, actor())
        with transaction("update sheet read"):
            runs.keep(run, shown)
    return _page(run, {"": why}, 409)


def _list(errors: Errors, status: int = 200) -> Response:
    typed = request.form if errors else {}
    return page(LIST, "update_sheets", status=status, errors=dict(errors), typed=typed, **pages.overview(actor()))


def _page(run: ImportRun, errors: Errors, status: int = 200) -> Response:
    return page(ONE, "update_sheet", status=status, errors=dict(errors), typed=request.form, **pages.shown(run, actor()))
