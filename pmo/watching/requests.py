"""Every request has a number, a line in the log and a place in the figures; what went wrong is noted, what was asked is not."""

import secrets
import time

from flask import Flask, Response, g, got_request_exception, request
from sqlalchemy.exc import SQLAlchemyError

from pmo.config import Settings
from pmo.db import db
from pmo.watching import counters, noting, statements
from pmo.watching.logic import sane_id
from pmo.watching.logs import log

HEADER = "X-Request-Id"
UNKNOWN = "none"  # the endpoint of an address that leads nowhere
SIGN_IN = "/sign-in"
REFUSED = frozenset({401, 403, 422, 429})


def install(app: Flask, settings: Settings) -> None:
    """Called before everything else is installed: then it begins first and ends last."""
    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(keep)
    got_request_exception.connect(_went_wrong, app)
    with app.app_context():
        for engine in db.engines.values():
            statements.watch(engine, settings.slow_ms)


def begin() -> None:
    g.request_id = sane_id(request.headers.get(HEADER, "")) or secrets.token_hex(8)
    g.began = time.perf_counter()
    g.seen = statements.begin()


def finish(response: Response) -> Response:
    """One line, with the endpoint's name and never its address, whose parts may say something."""
    response.headers[HEADER] = g.request_id
    seconds, endpoint, actor = time.perf_counter() - g.began, request.endpoint or UNKNOWN, g.get("actor")
    log().info(
        "request",
        request_id=g.request_id,
        method=request.method if request.method in counters.METHODS else "other",
        endpoint=endpoint,
        status=response.status_code,
        ms=round(seconds * 1000),
        statements=g.seen.statements,
        person_id=actor.person_id if actor else None,
        txns=g.seen.txns,
    )
    counters.count(endpoint, request.method, response.status_code, seconds, g.seen.statements)
    if request.method == "POST" and request.path == SIGN_IN and response.status_code in REFUSED:
        counters.count_refused_sign_in()
    return response


def keep(_error: BaseException | None) -> None:
    """After the answer was made."""
    seen = g.pop("seen", None)
    if seen is not None and seen.slow:
        noting.slow_statements(request.endpoint or UNKNOWN, seen.slow)


def _went_wrong(_app: Flask, exception: BaseException) -> None:
    endpoint, number = request.endpoint or UNKNOWN, g.get("request_id", "")
    if isinstance(exception, SQLAlchemyError):
        db.session.rollback()  # gives its connection back, for the note and for the page that says it
    found = noting.problem(exception, endpoint, number)
    log().error("error", request_id=number, endpoint=endpoint, error=found.kind, place=found.place)
