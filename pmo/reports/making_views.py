"""Pages on which reports are made: a draft at once or by a worker, an edition for a committee."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.db import looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Forbidden, Invalid, NotFound
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission, may
from pmo.reports import actions, offers, queries
from pmo.reports.contents import Wanted
from pmo.reports.forms import DraftForm, PublishForm
from pmo.reports.logic.content import Scope
from pmo.reports.models import Making
from pmo.reports.word.document import MEDIA_TYPE
from pmo.web.access import actor, can_anywhere, require, require_anywhere
from pmo.web.downloads import attachment
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say

bp = Blueprint("reports", __name__, url_prefix="/reports")
NEW, WAITING = "reports/new.html", "reports/making.html"
AT_ONCE = 100  # projects a report may have to be made while somebody waits


@bp.get("/new")
def make() -> Response:
    """What to report on, in which language; what publishing would do."""
    require_anywhere(Permission.REPORT_READ)
    return _new(request.args.to_dict())


@bp.get("/draft.docx")
def draft() -> Response:
    """The file, of the moment looked at; a large one is offered to be made in the background."""
    require_anywhere(Permission.REPORT_READ)
    try:
        typed = parse(DraftForm, request.args)
    except Invalid as refusal:
        return _new(request.args.to_dict(), refusal.errors, 422)
    subject = offers.subject_of(typed.what, actor())
    if offers.count(subject, actor()) > AT_ONCE:
        return see_other(url_for(".make", what=typed.what, lang=typed.lang, all_sheets=typed.all_sheets or None, large=1))
    wanted = Wanted(subject.scope, subject.id, actor(), typed.all_sheets)
    made = actions.draft(wanted, actor().name, typed.lang, organisation=_settings().organisation)
    return attachment(made.name, made.content, MEDIA_TYPE)


@bp.post("/new")
def publish() -> Response:
    """Freeze an edition; for a committee, set the commitments."""
    require_anywhere(Permission.REPORT_READ)
    if not can_anywhere(Permission.REPORT_PUBLISH):
        raise Forbidden
    try:
        typed = parse(PublishForm, request.form)
    except Invalid as refusal:
        return _new(request.form.to_dict(), refusal.errors, 422)
    subject = offers.subject_of(typed.what, actor())
    require(Permission.REPORT_PUBLISH, subject.place)
    languages = (typed.lang, *(other for other in _settings().languages if other != typed.lang))
    person = actor()
    publisher = actions.Publisher(
        name=person.name, languages=languages, person_id=person.person_id, organisation=_settings().organisation
    )
    key = f"{person.person_id}:{typed.key}"
    edition = actions.publish(subject, publisher, key=key, all_sheets=typed.all_sheets)
    return see_other(url_for(".edition", edition_id=edition.id))


@bp.post("/making")
def have_made() -> Response:
    """In the background, for whoever asked."""
    require_anywhere(Permission.REPORT_READ)
    typed = parse(DraftForm, request.form)
    subject = offers.subject_of(typed.what, actor())
    with transaction("report asked for"):
        wanted = Wanted(subject.scope, subject.id, actor(), typed.all_sheets)
        asked = actions.ask(wanted, actor().person_id, typed.lang, as_of=_moment(request.form.get("state", "")))
    return see_other(url_for(".making", making_id=asked.id))


@bp.get("/making/<int:making_id>")
def making(making_id: int) -> Response:
    return page(WAITING, "making", asked=_own(making_id))


@bp.get("/making/<int:making_id>/file")
def made(making_id: int) -> Response:
    found = _own(making_id)
    if found.content is None:
        raise NotFound
    return attachment(found.name, found.content, MEDIA_TYPE)


def _own(making_id: int) -> Making:
    """Only who asked may fetch it."""
    require_anywhere(Permission.REPORT_READ)
    found = queries.making(making_id)
    if found.asked_by != actor().person_id:
        raise NotFound
    return found


def _new(typed: dict[str, str], errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    offered = offers.offers(actor())
    chosen = next((offer for offer in offered if offer.value == typed.get("what")), offered[0] if offered else None)
    publishable = offers.offers(actor(), Permission.REPORT_PUBLISH) if can_anywhere(Permission.REPORT_PUBLISH) else []
    context: dict[str, Any] = {
        "offered": [(offer.value, say(offer.title)) for offer in offered],
        "publishable": [(offer.value, say(offer.title)) for offer in publishable],
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "typed": {"what": chosen.value if chosen else "", "lang": language(), **typed},
        "errors": errors or {},
        "key": secrets.token_urlsafe(16),
        "state": looked_at.at.isoformat() if (looked_at := looking_back()) else "",
        "is_large": bool(typed.get("large")),
        "promises": _promises(chosen.value) if chosen and publishable else None,
    }
    return page(NEW, "make", status=status, **context)


def _promises(value: str) -> tuple[int, int] | None:
    """What publishing for the chosen committee would set."""
    subject = offers.subject_of(value, actor())
    if subject.scope is not Scope.COMMITTEE or not may(actor(), Permission.REPORT_PUBLISH, subject.place):
        return None
    return offers.promises(subject)


def _moment(text: str) -> datetime | None:
    """The moment the page showed, sent along by its form. Raises Invalid."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid({"state": msg("This moment cannot be understood.")}) from error
    return min(moment if moment.tzinfo else clock.end_of_day(moment.date()), clock.now())


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
