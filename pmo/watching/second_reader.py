"""Look-backs are read from the standby when there is one; when it fails in the middle of an answer, that is made again.

Who asks, and what they may, is always read from the primary: a standby may be seconds behind, and a right that was taken away or
a session that was ended must open nothing from that moment on.
"""

import time
from datetime import timedelta

from flask import Flask, Response, current_app, g, has_request_context, make_response, request
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from pmo import standby
from pmo.config import Settings
from pmo.db import Moment, db, look_back, looking_back
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.watching.logs import log
from pmo.web.errors import answer

AWAY = msg("The database is away for a moment. Nothing you saved is lost; try again.")
READS = ("GET", "HEAD")
LEFT_ALONE_SECONDS = 15.0  # after it did not answer


class SecondReader:
    """Asked for each look back of this process whether the standby may be read."""

    def __init__(self, limit: timedelta) -> None:
        self.limit = limit
        self.left_alone_until = 0.0

    def __call__(self, moment: Moment) -> bool:
        if has_request_context() and (request.method not in READS or g.get("primary_only")):
            return False
        if time.monotonic() < self.left_alone_until:
            return False
        with db.engine.connect() as primary:
            settled = standby.has_settled(
                primary, db.engines[standby.NAME], moment.at, moment.known_txn, clock.machine_now(), self.limit, self.failed
            )
        if has_request_context():
            g.read_from_standby = settled
        return settled

    def failed(self, problem: SQLAlchemyError) -> None:
        self.left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
        log().warning("standby does not answer", exc_info=problem)


def binds(settings: Settings, pool: dict[str, object]) -> dict[str, dict[str, object]]:
    """The standby's engine: like the primary's, but not waited for."""
    if not settings.database_read_url:
        return {}
    arguments = {"prepare_threshold": None, "connect_timeout": 2}
    return {standby.NAME: {**pool, "connect_args": arguments, "url": settings.database_read_url}}


def install(app: Flask, settings: Settings) -> None:
    if settings.database_read_url:
        app.extensions[standby.NAME] = SecondReader(timedelta(seconds=settings.standby_lag_seconds))
    app.register_error_handler(DBAPIError, _without)
    app.teardown_appcontext(_let_go)  # before the session is taken away


def _without(error: DBAPIError) -> Response:
    """An answer in spite of a database that went away: from the primary what the standby could not give, else that it is away."""
    if g.pop("read_from_standby", False) and not g.get("primary_only") and request.endpoint is not None:
        return _again(error, request.endpoint)
    if not isinstance(error, OperationalError) or not standby.is_lost(error):
        raise error
    log().error("database lost", exc_info=error, request_id=g.get("request_id"), endpoint=request.endpoint)
    response = answer(503, AWAY)
    response.headers["Retry-After"] = "2"
    return response


def _again(error: DBAPIError, endpoint: str) -> Response:
    """The standby went away, or had to replay what was being read: the same page from the primary, once."""
    reader: SecondReader = current_app.extensions[standby.NAME]
    reader.failed(error)
    g.primary_only = True
    look_back(looking_back() or (Moment(g.as_of) if g.get("as_of") else None))
    view = current_app.view_functions[endpoint]
    return make_response(current_app.ensure_sync(view)(**(request.view_args or {})))


def _let_go(_error: BaseException | None) -> None:
    """A connection that died after the answer was made is no reason not to send it."""
    try:
        db.session.rollback()
    except OperationalError as problem:
        log().warning("database lost", exc_info=problem)
        db.session().invalidate()
