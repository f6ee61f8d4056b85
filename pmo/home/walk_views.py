"""The weekly walk: one card at a time, each answer stored at once; the same with a link of a mail as for who is signed in."""

from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for

from pmo.committees.chasing_queries import mine
from pmo.config import Settings
from pmo.db import db, transaction
from pmo.home import actions, logic
from pmo.home import walk_queries as queries
from pmo.home.cards import shown
from pmo.home.forms import MilestoneCard, RiskCard, SentenceCard
from pmo.home.logic import Answer, Card, CardKind, Rhythm
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.raid import actions as raid
from pmo.raid.logic import Review
from pmo.raid.models import RaidItem
from pmo.raid.queries import item as item_of
from pmo.rules.queries import rule_book
from pmo.schedule import actions as schedule
from pmo.schedule.models import Milestone
from pmo.schedule.views import said_why
from pmo.status.telling import tell
from pmo.web.access import actor, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, wants_fragment
from pmo.web.i18n import say
from pmo.web.look_back import only_now

bp = Blueprint("walk", __name__, url_prefix="/walk")
WALK = "home/walk.html"
Thing = Milestone | RaidItem | Project


@bp.get("")
def walk() -> Response:
    """The card asked for (?card=), else the next one still open (?after=)."""
    require_anywhere(Permission.WORK_WALK)
    only_now()
    found = queries.walk(actor(), rhythm())
    card = found.card(request.args.get("card", "")) or logic.next_open(found.cards, request.args.get("after", ""))
    return _show(found, card, answering=request.args.get("answer", ""))


@bp.post("/milestones/<int:milestone_id>")
def milestone(milestone_id: int) -> Response:
    found = queries.milestone(milestone_id)
    require(Permission.MILESTONE_EDIT, found.place)
    _of_the_walk(found)
    card = Card(CardKind.MILESTONE, found.id, found.project_id, found.name)
    try:
        typed = parse(MilestoneCard, request.form)
        with transaction(said_why(typed.why)):
            _say(found, typed)
    except (Invalid, Conflict) as refusal:
        return _again(card, refusal)
    return _onwards(card, stays=typed.answer is Answer.UNDO)


@bp.post("/risks/<int:item_id>")
def risk(item_id: int) -> Response:
    found = item_of(item_id)
    require(Permission.RAID_EDIT, found.place)
    _of_the_walk(found)
    card = Card(CardKind.RISK, found.id, found.project_id, f"{found.code} {found.title}")
    try:
        typed = parse(RiskCard, request.form)
        with transaction(typed.reason):
            if typed.answer is Review.NONE:
                raid.reopen(found, seen_version=typed.version)
            else:
                raid.review(found, typed.answer, reason=typed.reason, seen_version=typed.version)
    except (Invalid, Conflict) as refusal:
        return _again(card, refusal)
    return _onwards(card, stays=typed.answer is Review.NONE)


@bp.post("/projects/<int:project_id>")
def sentence(project_id: int) -> Response:
    found = project_of(project_id)
    require(Permission.STATUS_WRITE, found.place)
    _of_the_walk(found)
    card = Card(CardKind.SENTENCE, found.id, found.id, found.name)
    try:
        typed = parse(SentenceCard, request.form)
        with transaction():
            tell(found, typed.sentence, actor(), seen_version=typed.version)
    except (Invalid, Conflict) as refusal:
        return _again(card, refusal)
    return _onwards(card)


def rhythm() -> Rhythm:
    settings: Settings = current_app.config["SETTINGS"]
    return queries.rhythm_of(rule_book(), clock.today(), settings.country)


def _say(found: Milestone, typed: MilestoneCard) -> None:
    """Raises Invalid, Conflict."""
    match typed.answer:
        case Answer.STILL:
            actions.still(found, rhythm(), seen_version=typed.version)
        case Answer.NEW:
            actions.move(found, typed.new_day(found.forecast), typed.why, rhythm(), seen_version=typed.version)
        case Answer.REACHED:
            actions.reach(found, typed.reached_on(), rhythm(), seen_version=typed.version)
        case Answer.UNDO:
            schedule.undo_reach(found, seen_version=typed.version)


def _of_the_walk(thing: Thing) -> None:
    """With a link of a mail one reaches one's own walk; who is signed in, whatever they may change."""
    if g.get("only_for") and not queries.is_mine(thing, actor()):
        raise NotFound
    only_now()


def _onwards(card: Card, *, stays: bool = False) -> Response:
    """The next open card, in place or as a page; the same one when something was taken back."""
    address = url_for(".walk", card=card.key) if stays else url_for(".walk", after=card.key)
    if not wants_fragment():
        return see_other(address)
    db.session.rollback()
    found = queries.walk(actor(), rhythm())
    here = logic.find(found.cards, card.key) if stays else None
    response = _show(found, here or logic.next_open(found.cards, card.key))
    response.headers["HX-Push-Url"] = address
    return response


def _again(card: Card, refusal: Invalid | Conflict) -> Response:
    """The same card with what was typed, and why it was refused."""
    db.session.rollback()
    found = queries.walk(actor(), rhythm())
    errors = refusal.errors if isinstance(refusal, Invalid) else {"": refusal.message}
    status = 422 if isinstance(refusal, Invalid) else 409
    here = found.card(card.key) or card
    return _show(found, here, answering=request.form.get("answer", ""), errors=errors, status=status)


def _show(
    found: queries.Walk,
    card: Card,
    *,
    answering: str = "",
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    context: dict[str, Any] = shown(found, card, actor(), say)
    context["mine"] = [] if wants_fragment() else mine(actor().person_id, clock.today())
    typed = request.form if errors else {}
    return page(WALK, "walk", status=status, **context, answering=answering, errors=errors or {}, typed=typed)
