"""Support requests: what I asked, what waits for the PMO, one request with its answers."""

from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar
from pmo.support import actions, queries
from pmo.support.forms import AskForm, MessageForm
from pmo.support.logic import STATE_NAMES, TONES, URGENCY_NAMES, Standing, Step, Urgency, after
from pmo.support.models import SupportRequest
from pmo.support.queries import Shelf
from pmo.web.access import actor, can, can_anywhere, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("support", __name__, url_prefix="/support")
LIST, ONE, ASK = "support/requests.html", "support/request.html", "support/ask.html"
SHELF_NAMES: dict[Shelf, Message] = {Shelf.MINE: msg("Asked by me"), Shelf.OPEN: msg("Open"), Shelf.CLOSED: msg("Closed")}


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "support.requests"


@bp.get("")
def requests() -> Response:
    require_anywhere(Permission.SUPPORT_ASK)
    shelves = list(Shelf) if can_anywhere(Permission.SUPPORT_READ) else [Shelf.MINE]
    shelf = _shelf(shelves)
    numbers = queries.counts(actor())
    return page(
        LIST,
        "request_list",
        shelf=shelf,
        tabs=[(SHELF_NAMES[one], url_for(".requests", shelf=one.value), numbers[one], one is shelf) for one in shelves],
        rows=queries.requests(actor(), shelf, clock.today()),
        most=queries.MOST,
        may_ask=g.get("as_of") is None,
        **_words(),
    )


@bp.get("/new")
def new() -> Response:
    _askable()
    return _ask()


@bp.post("/new")
def ask() -> Response:
    _askable()
    settings: Settings = current_app.config["SETTINGS"]
    today = clock.today()
    calendar = house_calendar(settings.country, today.year, today.year + 1)
    try:
        typed = parse(AskForm, request.form)
        with transaction():
            made = actions.ask(actor(), typed.question(), rules=rule_book(), calendar=calendar, today=today)
    except Invalid as refusal:
        return _ask(refusal.errors, 422)
    return see_other(_address(made), msg("Your request is with the PMO."))


@bp.get("/<int:support_id>")
def one(support_id: int) -> Response:
    found = queries.request(support_id)
    require(Permission.SUPPORT_READ, found.place)
    return _answer(found)


@bp.post("/<int:support_id>/take")
def take(support_id: int) -> Response:
    found = _answerable(support_id)
    try:
        with transaction():
            actions.take(found, actor().person_id)
    except Conflict as refusal:
        return _refused(support_id, refusal)
    return see_other(_address(found), msg("The request is in your hands."))


@bp.post("/<int:support_id>/messages")
def say(support_id: int) -> Response:
    """An answer of the PMO, or more words of whoever asked."""
    found = _involved(support_id)
    try:
        typed = parse(MessageForm, request.form)
        with transaction():
            verb = actions.add if _is_asker(found) else actions.answer
            verb(found, actor().person_id, typed.text)
    except Invalid as refusal:
        return _answer(queries.request(support_id), refusal.errors, 422)
    except Conflict as refusal:
        return _refused(support_id, refusal)
    return see_other(_address(found), msg("Sent."))


@bp.post("/<int:support_id>/close")
def close(support_id: int) -> Response:
    found = _involved(support_id)
    try:
        with transaction():
            actions.close(found, actor().person_id)
    except Conflict as refusal:
        return _refused(support_id, refusal)
    return see_other(_address(found), msg("The request is closed."))


@bp.post("/<int:support_id>/reopen")
def reopen(support_id: int) -> Response:
    found = _involved(support_id)
    try:
        with transaction():
            actions.reopen(found)
    except Conflict as refusal:
        return _refused(support_id, refusal)
    return see_other(_address(found), msg("The request is open again."))


def _shelf(offered: list[Shelf]) -> Shelf:
    """What waits for the PMO comes first for the PMO."""
    asked = request.args.get("shelf", "")
    if asked in set(offered):
        return Shelf(asked)
    return Shelf.OPEN if Shelf.OPEN in offered else Shelf.MINE


def _askable() -> None:
    require_anywhere(Permission.SUPPORT_ASK)
    only_now()


def _answerable(support_id: int) -> SupportRequest:
    found = queries.request(support_id)
    require(Permission.SUPPORT_ANSWER, found.place)
    only_now()
    return found


def _involved(support_id: int) -> SupportRequest:
    """For whoever asked and for the PMO; others who may read it only read."""
    found = queries.request(support_id)
    require(Permission.SUPPORT_READ, found.place)
    only_now()
    if not _is_asker(found):
        require(Permission.SUPPORT_ANSWER, found.place)
    return found


def _is_asker(found: SupportRequest) -> bool:
    return found.asker_id == actor().person_id


def _address(found: SupportRequest) -> str:
    return url_for(".one", support_id=found.id)


def _words() -> dict[str, Any]:
    return {"state_names": STATE_NAMES, "urgency_names": URGENCY_NAMES, "tones": TONES}


def _refused(support_id: int, refusal: Conflict) -> Response:
    return _answer(queries.request(support_id), {"": refusal.message}, 409)


def _ask(errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    rules = rule_book()
    return page(
        ASK,
        "ask_form",
        status=status,
        projects=queries.projects_of(actor()),
        days={one: rules.days(f"support.due.{one}") for one in Urgency},
        errors=errors or {},
        typed=request.form if errors else request.args,
        **_words(),
    )


def _answer(found: SupportRequest, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """One request with what was said, and the steps that this person can take now."""
    support_id = found.id
    db.session.rollback()
    found = queries.request(support_id)
    is_now, is_asker = g.get("as_of") is None, _is_asker(found)
    may_answer = is_now and can(Permission.SUPPORT_ANSWER, found.place)
    involved = is_now and (is_asker or may_answer)
    ending = Step.CLOSE if is_asker else Step.FINISH
    return page(
        ONE,
        "request_page",
        status=status,
        found=found,
        standing=Standing(found.stands, found.due, clock.today()),
        messages=queries.messages_of(found),
        shows_project=found.project is not None and can(Permission.PROJECT_READ, found.project.place),
        is_asker=is_asker,
        may_take=may_answer and not is_asker and found.taker_id != actor().person_id and _can_step(found, Step.TAKE),
        may_say=involved and _can_step(found, Step.ADD if is_asker else Step.ANSWER),
        may_close=involved and _can_step(found, ending),
        may_reopen=involved and _can_step(found, Step.REOPEN),
        errors=errors or {},
        typed=request.form if errors else {},
        **_words(),
    )


def _can_step(found: SupportRequest, step: Step) -> bool:
    return after(found.stands, step) is not None
