"""`Idempotency-Key`: a change that was asked for twice is carried out once, on every server, and answered twice."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Response, g, request
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, Refused
from pmo.kernel.languages import msg
from pmo.web.access import actor
from pmo.web.models import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT_HOURS = 24  # said to clients in the description of the API
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
UNIQUE = "23505"
WAITING = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds: the answer is written right after the change


class Repeated(Exception):
    """The change of this key has been committed by another request, maybe a moment ago."""


@contextmanager
def changing(reason: str = "") -> Iterator[None]:
    """The transaction of a change; with a key, the key is committed or rolled back with it.

    Whoever comes at the same time with the same key waits in the database until then. Raises Repeated.
    """
    try:
        with transaction(reason):
            key = asked_key()
            if key:
                _claim(key)
            yield
    except IntegrityError as error:
        raise _refusal(error) from error


def known() -> Response | None:
    """The answer to this key if there is one: asked after the permission, before anything else. Raises Invalid, Conflict."""
    key = asked_key()
    if not key:
        return None
    found = _found(key)
    if found is None:
        return None
    if found.request_sha256 != _digest():
        raise Invalid({HEADER: msg("This key was already used for another request. Use a new one for each change.")})
    if found.status is None:
        raise Conflict(msg("This was carried out, and its answer was lost. Look at the object before you repeat it."))
    return Response(found.body, found.status, {**found.headers, "Idempotency-Replayed": "true"})


def after_the_other() -> Response:
    """The answer that another request with the same key is about to write. Raises Conflict when it never does."""
    for seconds in WAITING:
        found = _found(asked_key())
        if found is not None and found.status is not None:
            break
        time.sleep(seconds)
    answer = known()
    if answer is None:
        raise Conflict(msg("Another request with this key is running. Try again in a moment."))
    return answer


def keep(response: Response) -> Response:
    """Writes the answer down for whoever repeats the request."""
    key = g.pop("claimed_key", "")
    if key:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        mine = (KeptAnswer.person_id == actor().person_id, KeptAnswer.key == key)
        said = {"status": response.status_code, "headers": headers, "body": response.get_data()}
        with transaction("answer kept"):
            db.session.execute(update(KeptAnswer).where(*mine).values(**said))
    return response


def forget_old() -> int:
    """Answers nobody may ask for any more. Returns how many."""
    oldest = clock.machine_now() - timedelta(hours=KEPT_HOURS)
    gone = db.session.scalars(delete(KeptAnswer).where(KeptAnswer.made_at < oldest).returning(KeptAnswer.id))
    return len(gone.all())


def asked_key() -> str:
    """The key sent with a POST; other methods repeat by their nature. Raises Invalid."""
    key = request.headers.get(HEADER, "").strip() if request.method == "POST" else ""
    if len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise Invalid({HEADER: msg("A key has at most %(most)s printable characters.", most=LONGEST_KEY)})
    return key


def _refusal(error: IntegrityError) -> Refused:
    """What the database would not take: an id of nothing, or what somebody else made in the same moment."""
    said = getattr(error.orig, "diag", None)
    constraint, table = getattr(said, "constraint_name", "") or "", getattr(said, "table_name", "") or ""
    if getattr(error.orig, "sqlstate", "") == UNIQUE:
        return Conflict(msg("Somebody else made the same a moment ago."))
    return Invalid({constraint.removeprefix(f"fk_{table}_"): msg("There is nothing with this number, or it does not fit.")})


def _claim(key: str) -> None:
    """In the transaction of the change. A key that is too old to count is taken over."""
    now = clock.machine_now()
    fresh = {"request_sha256": _digest(), "made_at": now, "status": None, "headers": {}, "body": b""}
    new = insert(KeptAnswer).values(person_id=actor().person_id, key=key, **fresh)
    old = KeptAnswer.made_at < now - timedelta(hours=KEPT_HOURS)
    taken = new.on_conflict_do_update(index_elements=["person_id", "key"], set_=fresh, where=old).returning(KeptAnswer.id)
    if db.session.scalar(taken) is None:
        raise Repeated
    g.claimed_key = key


def _found(key: str) -> KeptAnswer | None:
    db.session.rollback()  # what was read before this moment may be older than the answer
    oldest = clock.machine_now() - timedelta(hours=KEPT_HOURS)
    mine = (KeptAnswer.person_id == actor().person_id, KeptAnswer.key == key, KeptAnswer.made_at >= oldest)
    return db.session.scalar(select(KeptAnswer).where(*mine))


def _digest() -> bytes:
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(said).digest()
