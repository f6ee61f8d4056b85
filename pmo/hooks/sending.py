"""Sends a message: what its owner may see now, signed, with a note of what came back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy import select, update

from pmo.config import Settings
from pmo.db import db
from pmo.hooks import actions, calling, queries, sealing
from pmo.hooks.calling import Heard
from pmo.hooks.logic import TEST, Because, HookState, SendState, Trouble, address_problem, pause_after, signature
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.people.queries import actor_of_person

GONE = 410  # the other side has closed this address for good


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt, as it goes out."""

    delivery_id: int
    hook_id: int
    attempt: int
    url: str
    headers: dict[str, str]
    body: bytes


def made(delivery_id: int, settings: Settings) -> Call | None:
    """What is to be sent now; None when nothing is, and the message has ended."""
    delivery = queries.delivery(delivery_id)
    hook = delivery.webhook
    if delivery.state != SendState.WAITING:
        return None
    if hook.state != HookState.ACTIVE:
        _ended(delivery.id, SendState.FAILED, Trouble.PAUSED)
        return None
    if not hook.owner.is_active:
        actions.pause(hook.id, Because.LEFT)
        _ended(delivery.id, SendState.WITHHELD, Because.LEFT)
        return None
    body = _body(delivery, hook, settings)
    if body is None:
        _ended(delivery.id, SendState.WITHHELD, "")
        return None
    secret = sealing.opened(db.session.scalars(select(WebhookSecret.sealed).where(WebhookSecret.webhook_id == hook.id)).one())
    if secret is None:
        actions.pause(hook.id, Because.LOST)
        _ended(delivery.id, SendState.FAILED, Because.LOST)
        return None
    return Call(delivery.id, hook.id, delivery.attempts + 1, hook.url, _headers(delivery.message_id, secret, body), body)


def _body(delivery: WebhookDelivery, hook: Webhook, settings: Settings) -> bytes | None:
    """Numbers, codes, days and an address; never a title or somebody's words."""
    data: dict[str, Any] = {}
    if delivery.kind != TEST:
        owner = actor_of_person(hook.owner, clock.today())
        subject = queries.told(delivery.kind, delivery.subject_id or 0, owner, hook)
        if subject is None:
            return None
        data = subject.data | {"url": f"{settings.base_url}{subject.path}"}
    at = delivery.happened_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": delivery.kind, "timestamp": at, "data": data}, separators=(",", ":")).encode()


def _headers(message_id: str, secret: bytes, body: bytes) -> dict[str, str]:
    now: datetime = clock.machine_now()
    return {
        "Content-Type": "application/json",
        "User-Agent": "pmo-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(secret, message_id, now, body),
    }


def called(call: Call, settings: Settings) -> Heard:
    """Touches no database: the other side may take its time."""
    inside = settings.webhook_private
    if address_problem(call.url, may_be_inside=inside) is not None:
        return Heard(None, Trouble.INSIDE)
    begun = monotonic()
    heard = calling.post(call.url, call.body, call.headers, seconds=settings.webhook_seconds, may_be_inside=inside)
    return Heard(heard.code, heard.problem, int((monotonic() - begun) * 1000))


def noted(call: Call, heard: Heard, settings: Settings) -> None:
    """What came back, whatever happened to message and webhook meanwhile; and when it is tried again."""
    now = clock.machine_now()
    d = WebhookDelivery
    tried = {"attempts": call.attempt, "tried_at": now, "answer": heard.code, "milliseconds": heard.milliseconds}
    db.session.execute(
        update(d).where(d.id == call.delivery_id).values(**tried, problem=heard.problem, version=d.version + 1)
    )  # fmt: skip
    if heard.is_good:
        actions.heard(call.hook_id)
        _ended(call.delivery_id, SendState.SENT, "")
        return
    is_paused = actions.unheard(call.hook_id, now)
    if heard.code == GONE:
        is_paused = actions.pause(call.hook_id, Because.CLOSED_THERE)
    if is_paused or call.attempt >= settings.webhook_attempts:
        _ended(call.delivery_id, SendState.FAILED, heard.problem)
        return
    defer("hooks.again", not_before=now + pause_after(call.attempt), delivery_id=call.delivery_id)


def _ended(delivery_id: int, state: SendState, problem: str) -> None:
    """Only what still waits: somebody may have been faster."""
    d = WebhookDelivery
    ending = {"state": state.value, "problem": str(problem), "version": d.version + 1}
    db.session.execute(update(d).where(d.id == delivery_id, d.state == SendState.WAITING.value).values(ending))
