"""What is done to webhooks and their messages. Each function is one verb; none commits."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from pmo.db import db, fresh
from pmo.hooks import queries, sealing
from pmo.hooks.logic import TEST, Because, Event, EventKind, HookState, SendState, is_silent, is_stuck, message_id
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
    heard(hook.id)


def pause(hook_id: int, why: Because) -> bool:
    """By itself: nobody listens there, or nobody answers for it. What somebody did to it meanwhile is left as it is."""
    paused = {"state": HookState.PAUSED.value, "problem": why.value, "version": Webhook.version + 1}
    db.session.execute(update(Webhook).where(Webhook.id == hook_id, Webhook.state == HookState.ACTIVE.value).values(paused))
    return True


def heard(hook_id: int) -> None:
    """The other side took something, or is given another chance: what failed before counts no more."""
    s = WebhookSecret
    db.session.execute(update(s).where(s.webhook_id == hook_id, s.failures > 0).values(failures=0, failing_since=None))


def unheard(hook_id: int, now: datetime) -> bool:
    """One more attempt that nobody took. Returns whether the webhook was paused for it."""
    s = WebhookSecret
    counted = {"failures": s.failures + 1, "failing_since": func.coalesce(s.failing_since, now)}
    failures, since = db.session.execute(
        update(s).where(s.webhook_id == hook_id).values(counted).returning(s.failures, s.failing_since)
    ).one()
    return is_silent(failures, since, now) and pause(hook_id, Because.SILENT)


def happened(events: Sequence[tuple[str, int]], at: datetime) -> None:
    """A message for each webhook that asks for it; whether its owner may see it is asked when it is sent."""
    for hook in queries.listening_to({kind for kind, _ in events}):
        for kind, subject_id in events:
            if kind in hook.kinds:
                _write(hook.id, kind, subject_id, at, message_id(hook.id, Event(EventKind(kind), subject_id), at))


def try_out(hook: Webhook) -> None:
    """A message about nothing, to see whether it arrives. Raises Conflict."""
    if hook.state != HookState.ACTIVE:
        raise Conflict(NOT_NOW)
    _write(hook.id, TEST, None, clock.now(), f"msg_{uuid.uuid4().hex}")


def send_again(delivery: WebhookDelivery, *, attempts: int) -> None:
    """Under the same number, so that who has it already knows; of `attempts` as the installation has it. Raises Conflict."""
    if delivery.webhook.state != HookState.ACTIVE:
        raise Conflict(NOT_NOW)
    if delivery.state == SendState.WAITING and not is_stuck(delivery.last_heard_of, attempts, clock.machine_now()):
        raise Conflict(msg("This message waits to be sent already."))
    delivery.state, delivery.attempts, delivery.problem = SendState.WAITING.value, 0, ""
    _send(delivery.webhook_id, delivery.id)


def due(delivery_id: int) -> None:
    """Its next attempt."""
    _send(queries.delivery(delivery_id).webhook_id, delivery_id)


def clear_away(*, days: int) -> None:
    """Messages that ended this long ago; what waits stays."""
    d = WebhookDelivery
    oldest = clock.now() - timedelta(days=days)
    db.session.execute(delete(d).where(d.state != SendState.WAITING.value, d.happened_at < oldest))


def _write(hook_id: int, kind: str, subject_id: int | None, at: datetime, number: str) -> None:
    """Once under each number."""
    row = {"webhook_id": hook_id, "message_id": number, "kind": kind, "subject_id": subject_id, "happened_at": at}
    made = db.session.scalar(
        insert(WebhookDelivery).values(row).on_conflict_do_nothing(index_elements=["message_id"]).returning(WebhookDelivery.id)
    )
    if made is not None:
        _send(hook_id, made)


def _send(hook_id: int, delivery_id: int) -> None:
    """One message of a webhook at a time: who answers slowly takes one thread of the workers, and no more."""
    defer("hooks.send", lock=f"hook:{hook_id}", delivery_id=delivery_id)
