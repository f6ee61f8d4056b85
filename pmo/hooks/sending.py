"""Sends a message: what its owner may see now, signed, with a note of what came back."""

import json
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy import select

from pmo.config import Settings
from pmo.db import db
from pmo.hooks import actions, calling, queries, sealing
from pmo.hooks.calling import Heard
from pmo.hooks.logic import TEST, HookState, SendState, address_problem, signature
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.kernel import clock
from pmo.people.queries import actor_of_person

GONE = 410  # the other side has closed this address for good
LEFT, CLOSED_THERE, LOST = "owner left", "answered 410 Gone", "secret lost"  # logic of the page puts them in words


def send(delivery: WebhookDelivery, settings: Settings) -> bool:
    """One attempt. Returns whether another one should follow later."""
    hook = delivery.webhook
    if delivery.state != SendState.WAITING or hook.state == HookState.ARCHIVED:
        return False
    if hook.state == HookState.PAUSED:
        return _ended(delivery, SendState.FAILED, "paused")
    if not hook.owner.is_active:
        actions.pause(hook, LEFT)
        return _ended(delivery, SendState.WITHHELD, LEFT)
    body = _body(delivery, hook, settings)
    if body is None:
        return _ended(delivery, SendState.WITHHELD, "")
    secret = sealing.opened(db.session.scalars(select(WebhookSecret.sealed).where(WebhookSecret.webhook_id == hook.id)).one())
    if secret is None:
        actions.pause(hook, LOST)
        return _ended(delivery, SendState.FAILED, LOST)
    return _noted(delivery, hook, _called(delivery, hook, body, secret, settings), settings)


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


def _called(delivery: WebhookDelivery, hook: Webhook, body: bytes, secret: bytes, settings: Settings) -> Heard:
    now: datetime = clock.machine_now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "pmo-webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(secret, delivery.message_id, now, body),
    }
    inside = settings.webhook_private
    if address_problem(hook.url, may_be_inside=inside) is not None:
        return Heard(None, calling.INSIDE)
    begun = monotonic()
    heard = calling.post(hook.url, body, headers, seconds=settings.webhook_seconds, may_be_inside=inside)
    delivery.milliseconds = int((monotonic() - begun) * 1000)
    return heard


def _noted(delivery: WebhookDelivery, hook: Webhook, heard: Heard, settings: Settings) -> bool:
    delivery.attempts += 1
    delivery.tried_at, delivery.answer, delivery.problem = clock.machine_now(), heard.code, heard.problem
    if heard.is_good:
        return _ended(delivery, SendState.SENT, "")
    if heard.code == GONE:
        actions.pause(hook, CLOSED_THERE)
        return _ended(delivery, SendState.FAILED, heard.problem)
    if delivery.attempts >= settings.webhook_attempts:
        return _ended(delivery, SendState.FAILED, heard.problem)
    return True


def _ended(delivery: WebhookDelivery, state: SendState, problem: str) -> bool:
    delivery.state, delivery.problem = state.value, problem
    return False
