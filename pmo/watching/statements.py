"""Looks on while statements run: how many, which were slow, which transactions of the history were written."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from pmo.watching.logic import shape

MOST_SLOW = 20  # of one request or job
WRITTEN = "select current_setting('pmo.txn', true)"


@dataclass(slots=True)
class Seen:
    """What one request or job has done so far."""

    statements: int = 0
    slow: list[tuple[str, int]] = field(default_factory=list)  # shape, milliseconds
    txns: list[int] = field(default_factory=list)  # history.txn


_seen: ContextVar[Seen | None] = ContextVar("pmo_seen", default=None)


def begin() -> Seen:
    """From here on, in this context, statements are counted here."""
    seen = Seen()
    _seen.set(seen)
    return seen


def now() -> Seen | None:
    """What this request or job has done so far."""
    return _seen.get()


@contextmanager
def unseen() -> Iterator[None]:
    """What is done inside to note something is not noted itself."""
    token = _seen.set(None)
    try:
        yield
    finally:
        _seen.reset(token)


def watch(engine: Engine, slow_ms: int) -> None:
    """Count this engine's statements."""

    @event.listens_for(engine, "before_cursor_execute")
    def start(*given: Any) -> None:
        context = given[4]
        if context is not None:
            context.pmo_began = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(*given: Any) -> None:
        seen, statement, context = _seen.get(), given[2], given[4]
        if seen is None:
            return
        seen.statements += 1
        ms = round((time.perf_counter() - getattr(context, "pmo_began", time.perf_counter())) * 1000)
        if ms >= slow_ms and len(seen.slow) < MOST_SLOW:
            seen.slow.append((shape(statement), ms))


@event.listens_for(Session, "before_commit")
def _written(session: Session) -> None:
    """The number of the transaction in the history, asked past the counting; nothing when nothing was written to it."""
    seen = _seen.get()
    if seen is None or "change" not in session.info or not session.in_transaction():
        return
    session.flush()
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(WRITTEN)
        found = cursor.fetchone()
    if found and found[0]:
        seen.txns.append(int(found[0]))
