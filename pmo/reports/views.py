"""Pages of editions: the list, one edition with its files and its check, what changed between two."""

from contextlib import suppress
from typing import Any

from flask import Response, current_app, request, url_for

from pmo.config import Settings
from pmo.db import looking_back
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import DIMENSION_NAMES
from pmo.reports import approval_queries, comparing, packs, pdf, queries, redrawing, sending_queries, verifying
from pmo.reports import template_queries as templates
from pmo.reports.columns import CHANGES, EDITIONS, change_lines, edition_line
from pmo.reports.logic import canonical
from pmo.reports.logic.change_lines import CLOSED, GONE, RAISED, because, reason_of
from pmo.reports.logic.content import Report
from pmo.reports.making import NO_OFFICE
from pmo.reports.models import Edition
from pmo.reports.pack_words import PACK_WORDS
from pmo.reports.slides import deck
from pmo.reports.slippage_views import bp as bp  # the same room, in several files
from pmo.reports.word.document import MEDIA_TYPE
from pmo.web import tables
from pmo.web.access import actor, can_anywhere, require, require_anywhere
from pmo.web.downloads import attachment, excel, workbook
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page
from pmo.web.i18n import language, say

LIST, ONE, COMPARE = "reports/list.html", "reports/edition.html", "reports/compare.html"
ROWS = 50


@bp.get("")
def editions() -> Response:
    require_anywhere(Permission.REPORT_READ)
    return _list()


@bp.get("/list.xlsx")
def list_as_excel() -> Response:
    """Every edition of the list, in its order."""
    require_anywhere(Permission.REPORT_READ)
    found = queries.editions(actor(), None, tables.LARGEST)
    rows = [edition_line(row) for row in found.rows]
    return excel(f"editions-{clock.today().isoformat()}", workbook(say(msg("Editions")), EDITIONS, rows, language()))


@bp.get("/<int:edition_id>")
def edition(edition_id: int) -> Response:
    found = _readable(edition_id)
    return page(ONE, "edition", **_about(found))


@bp.get("/<int:edition_id>/<lang>.docx")
def file(edition_id: int, lang: str) -> Response:
    """The bytes that were published."""
    _readable(edition_id)
    found = queries.file_of(edition_id, lang)
    response = attachment(found.name, found.content, found.media_type)
    response.headers["ETag"] = f'"{found.sha256}"'
    return response


@bp.get("/<int:edition_id>/<any(en, fr, nl):lang>/page.docx")
def one_page(edition_id: int, lang: str) -> Response:
    """A project's edition on one page, drawn from what was frozen."""
    _readable(edition_id)
    settings: Settings = current_app.config["SETTINGS"]
    made = redrawing.on_one_page(edition_id, lang, settings.organisation)
    return attachment(made.name, made.content, MEDIA_TYPE)


@bp.get("/<int:edition_id>/<any(en, fr, nl):lang>/slides.pptx")
def slides(edition_id: int, lang: str) -> Response:
    """The edition as a presentation, drawn from what was frozen."""
    _readable(edition_id)
    settings: Settings = current_app.config["SETTINGS"]
    made = redrawing.as_slides(edition_id, lang, settings.organisation)
    return attachment(made.name, made.content, deck.MEDIA_TYPE)


@bp.get("/<int:edition_id>/check")
def check(edition_id: int) -> Response:
    """Computed again from the history: takes as long as making it."""
    _readable(edition_id)
    checked = verifying.verify(edition_id)  # turns the session to the past and back, so nothing is read before it
    return page(ONE, "check", **_about(queries.edition(edition_id)) | {"checked": checked})


@bp.get("/compare")
def compare() -> Response:
    """Of the two editions named, the older one first, whatever their order in the address."""
    require_anywhere(Permission.REPORT_READ)
    try:
        found = _two()
    except Invalid as refusal:
        return _list(refusal.message, 422)
    excel_url = url_for(".compare_as_excel", edition=[found.old.id, found.new.id])
    words: dict[str, Any] = {"dimension_names": DIMENSION_NAMES, "reason_of": reason_of, "because": because}
    words |= {"gone_names": GONE, "raised_names": RAISED, "closed_names": CLOSED}
    return page(COMPARE, "compare", found=found, excel_url=excel_url, **words)


@bp.get("/compare.xlsx")
def compare_as_excel() -> Response:
    require_anywhere(Permission.REPORT_READ)
    found = _two()
    title = say(msg("From %(old)s to %(new)s", old=found.old.title, new=found.new.title))
    name = f"changes-{found.old.title}-{found.new.title}".replace(" ", "-")
    return excel(name, workbook(title, CHANGES, change_lines(found.changes), language()))


def _readable(edition_id: int) -> Edition:
    found = queries.edition(edition_id)
    require(Permission.REPORT_READ, found.place)
    return found


def _two() -> comparing.Pair:
    """Raises Invalid unless exactly two editions are named, NotFound for one that may not be read."""
    numbers = [text for text in request.args.getlist("edition") if text.isascii() and text.isdigit() and len(text) < 10]  # noqa: PLR2004
    ids = sorted({int(text) for text in numbers})
    if len(ids) != 2:  # noqa: PLR2004
        raise Invalid({"edition": msg("Choose two editions to compare.")})
    first, second = (_readable(edition_id).id for edition_id in ids)
    return comparing.pair(first, second, actor())


def _list(error: Message | None = None, status: int = 200) -> Response:
    table = tables.read((), (), endpoint="reports.editions")
    shown = queries.editions(actor(), table.cursor, ROWS)
    mine = packs.packs(actor(), clock.today()) if can_anywhere(Permission.REPORT_PUBLISH) else []
    total = queries.count(actor())
    context: dict[str, Any] = {"table": table, "shown": shown, "packs": mine, "total": total, "error": error}
    context["to_approve"] = [] if looking_back() else approval_queries.waiting_for(actor(), clock.today())
    return page(LIST, "editions", status=status, languages=LANGUAGE_NAMES, **context)


def _about(found: Edition) -> dict[str, Any]:
    """What the page of an edition shows; its statuses come from the frozen content."""
    content: Report | None = None
    since = f"edition-{found.id}"
    with suppress(canonical.Unreadable):  # of an older form: its files still say everything
        content = queries.read(queries.with_content(found.id))
    return {
        "row": queries.row(found.id),
        "found": found,
        "content": content,
        "others": queries.others(found, actor()),
        "own_templates": templates.of_edition(found),
        "languages": LANGUAGE_NAMES,
        "checked": None,
        "since_url": url_for("changes.what_changed", scope=found.scope, subject_id=verifying.subject_id(found), since=since),
        "approved": approval_queries.of_edition(found.id),
        "sent": sending_queries.sendings(found.id),
        "mail_states": sending_queries.MAIL_STATES,
        "language": language(),
        **PACK_WORDS,
        "no_pdf": None if pdf.is_possible() else NO_OFFICE,
    }
