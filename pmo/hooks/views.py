"""Webhooks and the log of their messages, for administrators and the PMO."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.hooks import actions, queries
from pmo.hooks.forms import HookForm
from pmo.hooks.logic import (
    HOOK_STATES,
    KIND_NAMES,
    PAUSED_BECAUSE,
    SEND_STATES,
    SEND_TONES,
    TROUBLES,
    EventKind,
    HookState,
    SendState,
    address_problem,
    is_stuck,
)
from pmo.hooks.models import Webhook
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people import queries as people
from pmo.web.access import actor, can, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import choices
from pmo.web.look_back import only_now

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
LIST, NEW, ONE = "hooks/list.html", "hooks/new.html", "hooks/webhook.html"
VERBS = {"pause": HookState.PAUSED, "resume": HookState.ACTIVE, "archive": HookState.ARCHIVED}
SAID = {
    HookState.PAUSED: msg("The webhook is paused. What happens meanwhile is not sent later."),
    HookState.ACTIVE: msg("The webhook sends again."),
    HookState.ARCHIVED: msg("The webhook is archived."),
}


@bp.get("")
def webhooks() -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    archived = request.args.get("shelf") == "archived"
    rows = queries.webhooks(archived=archived, owner_id=None if can(Permission.HOOK_ADMIN) else actor().person_id)
    return page(LIST, "hook_list", rows=rows, archived=archived, states=HOOK_STATES)


@bp.get("/new")
def new() -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    return _form({"owner_id": actor().person_id, "kinds": []})


@bp.post("/new")
def add() -> Response:
    """The secret is in the answer and nowhere else."""
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    try:
        typed = _checked(parse(HookForm, request.form))
    except Invalid as refusal:
        return _form(request.form, status=422, errors=refusal.errors)
    with transaction("webhook registered"):
        hook, secret = actions.add(
            name=typed.name,
            url=typed.url,
            kinds=[kind.value for kind in typed.kinds],
            owner_id=_owner_id(typed),
            portfolio_id=typed.scope_id("portfolio"),
            programme_id=typed.scope_id("programme"),
        )
        hook_id = hook.id
    return _one(hook_id, secret=secret)


@bp.get("/<int:hook_id>")
def webhook(hook_id: int) -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    return _one(hook_id)


@bp.post("/<int:hook_id>/<any(pause, resume, archive):verb>")
def move(hook_id: int, verb: str) -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    hook, state = _hook(hook_id), VERBS[verb]
    try:
        with transaction(f"webhook: {verb}"):
            actions.move(hook, state, seen_version=_version())
    except Conflict as refusal:
        return _one(hook_id, status=409, problem=refusal.message)
    return see_other(url_for(".webhook", hook_id=hook_id), SAID[state])


@bp.post("/<int:hook_id>/test")
def test(hook_id: int) -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    hook = _hook(hook_id)
    try:
        with transaction("webhook tried"):
            actions.try_out(hook)
    except Conflict as refusal:
        return _one(hook_id, status=409, problem=refusal.message)
    return see_other(url_for(".webhook", hook_id=hook_id), msg("The test is on its way. Load the page again in a moment."))


@bp.post("/<int:hook_id>/secret")
def new_secret(hook_id: int) -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    hook = _hook(hook_id)
    with transaction("webhook got a new secret"):
        secret = actions.new_secret(hook)
    return _one(hook_id, secret=secret)


@bp.post("/messages/<int:delivery_id>/again")
def again(delivery_id: int) -> Response:
    require_anywhere(Permission.HOOK_ADMIN)
    only_now()
    delivery = queries.delivery(delivery_id)
    hook_id = _hook(delivery.webhook_id).id
    try:
        with transaction("message sent again"):
            actions.send_again(delivery, attempts=_settings().webhook_attempts)
    except Conflict as refusal:
        return _one(hook_id, status=409, problem=refusal.message)
    return see_other(url_for(".webhook", hook_id=hook_id), msg("The message is sent again."))


def _hook(hook_id: int) -> Webhook:
    """Whoever keeps those of a part of the house alone sees their own. Raises NotFound."""
    found = queries.webhook(hook_id)
    if not can(Permission.HOOK_ADMIN) and found.owner_id != actor().person_id:
        raise NotFound
    return found


def _scopes() -> list[tuple[str, str]]:
    return queries.scopes(actor(), every=can(Permission.PEOPLE_ADMIN))


def _checked(typed: HookForm) -> HookForm:
    """Raises Invalid for an address or a choice that cannot be."""
    problem = address_problem(typed.url, may_be_inside=_settings().webhook_private)
    if problem is not None:
        raise Invalid({"url": problem})
    if typed.scope and typed.scope not in dict(_scopes()):
        raise Invalid({"scope": msg("Choose one from the list.")})
    if _owner_id(typed) not in dict(people.owners()):
        raise Invalid({"owner_id": msg("Choose one from the list.")})
    return typed


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _owner_id(typed: HookForm) -> int:
    """Only who gives access says whose rights a message has; anybody else's has their own."""
    return (typed.owner_id or actor().person_id) if can(Permission.PEOPLE_ADMIN) else actor().person_id


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _form(typed: Any, *, status: int = 200, errors: dict[str, Message] | None = None) -> Response:
    db.session.rollback()
    chosen = typed.getlist("kinds") if hasattr(typed, "getlist") else typed["kinds"]
    return page(
        NEW, "hook_form", status=status, typed=typed, chosen=chosen, errors=errors or {},
        kinds=choices({kind: KIND_NAMES[kind] for kind in EventKind}), scopes=_scopes(),
        owners=[(str(number), name) for number, name in people.owners()] if can(Permission.PEOPLE_ADMIN) else [],
    )  # fmt: skip


def _one(hook_id: int, *, status: int = 200, secret: str = "", problem: Message | None = None) -> Response:
    db.session.rollback()
    hook, rows = _hook(hook_id), queries.deliveries(hook_id)
    now, attempts = clock.machine_now(), _settings().webhook_attempts
    ended = {one.id for one in rows if one.state != SendState.WAITING or is_stuck(one.last_heard_of, attempts, now)}
    return page(
        ONE, "webhook", status=status, hook=hook, secret=secret, problem=problem, deliveries=rows,
        newest=queries.NEWEST, kind_names=KIND_NAMES, states=HOOK_STATES, send_states=SEND_STATES, send_tones=SEND_TONES,
        because=PAUSED_BECAUSE, troubles=TROUBLES, may_go_again=ended,
    )  # fmt: skip
