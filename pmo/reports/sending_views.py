"""The page that sends an edition to the distribution list, and the withdrawal of a link."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.committees.audiences import Audience
from pmo.config import Settings
from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import LANGUAGES, Message, msg, nmsg, render
from pmo.kernel.permissions import Permission
from pmo.reports import queries, sending, sending_queries
from pmo.reports.forms import SendForm
from pmo.reports.models import Edition
from pmo.reports.sending_queries import MAIL_STATES, Line, Preview
from pmo.rules.queries import rule_book
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other

bp = Blueprint("sendings", __name__, url_prefix="/reports")
PAGE = "reports/send.html"
SAMPLES = ((True, msg("With an account")), (False, msg("Without account")))


@bp.get("/<int:edition_id>/send")
def preview(edition_id: int) -> Response:
    """Who would get it. Nothing is sent by looking."""
    return _page(_publishable(edition_id))


@bp.post("/<int:edition_id>/send")
def send(edition_id: int) -> Response:
    found = _publishable(edition_id)
    typed = parse(SendForm, request.form)
    settings: Settings = current_app.config["SETTINGS"]
    try:
        with transaction("edition sent"):
            number = sending.send(found, again=typed.again, seen=typed.seen, by=actor(), settings=settings)
    except Conflict as refusal:
        return _page(queries.edition(edition_id), refusal.message, 409)
    return see_other(url_for("reports.edition", edition_id=edition_id), _sent(number))


@bp.post("/sendings/<int:sending_id>/withdraw")
def withdraw(sending_id: int) -> Response:
    """The link of somebody without account."""
    found = sending_queries.sending(sending_id)
    require(Permission.REPORT_PUBLISH, found.place)
    version, edition_id = request.form.get("version", ""), found.edition_id
    with transaction("link withdrawn"):
        sending.withdraw(found, seen_version=int(version) if version.isdecimal() else 0, by=actor().person_id)
    return see_other(url_for("reports.edition", edition_id=edition_id), msg("The link opens nothing any more."))


def _publishable(edition_id: int) -> Edition:
    found = queries.edition(edition_id)
    require(Permission.REPORT_PUBLISH, found.place)
    sending.audience_of(found)
    return found


def _sent(number: int) -> Message:
    return nmsg("%(num)s mail is on its way.", "%(num)s mails are on their way.", number)


def _page(found: Edition, error: Message | None = None, status: int = 200) -> Response:
    to = sending.audience_of(found)
    planned = sending_queries.preview(found, to, clock.today())
    days = rule_book().days("report.link_valid")
    context: dict[str, Any] = {
        "found": found,
        "to": to,
        "planned": planned,
        "samples": _samples(found, to, planned, days),
        "days": days,
        "languages": LANGUAGE_NAMES,
        "mail_states": MAIL_STATES,
        "error": error,
    }
    return page(PAGE, "send", status=status, **context)


def _samples(found: Edition, to: Audience, planned: Preview, days: int) -> list[dict[str, Any]]:
    """What the mail says to the first receiver of each kind and language, in that language."""
    shown = []
    for signs_in, title in SAMPLES:
        for lang in LANGUAGES:
            line = next((one for one in planned.lines if _is_such(one, signs_in, lang)), None)
            if line is not None:
                words = sending.words(found, to, line, days, actor())
                said = {key: render(message, lang) for key, message in words.items()}
                shown.append({"title": title, "lang": lang, "words": said})
    return shown


def _is_such(line: Line, signs_in: bool, lang: str) -> bool:
    one = line.receiver
    return one.gets_it and (one.person_id is not None) is signs_in and one.language == lang
