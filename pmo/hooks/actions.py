"""What is done to webhooks and their messages. Each function is one verb; none commits."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from pmo.db import db, fresh
from pmo.hooks import queries, sealing
from pmo.hooks.logic import TEST, HookState, SendState
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import Message, msg

NOT_NOW: Message = msg("A webhook that is paused or archived sends nothing. Let it go on first.")


def add(
    *, name: str, url: str, kinds: Sequence[str], owner_id: int, portfolio_id: int | None, programme_id: int | None
) -> tuple[Webhook, str]:
    """The new webhook and its secret, told once."""
    hook = Webhook(
        name=name, url=url, kinds=list(kinds), owner_id=owner_id, portfolio_id=portfolio_id, programme_id=programme_id
    )  # fmt: skip
    db.session.add(hook)
    db.session.flush()
    shown, sealed = sealing.made()
    db.session.add(WebhookSecret(webhook_id=hook.id, sealed=sealed))
    return hook, shown


def new_secret(hook: Webhook) -> str:
    """The one before signs nothing any more."""
    shown, sealed = sealing.made()
    db.session.scalars(select(WebhookSecret).where(WebhookSecret.webhook_id == hook.id)).one().sealed = sealed
    return shown


def move(hook: Webhook, state: HookState, *, seen_version: int | None) -> None:
    """Paused, let go on, archived. Raises Conflict when somebody else was faster."""
    fresh(hook, seen_version)
    hook.state, hook.problem = state.value, ""


def pause(hook: Webhook, why: str) -> None:
    """By itself: nobody listens there, or nobody answers for it."""
    hook.state, hook.problem = HookState.PAUSED.value, why


def happened(events: Sequence[tuple[str, int]], at: datetime) -> None:
    """A message for each webhook that asks for it; whether its owner may see it is asked when it is sent."""
    for hook in queries.listening_to({kind for kind, _ in events}):
        for kind, subject_id in events:
            if kind in hook.kinds:
                _write(hook, kind, subject_id, at)


def try_out(hook: Webhook) -> WebhookDelivery:
    """A message about nothing, to see whether it arrives. Raises Conflict."""
    if hook.state != HookState.ACTIVE:
        raise Conflict(NOT_NOW)
    return _write(hook, TEST, None, clock.now())


def send_again(delivery: WebhookDelivery) -> None:
    """Under the same number, so that who has it already knows. Raises Conflict."""
    if delivery.webhook.state != HookState.ACTIVE:
        raise Conflict(NOT_NOW)
    if delivery.state == SendState.WAITING:
        raise Conflict(msg("This message waits to be sent already."))
    delivery.state, delivery.attempts, delivery.problem = SendState.WAITING.value, 0, ""
    defer("hooks.send", delivery_id=delivery.id)


def _write(hook: Webhook, kind: str, subject_id: int | None, at: datetime) -> WebhookDelivery:
    made = WebhookDelivery(
        webhook_id=hook.id, message_id=f"msg_{uuid.uuid4().hex}", kind=kind, subject_id=subject_id, happened_at=at
    )
    db.session.add(made)
    db.session.flush()
    defer("hooks.send", delivery_id=made.id)
    return made
