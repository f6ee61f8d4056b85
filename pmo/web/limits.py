"""How much somebody may ask: the windows of the library `limits`, kept in PostgreSQL so that all servers count together."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from pmo.config import Settings
from pmo.db import db
from pmo.kernel import clock
from pmo.web.errors import answer

COUNT = text("""
    insert into rate_window as w (key, slot, current, ends_at) values (:key, :slot, :amount, :ends_at)
    on conflict (key) do update set slot = :slot, ends_at = :ends_at,
        previous = case w.slot when :slot then w.previous when :slot - 1 then w.current else 0 end,
        current = case w.slot when :slot then w.current else 0 end + :amount
    where case w.slot when :slot then w.previous when :slot - 1 then w.current else 0 end * cast(:left as float)
        + case w.slot when :slot then w.current else 0 end + :amount <= :most
    returning id
""")
OF_PROGRAMS = ("/api/", "/odata", "/feeds/", "/calendar/")
READ = text("select slot, current, previous from rate_window where key = :key")
FORGET = text("delete from rate_window where key = :key")


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a window after one more call, and in how many seconds there is room again."""

    is_allowed: bool
    most: int
    left: int
    seconds: int


class PostgresWindows(Storage, SlidingWindowCounterSupport):
    """One row per key: the running window and the one before it, changed in one statement that locks nobody else."""

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> type[Exception]:
        return DBAPIError

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        slot, elapsed = _slot(expiry)
        facts = {"key": key, "slot": slot, "amount": amount, "most": limit, "left": 1 - elapsed / expiry}
        facts["ends_at"] = clock.machine_now() + timedelta(seconds=2 * expiry)
        if amount > limit:
            return False
        with _connection() as connection:
            return connection.execute(COUNT, facts).first() is not None

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        slot, elapsed = _slot(expiry)
        left = expiry - elapsed
        with _connection() as connection:
            found = connection.execute(READ, {"key": key}).first()
        if found is None or found.slot < slot - 1:
            return 0, 0.0, 0, 0.0
        if found.slot == slot - 1:
            return found.current, left, 0, expiry + left
        return found.previous, left, found.current, expiry + left

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        self.clear(key)

    def clear(self, key: str) -> None:
        with _connection() as connection:
            connection.execute(FORGET, {"key": key})

    def check(self) -> bool:
        with _connection() as connection:
            return bool(connection.scalar(text("select true")))

    def reset(self) -> int | None:
        with _connection() as connection:
            return connection.execute(text("delete from rate_window")).rowcount

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("windows only")

    def get(self, key: str) -> int:
        raise NotImplementedError("windows only")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("windows only")


def spend(door: str, who: str, item: RateLimitItem) -> Spent:
    """One more call of somebody at a door; the same for every server. `who` is an id, an address, a digest."""
    windows = SlidingWindowCounterRateLimiter(PostgresWindows())
    is_allowed = windows.hit(item, door, who)
    reset, left = windows.get_window_stats(item, door, who)
    seconds = max(1, ceil(reset - clock.machine_now().timestamp()))
    return Spent(is_allowed, item.amount, left if is_allowed else 0, seconds)


def install(app: Flask) -> None:
    """After who asks is known: every call of a program counts for its token or its address."""
    app.before_request(_count)
    app.after_request(_say)


def _count() -> Response | None:
    settings: Settings = current_app.config["SETTINGS"]
    if not request.path.startswith(OF_PROGRAMS) or not settings.api_calls_per_minute:
        return None
    g.spent = spend("api", _who(), RateLimitItemPerMinute(settings.api_calls_per_minute))
    return None if g.spent.is_allowed else answer(429)


def _who() -> str:
    if (token := g.get("token")) is not None:
        return f"token:{token.id}"
    if (person := g.get("actor")) is not None:
        return f"person:{person.person_id}"
    return f"address:{request.remote_addr}"


def _say(response: Response) -> Response:
    """As the IETF's draft says it (RateLimit header fields for HTTP)."""
    spent: Spent | None = g.get("spent")
    if spent is not None:
        response.headers["RateLimit-Policy"] = f'"calls";q={spent.most};w=60'
        response.headers["RateLimit"] = f'"calls";r={spent.left};t={spent.seconds}'
        if not spent.is_allowed:
            response.headers["Retry-After"] = str(spent.seconds)
    return response


def _slot(expiry: int) -> tuple[int, float]:
    """The number of the running window, and how many seconds of it have passed."""
    now = clock.machine_now().timestamp()
    return int(now // expiry), now % expiry


def _connection() -> Connection:
    """Not the one of the request: a count is kept whatever becomes of that, and its lock lasts one statement."""
    return db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def forget_old() -> None:
    """Windows that say nothing any more."""
    db.session.execute(text("delete from rate_window where ends_at < :now"), {"now": clock.machine_now()})
