"""Pages on which reports are made: a draft at once or by a worker, an edition for a committee."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.committees.audiences import Audience
from pmo.committees.queries import meetings_around
from pmo.config import Settings
from pmo.db import looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Permission
from pmo.reports import actions, approval_queries, approving, offers, packs, pdf, queries
from pmo.reports import making as making_files
from pmo.reports import template_queries as templates
from pmo.reports.contents import Wanted
from pmo.reports.forms import DraftForm, PublishForm
from pmo.reports.logic.approval import Standing, State, obstacle
from pmo.reports.logic.content import Scope
from pmo.reports.making import Publishing
from pmo.reports.models import Making
from pmo.reports.offers import Offer
from pmo.reports.packs import Pack
from pmo.reports.standing import draft_of, standing
from pmo.reports.word.document import MEDIA_TYPE
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can_anywhere, require, require_anywhere
from pmo.web.downloads import attachment
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say

bp = Blueprint("reports", __name__, url_prefix="/reports")
NEW, WAITING = "reports/new.html", "reports/making.html"


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
    on_one_page = typed.shape == "page"
    if on_one_page and subject.scope is not Scope.PROJECT:
        errors = {"shape": msg("One page is a layout for a project. Choose a project, or the full report.")}
        return _new(request.args.to_dict(), errors, 422)
    if offers.count(subject, actor()) > _at_once():
        return see_other(url_for(".make", what=typed.what, lang=typed.lang, all_sheets=typed.all_sheets or None, large=1))
    wanted = Wanted(subject.scope, subject.id, actor(), typed.all_sheets)
    organisation = _settings().organisation
    made = actions.draft(wanted, actor().name, typed.lang, organisation=organisation, on_one_page=on_one_page)
    return attachment(made.name, made.content, MEDIA_TYPE)


@bp.post("/new")
def publish() -> Response:
    """Have an edition frozen by the worker, which says how far it is; for a committee it sets the commitments."""
    require_anywhere(Permission.REPORT_READ)
    if not can_anywhere(Permission.REPORT_PUBLISH):
        raise Forbidden
    try:
        typed = parse(PublishForm, request.form)
    except Invalid as refusal:
        return _new(request.form.to_dict(), refusal.errors, 422)
    subject = offers.subject_of(typed.what, actor())
    require(Permission.REPORT_PUBLISH, subject.place)
    key = f"{actor().person_id}:{typed.key}"
    if (done := queries.by_key(key)) is not None:
        return see_other(url_for(".edition", edition_id=done.id))
    version_id = templates.newest_of(typed.template, subject.place.portfolio_id) if typed.template else None
    wish = Publishing(key=key, language=typed.lang, all_sheets=typed.all_sheets, template_version_id=version_id)
    try:
        if looking_back() is not None:
            raise Conflict(actions.NOT_TODAY)
        if not making_files.is_asked(key):
            approving.ready(subject)  # said at once where it is missing; what was approved is looked at by the worker
        with transaction("edition asked for"):
            asked = making_files.ask_edition(subject, wish, actor().person_id)
    except Conflict as refusal:
        return refused(request.form.to_dict(), {"": refusal.message}, 409)
    return see_other(url_for(".making", making_id=asked.id))


@bp.post("/making")
def have_made() -> Response:
    """In the background, for whoever asked."""
    require_anywhere(Permission.REPORT_READ)
    typed = parse(DraftForm, request.form)
    subject = offers.subject_of(typed.what, actor())
    with transaction("report asked for"):
        wanted = Wanted(subject.scope, subject.id, actor(), typed.all_sheets)
        asked = making_files.ask(wanted, actor().person_id, typed.lang, as_of=_moment(request.form.get("state", "")))
    return see_other(url_for(".making", making_id=asked.id))


@bp.get("/making/<int:making_id>")
def making(making_id: int) -> Response:
    """Look again until it is there; an edition is its own page."""
    asked = _own(making_id)
    if asked.shape == making_files.EDITION and asked.edition_id is not None:
        return see_other(url_for(".edition", edition_id=asked.edition_id), msg("The edition is published."))
    again = {"what": f"{asked.scope}:{asked.scope_id}", "lang": asked.language, "all_sheets": asked.all_sheets or None}
    return page(WAITING, "making", asked=asked, refusal=making_files.refusal_of(asked), again=again)


@bp.get("/making/<int:making_id>/file")
def made(making_id: int) -> Response:
    found = _own(making_id)
    if found.content is None:
        raise NotFound
    return attachment(found.name, found.content, pdf.MEDIA_TYPE if found.shape == making_files.PDF else MEDIA_TYPE)


@bp.post("/<int:edition_id>/<any(en, fr, nl):lang>/pdf")
def have_pdf(edition_id: int, lang: str) -> Response:
    """Of the file that was published, in the background."""
    edition = queries.edition(edition_id)
    require(Permission.REPORT_READ, edition.place)
    with transaction("PDF asked for"):
        asked = making_files.ask_pdf(edition, actor().person_id, lang)
    return see_other(url_for(".making", making_id=asked.id))


def _own(making_id: int) -> Making:
    """Only who asked may fetch it."""
    require_anywhere(Permission.REPORT_READ)
    found = queries.making(making_id)
    if found.asked_by != actor().person_id:
        raise NotFound
    return found


def refused(typed: dict[str, str], errors: dict[str, Message], status: int) -> Response:
    """The page again, with what was typed and why it was refused."""
    return _new(typed, errors, status)


def _new(typed: dict[str, str], errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    offered = offers.offers(actor())
    publishable = offers.offers(actor(), Permission.REPORT_PUBLISH) if can_anywhere(Permission.REPORT_PUBLISH) else []
    wanted = typed.get("what") or _next_to_meet()
    chosen, edition_of = _chosen(offered, wanted), _chosen(publishable, wanted)
    approval = _approval(edition_of)  # first: it may begin the session anew
    context: dict[str, Any] = {
        "offered": [(offer.value, say(offer.title)) for offer in offered],
        "publishable": [(offer.value, say(offer.title)) for offer in publishable],
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "typed": {"lang": language(), **typed, "what": chosen.value if chosen else ""},
        "edition_of": edition_of,
        "errors": errors or {},
        "key": secrets.token_urlsafe(16),
        "state": looked_at.at.isoformat() if (looked_at := looking_back()) else "",
        "is_large": bool(typed.get("large")),
        "at_once": _at_once(),
        "pack": _pack(edition_of),
        **_own_templates(edition_of, typed),
        "to": _audience(edition_of),
        "approval": approval,
    }
    return page(NEW, "make", status=status, **context)


def _at_once() -> int:
    """Projects a report may have to be made while somebody waits; from there on the worker does it."""
    return rule_book().days("report.at_once")


def _next_to_meet() -> str:
    """The committee whose meeting stands in the head of the page."""
    coming = meetings_around(actor(), clock.today()).next
    return f"{Scope.COMMITTEE.value}:{coming.committee_id}" if coming else ""


def _chosen(offered: Sequence[Offer], value: str) -> Offer | None:
    return next((offer for offer in offered if offer.value == value), offered[0] if offered else None)


def _pack(offer: Offer | None) -> Pack | None:
    """What publishing for the chosen committee would tell it. What is offered may be published by this person."""
    kind, _, number = offer.value.partition(":") if offer else ("", "", "")
    return packs.pack(int(number), clock.today()) if kind == Scope.COMMITTEE.value else None


def _own_templates(offer: Offer | None, typed: dict[str, str]) -> dict[str, Any]:
    """Those of the portfolio of what is published, and the one its committee is given. What is offered may be published."""
    if offer is None or not templates.exist():
        return {"own_templates": [], "own_template": ""}
    subject = offers.subject_of(offer.value, actor())
    offered = [(one.id, one.name) for one in templates.offered(subject.place.portfolio_id or 0)]
    return {"own_templates": offered, "own_template": typed.get("template") or templates.given(subject.committee_id) or ""}


def _audience(offer: Offer | None) -> Audience | None:
    """Who approves and gets the reports of what was chosen."""
    return offers.subject_of(offer.value, actor()).audience if offer else None


def _approval(offer: Offer | None) -> dict[str, Any] | None:
    """Where its reports are approved first: the newest request, and what stands in the way."""
    to = _audience(offer)
    if to is None or not to.needs_approval:
        return None
    newest = approval_queries.newest(to)
    is_usable = newest is not None and newest.is_usable
    if newest is not None and is_usable and looking_back() is None:
        is_usable = standing(draft_of(newest)) is Standing.HOLDS
        again = _audience(offer)
        newest = approval_queries.newest(again) if again else None
        lapsed = None if is_usable else obstacle(State.LAPSED)
        return {"newest": newest, "is_usable": is_usable, "is_lapsed": not is_usable, "obstacle": lapsed}
    way = None if is_usable else approving.stands_in_the_way(newest)
    return {"newest": newest, "is_usable": is_usable, "is_lapsed": False, "obstacle": way}


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
