"""The page behind a one-time link: one form at phone size, in three languages, and nothing else of the house."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.indicators import links
from pmo.indicators.forms import AnswerForm
from pmo.indicators.links import NoLongerValid
from pmo.indicators.models import CollectLink
from pmo.indicators.views import words
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.people import actions as people
from pmo.web.access import open_to_everybody
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("outside", __name__, url_prefix="/give")


@bp.get("/thanks")
def thanks() -> Response:
    open_to_everybody()
    _speak(request.args.get("lang", ""))
    return page("indicators/closed.html", "closed", sentence=links.USED)


@bp.get("/<token>")
def form(token: str) -> Response:
    """Opening it changes nothing but the note that it was opened."""
    found = _entered(token)
    if isinstance(found, Response):
        return found
    with transaction("link opened"):
        links.opened(found)
    return _form(token, found)


@bp.post("/<token>")
def send(token: str) -> Response:
    """The value enters once, and the link is closed."""
    found = _entered(token)
    if isinstance(found, Response):
        return found
    try:
        typed = parse(AnswerForm, request.form)
        with transaction("one-time link"):
            links.answer_by(found, typed.answer())
    except Invalid as refusal:
        db.session.rollback()
        return _form(token, found, errors=refusal.errors, status=422)
    except Conflict:  # sent twice at once
        db.session.rollback()
        return _closed(links.USED, 409)
    return see_other(url_for(".thanks", lang=g.language))


def _entered(token: str) -> CollectLink | Response:
    """The link, or the page that says why it opens nothing. Counted are only tokens that nobody was ever sent."""
    open_to_everybody()
    only_now()
    _speak(request.args.get("lang", ""))
    address = request.remote_addr or ""
    if people.is_throttled(links.DOOR, address):
        return _closed(msg("Too many attempts. Wait 15 minutes, then open the link again."), 429)
    try:
        found = links.link_of(token)
    except NoLongerValid as refusal:
        if refusal.message is links.GONE:
            with transaction("link unknown"):
                people.count_failure(links.DOOR, address)
        return _closed(refusal.message, 410)
    part = found.measurement.part
    _speak(request.args.get("lang", "") or (part.language if part else ""))
    return found


def _speak(wanted: str) -> None:
    """In the language asked for, else in the supplier's, else the browser's."""
    if wanted in LANGUAGES:
        g.language = wanted


def _form(token: str, found: CollectLink, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    asked = found.measurement
    return page(
        "indicators/outside.html",
        "outside",
        status=status,
        token=token,
        asked=asked,
        one=asked.indicator,
        until=found.expires_at,
        languages=LANGUAGES,
        errors=errors or {},
        typed=request.form if errors else {},
        **words(asked.indicator),
    )


def _closed(sentence: Message, status: int) -> Response:
    return page("indicators/closed.html", "closed", status=status, sentence=sentence)
