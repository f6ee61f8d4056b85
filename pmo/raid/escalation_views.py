"""An item goes up to the programme or the portfolio: asked, answered there, handed back."""

from flask import Blueprint, Response, request

from pmo.db import transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.raid import escalation_actions as actions
from pmo.raid import queries
from pmo.raid.forms import AnswerForm, EscalateForm
from pmo.raid.logic import Level
from pmo.raid.models import RaidItem
from pmo.raid.panels import done, mine, panel
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.look_back import only_now

bp = Blueprint("escalations", __name__, url_prefix="/raid")


@bp.get("/<int:item_id>/escalate")
def escalate_form(item_id: int) -> Response:
    return panel(mine(item_id), doing="escalate")


@bp.post("/<int:item_id>/escalate")
def escalate(item_id: int) -> Response:
    found = mine(item_id)
    try:
        typed = parse(EscalateForm, request.form)
        with transaction(typed.reason):
            offered = actions.answerers(found)
            actions.escalate(found, typed.asked, reason=typed.reason, offered=offered, seen_version=typed.version)
    except (Invalid, Conflict) as refusal:
        return _refused(found, "escalate", refusal)
    return done(found, msg("%(code)s is escalated; they are told.", code=found.code))


@bp.get("/<int:item_id>/answer")
def answer_form(item_id: int) -> Response:
    return panel(_theirs(item_id), doing="answer")


@bp.post("/<int:item_id>/answer")
def answer(item_id: int) -> Response:
    found = _theirs(item_id)
    try:
        typed = parse(AnswerForm, request.form)
        with transaction(typed.words):
            actions.answer(found, typed.words, seen_version=typed.version)
    except (Invalid, Conflict) as refusal:
        return _refused(found, "answer", refusal)
    return done(found, msg("Your answer stands on %(code)s.", code=found.code))


@bp.get("/<int:item_id>/hand-back")
def hand_back_form(item_id: int) -> Response:
    return panel(_either(item_id), doing="hand_back")


@bp.post("/<int:item_id>/hand-back")
def hand_back(item_id: int) -> Response:
    found = _either(item_id)
    try:
        typed = parse(AnswerForm, request.form)
        with transaction(typed.words):
            actions.hand_back(found, typed.words, seen_version=typed.version)
    except (Invalid, Conflict) as refusal:
        return _refused(found, "hand_back", refusal)
    return done(found, msg("%(code)s is with its project again.", code=found.code))


def _theirs(item_id: int) -> RaidItem:
    """An item that the actor may answer for the level it was escalated to, now."""
    found = queries.item(item_id)
    require(Permission.PROJECT_READ, found.place)
    only_now()
    if not _answers(found):
        raise Forbidden
    return found


def _either(item_id: int) -> RaidItem:
    """The level hands it back; the project takes it back."""
    found = queries.item(item_id)
    if _answers(found):
        return _theirs(item_id)
    return mine(item_id)


def _answers(found: RaidItem) -> bool:
    return can(Permission.RAID_ANSWER, actions.place_of(Level(found.escalated_to), found))


def _refused(found: RaidItem, doing: str, refusal: Invalid | Conflict) -> Response:
    """What was typed stays; a stale one can be sent again beside what the item says now."""
    if isinstance(refusal, Invalid):
        return panel(found, doing=doing, errors=refusal.errors, status=422)
    errors: dict[str, Message] = {"": refusal.message}
    return panel(found, doing=doing if found.closed_on is None else "", errors=errors, status=409)
