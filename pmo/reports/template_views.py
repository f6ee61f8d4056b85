"""Pages of a house's own Word templates: the list, the names, a new one, one with its versions, an edition in it."""

from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.documents.logic import TYPES
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission
from pmo.reports import queries as editions
from pmo.reports import redrawing
from pmo.reports import template_actions as actions
from pmo.reports import template_queries as queries
from pmo.reports.forms import SeenForm, TemplateForm
from pmo.reports.logic.template_columns import Kind
from pmo.reports.logic.template_findings import hints
from pmo.reports.logic.template_names import CATALOGUE, GROUPS, Group, flat
from pmo.reports.models import ReportTemplate
from pmo.reports.template_actions import Checked
from pmo.reports.word_template.sample import sample
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can, can_anywhere, require, require_anywhere
from pmo.web.downloads import attachment
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("templates", __name__, url_prefix="/reports")
LIST, NAMES, NEW, ONE = (
    "reports/templates.html",
    "reports/template_names.html",
    "reports/template_new.html",
    "reports/template.html",
)
MEDIA_TYPE = TYPES["docx"]
GROUP_NAMES: dict[Group, Message] = {
    Group.ABOUT: msg("About the report"),
    Group.FIGURES: msg("Key figures"),
    Group.TABLES: msg("Tables"),
    Group.CHARTS: msg("Charts"),
}


@bp.get("/templates")
def templates() -> Response:
    require_anywhere(Permission.REPORT_READ)
    rows = queries.templates(actor())
    may_add = g.get("as_of") is None and can_anywhere(Permission.REPORT_PUBLISH)
    live, archived = ([one for one in rows if bool(one.template.archived_at) is old] for old in (False, True))
    return page(LIST, "templates", live=live, archived=archived, may_add=may_add, **_words())


@bp.get("/templates/names")
def names() -> Response:
    """What a template may name, with what each name gives."""
    require_anywhere(Permission.REPORT_READ)
    return page(NAMES, "names", groups=GROUPS, group_names=GROUP_NAMES, kinds=Kind, **_words())


@bp.get("/templates/sample.docx")
def sample_file() -> Response:
    require_anywhere(Permission.REPORT_READ)
    name = say(msg("Sample template"))
    return attachment(f"{name}.docx", sample(language()), MEDIA_TYPE)


@bp.get("/templates/new")
def new() -> Response:
    _may_write()
    return _new({})


@bp.post("/templates/new")
def add() -> Response:
    _may_write()
    try:
        typed = parse(TemplateForm, request.form)
        require(Permission.REPORT_PUBLISH, _portfolio(typed.portfolio_id))
        if typed.portfolio_id not in {one.id for one in queries.portfolios(actor())}:
            raise Invalid({"portfolio_id": msg("Choose one from the list.")})
        checked = _checked()
        if not checked.verdict.is_good:
            return _new({"file": checked.verdict.sentence}, checked, 422)
        with transaction():
            made = actions.add(typed.portfolio_id, typed.name, checked)
    except Invalid as refusal:
        return _new(refusal.errors, status=422)
    return see_other(url_for(".template", template_id=made.id), msg("%(name)s is checked and can be used.", name=made.name))


@bp.get("/templates/<int:template_id>")
def template(template_id: int) -> Response:
    return _one(_readable(template_id))


@bp.post("/templates/<int:template_id>")
def replace(template_id: int) -> Response:
    """The next version."""
    found = _editable(template_id)
    try:
        typed, checked = parse(SeenForm, request.form), _checked()
        if not checked.verdict.is_good:
            return _one(found, {"file": checked.verdict.sentence}, checked, 422)
        with transaction():
            actions.replace(found, checked, seen_version=typed.version)
    except Invalid as refusal:
        return _one(found, refusal.errors, status=422)
    except Conflict as refusal:
        return _one(found, {"": refusal.message}, status=409)
    said = msg("Version %(number)s of %(name)s is checked and can be used.", number=found.versions, name=found.name)
    return see_other(url_for(".template", template_id=found.id), said)


@bp.post("/templates/<int:template_id>/archive")
def archive(template_id: int) -> Response:
    found = _editable(template_id)
    with transaction():
        actions.archive(found)
    said = msg("%(name)s is archived. Editions published for it can still be fetched in it.", name=found.name)
    return see_other(url_for(".template", template_id=found.id), said)


@bp.post("/templates/<int:template_id>/restore")
def restore(template_id: int) -> Response:
    found = _editable(template_id)
    try:
        with transaction():
            actions.restore(found)
    except Invalid as refusal:
        return _one(found, {"": refusal.errors["name"]}, status=422)
    return see_other(url_for(".template", template_id=found.id), msg("%(name)s is offered again.", name=found.name))


@bp.post("/templates/<int:template_id>/committees")
def give(template_id: int) -> Response:
    """Which committees are given this template."""
    found = _editable(template_id)
    chosen = {int(text) for text in request.form.getlist("committee") if text.isascii() and text.isdigit() and len(text) < 10}  # noqa: PLR2004
    try:
        typed = parse(SeenForm, request.form)
        replacing = queries.replaced(found, chosen)
        if replacing and not request.form.get("replace"):
            return _one(found, status=422, chosen=chosen, replacing=replacing)
        with transaction():
            actions.give(found, chosen, seen_version=typed.version)
    except Invalid as refusal:
        return _one(found, refusal.errors, status=422)
    except Conflict as refusal:
        return _one(found, {"": refusal.message}, status=409)
    return see_other(url_for(".template", template_id=found.id), msg("The committees of %(name)s are saved.", name=found.name))


@bp.get("/templates/<int:template_id>/<int:number>/file.docx")
def file(template_id: int, number: int) -> Response:
    """The bytes of one version."""
    _readable(template_id)
    found = queries.version(template_id, number)
    return attachment(found.file_name, found.stored.content, MEDIA_TYPE)


@bp.get("/templates/<int:template_id>/<int:number>/<any(en, fr, nl):lang>/trial.docx")
def trial(template_id: int, number: int, lang: str) -> Response:
    """One version filled with the invented report."""
    _readable(template_id)
    found = queries.version(template_id, number)
    filled = actions.on_trial(found.stored.content, lang)
    if not filled.document:
        raise Conflict(filled.verdict.sentence)
    return attachment(f"{found.file_name.removesuffix('.docx')}-{lang}.docx", filled.document, MEDIA_TYPE)


@bp.get("/<int:edition_id>/<any(en, fr, nl):lang>/template.docx")
def edition(edition_id: int, lang: str) -> Response:
    """An edition in a house's own template, filled from what was frozen."""
    require(Permission.REPORT_READ, editions.edition(edition_id).place)
    asked = request.args.get("template", "")
    template_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None  # noqa: PLR2004
    settings: Settings = current_app.config["SETTINGS"]
    made = redrawing.in_template(edition_id, lang, settings.organisation, template_id)
    return attachment(made.name, made.content, MEDIA_TYPE)


def _portfolio(portfolio_id: int) -> Any:
    return ReportTemplate(portfolio_id=portfolio_id).place


def _may_write() -> None:
    require_anywhere(Permission.REPORT_READ)
    only_now()
    if not can_anywhere(Permission.REPORT_PUBLISH):
        raise Forbidden


def _readable(template_id: int) -> ReportTemplate:
    found = queries.template(template_id)
    require(Permission.REPORT_READ, found.place)
    return found


def _editable(template_id: int) -> ReportTemplate:
    found = queries.template(template_id)
    require(Permission.REPORT_PUBLISH, found.place)
    only_now()
    return found


def _checked() -> Checked:
    sent = request.files.get("file")
    return actions.check(sent.filename or "" if sent else "", sent.read() if sent else b"", language())


def _words() -> dict[str, Any]:
    return {"languages": LANGUAGE_NAMES, "codes": LANGUAGES, "most_mib": int(rule_book().value("template.file.most"))}


def _new(errors: dict[str, Message], checked: Checked | None = None, status: int = 200) -> Response:
    db.session.rollback()
    portfolios = [(one.id, one.name) for one in queries.portfolios(actor())]
    shown: dict[str, Any] = {"errors": errors, "checked": checked, "typed": request.form, "portfolios": portfolios}
    return page(NEW, "new_template", status=status, **shown, **_words())


def _one(
    found: ReportTemplate,
    errors: dict[str, Message] | None = None,
    checked: Checked | None = None,
    status: int = 200,
    **asked: Any,
) -> Response:
    """`asked`: committees that were chosen, and what they would lose by it."""
    db.session.rollback()
    versions = queries.versions(found)
    used = versions[0][0].used if versions else []
    return page(
        ONE,
        "template",
        status=status,
        own=found,
        versions=versions,
        used=[(path, name) for path, name in flat() if path in used],
        unused=[name for name in CATALOGUE if name.name not in used],
        hints=hints(used),
        committees=queries.committees(found),
        may_edit=g.get("as_of") is None and can(Permission.REPORT_PUBLISH, found.place),
        errors=errors or {},
        checked=checked,
        template_names=queries.names_of(found.portfolio_id),
        **({"chosen": None, "replacing": []} | asked),
        **_words(),
    )
