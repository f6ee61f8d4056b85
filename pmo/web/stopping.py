"""A graceful end: what has begun is finished, what is new is refused, and who balances the load is told."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import ClosingIterator

from pmo.web.errors import answer

STILL_ANSWERED = frozenset({"health.alive", "health.ready", "figures.metrics", "static"})
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Gate:
    """Around the whole application: knows how many requests are in it, and whether more may come."""

    def __init__(self, inner: Application) -> None:
        self.inner = inner
        self.is_stopping = False
        self._inside = 0
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._count(1)
        try:
            body = self.inner(environ, start_response)
        except BaseException:
            self._count(-1)
            raise
        return ClosingIterator(body, lambda: self._count(-1))

    def stop(self) -> None:
        """From now on. Called by a signal's handler too, so it waits for nothing."""
        self.is_stopping = True

    def wait_until_empty(self, seconds: float) -> bool:
        """False when something was still inside after that time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._inside == 0, seconds)

    def _count(self, step: int) -> None:
        with self._changed:
            self._inside += step
            self._changed.notify_all()


def install(app: Flask) -> None:
    app.extensions["gate"] = gate = Gate(app.wsgi_app)
    app.wsgi_app = gate  # type: ignore[method-assign]
    app.before_request(_refuse_new)


def gate() -> Gate:
    found: Gate = current_app.extensions["gate"]
    return found


def _refuse_new() -> Response | None:
    if not gate().is_stopping or request.endpoint in STILL_ANSWERED:
        return None
    response = answer(503)
    response.headers["Retry-After"] = "2"
    return response
