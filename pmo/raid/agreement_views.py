"""Agreements between two projects: asked for, dates changed with a reason, agreed to, delivered or withdrawn."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place
from pmo.portfolio.queries import project as project_of
from pmo.raid import agreement_actions as actions
from pmo.raid import agreement_queries as agreements
from pmo.raid import queries
from pmo.raid.agreement_actions import Promise
from pmo.raid.agreement_forms import AskForm, ChangeForm, YesForm, asked_day, optional_day
from pmo.raid.agreement_logic import STATE_NAMES, Side
from pmo.raid.logic import RaidStatus
from pmo.raid.models import Agreement, RaidItem
from pmo.raid.panels import announce
from pmo.rules.queries import rule_book
from pmo.schedule.models import Milestone
from pmo.web.access import actor, can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

bp = Blueprint("dependencies", __name__)
AGREEMENT, ASK = "raid/agreement.html", "raid/agreement_ask.html"
RECEIVER_DOES, GIVER_DOES = ("needed", "delivered", "withdrawn"), ("promised",)
SAID: dict[str, Message] = {
    "needed": msg("The day of need is changed; the other side is asked to agree."),
    "promised": msg("The promise is changed; the other side is asked to agree."),
    "delivered": msg("It is delivered."),
    "withdrawn": msg("It is not needed any more."),
}


@bp.get("/dependencies/<int:agreement_id>")
def agreement(agreement_id: int) -> Response:
    """For whoever may see one side of it."""
    return _panel(_readable(agreement_id))


@bp.get("/raid/<int:dependency_id>/agreement")
def ask(dependency_id: int) -> Response:
    return _ask_form(_mine(dependency_id))


@bp.post("/raid/<int:dependency_id>/agreement")
def propose(dependency_id: int) -> Response:
    item = _mine(dependency_id)
    try:
        typed = parse(AskForm, request.form)
        if typed.giver_id not in {found[0] for found in agreements.givers(actor(), item.project_id)}:
            raise Invalid({"giver_id": msg("Choose a project.")})
        giver = project_of(typed.giver_id or 0)
        with transaction(typed.reason):
            made = actions.propose(item, giver, need_by=asked_day(typed.day, item.due), reason=typed.reason)
    except Invalid as refusal:
        return _ask_form(item, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _ask_form(item, errors={"": refusal.message}, status=409)
    return _done(made, msg("The other project is asked for it."))


@bp.get("/dependencies/<int:agreement_id>/<any(needed,promised,delivered,withdrawn):what>")
def change(agreement_id: int, what: str) -> Response:
    return _panel(_changeable(agreement_id, what), editing=what)


@bp.post("/dependencies/<int:agreement_id>/<any(needed,promised,delivered,withdrawn):what>")
def save(agreement_id: int, what: str) -> Response:
    found = _changeable(agreement_id, what)
    try:
        typed = parse(ChangeForm, request.form)
        with transaction(typed.reason):
            _change(found, what, typed)
    except Invalid as refusal:
        return _panel(found, editing=what, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _panel(found, editing=what, errors={"": refusal.message}, status=409)
    undo = url_for("raid.reopen", item_id=found.item_id) if what in ("delivered", "withdrawn") else ""
    return _done(found, SAID[what], undo)


@bp.post("/dependencies/<int:agreement_id>/agree")
def agree(agreement_id: int) -> Response:
    found = _readable(agreement_id)
    only_now()
    side = Side.GIVER if request.form.get("side") == Side.GIVER else Side.RECEIVER
    require(Permission.RAID_EDIT, _place(found, side))
    try:
        typed = parse(YesForm, request.form)
        with transaction():
            actions.agree(found, typed.side, seen_version=typed.version)
    except Invalid as refusal:
        return _panel(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _panel(found, errors={"": refusal.message}, status=409)
    return _done(found, msg("Agreed."))


def _change(found: Agreement, what: str, typed: ChangeForm) -> None:
    said: dict[str, Any] = {"reason": typed.reason, "seen_version": typed.version}
    match what:
        case "needed":
            actions.need(found, asked_day(typed.day, found.item.due), **said)
        case "promised":
            milestone = db.session.get(Milestone, typed.milestone_id) if typed.milestone_id else None
            if typed.milestone_id and milestone is None:
                raise Invalid({"milestone_id": msg("Choose one from the list.")})
            day = optional_day(typed.day, agreements.promise_of(found))
            actions.promise(found, Promise(None if milestone else day, milestone), **said)
        case "delivered":
            actions.end(found, RaidStatus.DELIVERED, **said)
        case _:
            actions.end(found, RaidStatus.CLOSED, **said)


def _place(found: Agreement, side: Side) -> Place:
    return found.giver.place if side is Side.GIVER else found.item.place


def _readable(agreement_id: int) -> Agreement:
    found = agreements.agreement(agreement_id)
    sees_receiver = can(Permission.PROJECT_READ, found.item.place)
    require(Permission.PROJECT_READ, found.item.place if sees_receiver else found.giver.place)
    return found


def _changeable(agreement_id: int, what: str) -> Agreement:
    """By the side whose date or word it is, now."""
    found = _readable(agreement_id)
    require(Permission.RAID_EDIT, _place(found, Side.GIVER if what in GIVER_DOES else Side.RECEIVER))
    only_now()
    return found


def _mine(item_id: int) -> RaidItem:
    found = queries.item(item_id)
    require(Permission.RAID_EDIT, found.place)
    only_now()
    return found


def _done(found: Agreement, message: Message, undo: str = "") -> Response:
    agreement_id = found.id
    if not wants_fragment():
        return see_other(url_for(".agreement", agreement_id=agreement_id))
    return announce(toast(_panel(agreements.agreement(agreement_id)), message, undo))


def _panel(found: Agreement, *, editing: str = "", errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    is_now = g.get("as_of") is None
    shown = agreements.tie(found.id, actor(), rule_book())
    mine = {side: is_now and can(Permission.RAID_EDIT, _place(found, side)) for side in Side}
    choosing = editing == "promised"
    return page(
        AGREEMENT,
        "panel",
        status=status,
        tie=shown,
        found=found,
        receiver_place=found.item.place,
        may_need=mine[Side.RECEIVER],
        may_promise=mine[Side.GIVER],
        can_agree=[side for side in Side if mine[side] and side not in shown.standing.agreed and shown.dates.gap is not None],
        editing=editing,
        milestones=agreements.milestones_of(found.giver_id) if choosing else [],
        errors=errors or {},
        typed=request.form if errors else {},
        **WORDS,
    )


def _ask_form(item: RaidItem, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    givers = agreements.givers(actor(), item.project_id)
    return page(ASK, "panel", status=status, item=item, givers=givers, errors=errors or {}, typed=request.form if errors else {})


WORDS: dict[str, Any] = {"state_names": STATE_NAMES}
