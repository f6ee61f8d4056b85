"""The personal link to an edition: for who signs in, the way to its page; for who has no account, one page and its files."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import transaction
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission
from pmo.people import actions as people
from pmo.reports import approval_queries, pdf, queries, receiving
from pmo.reports.models import Sending
from pmo.reports.receiving import NoLongerValid
from pmo.reports.word.document import MEDIA_TYPE
from pmo.web.access import actor, open_to_everybody, require
from pmo.web.downloads import attachment
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("received", __name__, url_prefix="/reports/link")
PAGE, CLOSED = "reports/received.html", "reports/received_closed.html"


@bp.get("/<token>")
def received(token: str) -> Response:
    """Opening it changes nothing but the note that it was opened."""
    found = _entered(token)
    if isinstance(found, Response):
        return found
    if found.person_id is not None:
        return _signed_in(found)
    _note(found, "page")
    row = queries.row(found.edition_id)
    has_pdf = receiving.print_of(found.edition_id, found.language) is not None
    approved = approval_queries.of_edition(found.edition_id)
    return page(
        PAGE, "received", token=token, sending=found, row=row, found=row.edition, has_pdf=has_pdf, approved=approved,
        languages=LANGUAGES,
    )  # fmt: skip


@bp.get("/<token>/report.docx")
def word(token: str) -> Response:
    """The bytes that were published, in the language of who got the link."""
    found = _outside(token)
    if isinstance(found, Response):
        return found
    file = queries.file_of(found.edition_id, found.language)
    _note(found, "word")
    return attachment(file.name, file.content, MEDIA_TYPE)


@bp.get("/<token>/report.pdf")
def as_pdf(token: str) -> Response:
    """The same as PDF, where it is made."""
    found = _outside(token)
    if isinstance(found, Response):
        return found
    made = receiving.print_of(found.edition_id, found.language)
    if made is None:
        raise NotFound
    name, content = queries.file_of(found.edition_id, found.language).name, made.content
    _note(found, "pdf")
    return attachment(f"{name.removesuffix('.docx')}.pdf", content, pdf.MEDIA_TYPE)


def _signed_in(found: Sending) -> Response:
    """The link gives no right: who may read the edition is led there, and it is noted when it is the one it was sent to."""
    person = actor()
    require(Permission.REPORT_READ, found.place)
    edition_id = found.edition_id
    if person.person_id == found.person_id:
        _note(found, "page")
    return see_other(url_for("reports.edition", edition_id=edition_id))


def _outside(token: str) -> Sending | Response:
    """For files: who has an account takes them from the page of the edition."""
    found = _entered(token)
    if isinstance(found, Sending) and found.person_id is not None:
        raise NotFound
    return found


def _entered(token: str) -> Sending | Response:
    """The link, or the page that says why it opens nothing. Counted are only tokens that nobody was ever sent."""
    open_to_everybody()
    only_now()
    _speak(request.args.get("lang", ""))
    address = request.remote_addr or ""
    if people.is_throttled(receiving.DOOR, address):
        return _closed(msg("Too many attempts. Wait 15 minutes, then open the link again."), 429)
    try:
        found = receiving.sending_of(token)
    except NoLongerValid as refusal:
        if refusal.message is receiving.GONE:
            with transaction("link unknown"):
                people.count_failure(receiving.DOOR, address)
        return _closed(refusal.message, 410)
    if found.person_id is None:
        _speak(request.args.get("lang", "") or found.language)
    return found


def _note(found: Sending, what: str) -> None:
    """A mail program that only looks (HEAD) has not opened anything."""
    if request.method == "HEAD":
        return
    with transaction("report opened by link"):
        receiving.note(found, what)


def _speak(wanted: str) -> None:
    """In the language asked for, else in the receiver's, else the browser's."""
    if wanted in LANGUAGES:
        g.language = wanted


def _closed(sentence: Message, status: int) -> Response:
    return page(CLOSED, "closed", status=status, sentence=sentence)
