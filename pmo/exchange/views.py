"""Bringing lists in by the browser: upload, look, correct, apply or throw away."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.exchange import listing, runs
from pmo.exchange.forms import ChoiceForm, UploadForm
from pmo.exchange.logic.fields import Kind
from pmo.exchange.models import ImportRun
from pmo.jobs import defer
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.queries import portfolio_by_code
from pmo.web.access import actor, require, require_anywhere
from pmo.web.downloads import excel
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("imports", __name__, url_prefix="/imports")
LIST, ONE = "exchange/list.html", "exchange/run.html"
READ_AT_ONCE = 1024 * 1024  # bytes: larger files are read by the worker


@bp.get("")
def imports() -> Response:
    require_anywhere(Permission.IMPORT_RUN)
    return _list({}, {})


@bp.post("")
def upload() -> Response:
    require_anywhere(Permission.IMPORT_RUN)
    only_now()
    try:
        typed = parse(UploadForm, request.form)
        code = _portfolio(typed)
        name, content = _file()
    except Invalid as refusal:
        return _list(request.form, refusal.errors, 422)
    with transaction("list uploaded"):
        run = runs.start(typed.kind, name, content, person_id=actor().person_id, portfolio=code)
        if len(content) > READ_AT_ONCE:
            defer("exchange.read", run_id=run.id)
    if len(content) <= READ_AT_ONCE:
        _look(run)
    return see_other(url_for(".run", run_id=run.id))


@bp.get("/<int:run_id>")
def run(run_id: int) -> Response:
    return _page(_mine(run_id))


@bp.post("/<int:run_id>")
def choose(run_id: int) -> Response:
    """Columns, day, answers: looked at again with them."""
    found = _mine(run_id)
    only_now()
    try:
        typed = parse(ChoiceForm, request.form)
    except Invalid as refusal:
        return _page(found, refusal.errors, 422)
    with transaction("choices of an import"):
        runs.choose(
            found,
            mapping=typed.mapping,
            position_on=listing.chosen_day(found, typed.position_on),
            order=typed.order.value if typed.order else "",
            sheet=typed.sheet,
            columns=listing.chosen_columns(found, request.form),
            answers=listing.answers(request.form),
        )
    _look(found)
    return see_other(url_for(".run", run_id=found.id))


@bp.post("/<int:run_id>/apply")
def apply(run_id: int) -> Response:
    found = _mine(run_id)
    only_now()
    try:
        report = runs.apply(found, request.form.get("fingerprint", ""))
    except Conflict as refusal:
        if found.state == runs.READY:
            _look(found)
        return _page(found, {"": refusal.message}, 409)
    with transaction("list brought in"):
        runs.applied(found, report)
    return see_other(url_for(".run", run_id=found.id))


@bp.post("/<int:run_id>/discard")
def discard(run_id: int) -> Response:
    found = _mine(run_id)
    with transaction("list thrown away"):
        runs.discard(found)
    return see_other(url_for(".imports"))


@bp.get("/<int:run_id>/refused.xlsx")
def refused(run_id: int) -> Response:
    return excel("refused", listing.refused_workbook(_mine(run_id), actor().language))


@bp.get("/<int:run_id>/mapping.toml")
def mapping(run_id: int) -> Response:
    return listing.mapping_file(_mine(run_id))


def _mine(run_id: int) -> ImportRun:
    """Only who uploaded a file sees it, and only while they may bring lists into its portfolio."""
    found = db.session.get(ImportRun, run_id)
    require_anywhere(Permission.IMPORT_RUN)
    if found is None or found.person_id != actor().person_id or found.kind not in set(Kind):
        raise NotFound
    _guard_portfolio(found.choices.get("portfolio", ""))
    return found


def _guard_portfolio(code: str) -> None:
    """A portfolio that is there asks for the right to bring lists into it; a new one for the right to add portfolios."""
    try:
        require(Permission.IMPORT_RUN, portfolio_by_code(code).place)
    except NotFound:
        require(Permission.PORTFOLIO_ADMIN)


def _portfolio(typed: UploadForm) -> str:
    code = typed.new_portfolio or typed.portfolio
    if not code:
        raise Invalid({"portfolio": msg("Choose a portfolio, or give the code of a new one.")})
    _guard_portfolio(code)
    if typed.kind is not Kind.PORTFOLIO and typed.new_portfolio:
        raise Invalid({"new_portfolio": msg("Bring its projects in first.")})
    return code


def _file() -> tuple[str, bytes]:
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not sent.filename or not content:
        raise Invalid({"file": msg("Choose a file with something in it.")})
    return sent.filename.replace("\\", "/").rpartition("/")[2][:200].replace("\x00", ""), content


def _look(run: ImportRun) -> None:
    shown = runs.look(run)
    with transaction("import read"):
        runs.keep(run, shown)


def _list(typed: Any, errors: dict[str, Message], status: int = 200) -> Response:
    return page(LIST, "import_form", status=status, typed=typed, errors=errors, **listing.overview(actor()))


def _page(run: ImportRun, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    asked = request.args.get("rows", "1")
    part = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    tab = request.args.get("tab", "")
    return page(ONE, "import_run", status=status, errors=errors or {}, **listing.shown(run, tab, max(part, 1)))
