"""One-time links for answers from outside: made, opened, used; known only by their digest."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from pmo.db import db
from pmo.indicators.actions import Answer, Giver, give
from pmo.indicators.logic.definition import Via
from pmo.indicators.models import CollectLink, Measurement
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Refused
from pmo.kernel.languages import Message, msg
from pmo.people.actions import token_digest

DOOR = "collect"  # of the throttle


class NoLongerValid(Refused):
    """The link opens nothing; its sentence says why."""


GONE: Message = msg("This link does not open anything. Ask whoever sent it for a new one.")
OVER: Message = msg("This link is no longer valid. Ask whoever sent it for a new one.")
USED: Message = msg("Thank you, the answer is here already. The link worked once and is closed.")


def make_link(measurement: Measurement, *, days: int) -> str:
    """The token of a new link, told once; one sent before works too until the answer is there. Raises Conflict."""
    if measurement.given_at is not None:
        raise Conflict(msg("This was answered already."))
    now = clock.machine_now()
    token = secrets.token_urlsafe(32)
    db.session.add(
        CollectLink(
            measurement_id=measurement.id,
            token_digest=token_digest(token),
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return token


def replace_links(measurement: Measurement, *, days: int) -> str:
    """The token of a new link; earlier ones, perhaps in the wrong hands, open nothing any more. Raises Conflict."""
    still = (CollectLink.measurement_id == measurement.id, CollectLink.used_at.is_(None), CollectLink.revoked_at.is_(None))
    db.session.execute(update(CollectLink).where(*still).values(revoked_at=clock.machine_now()))
    return make_link(measurement, days=days)


def link_of(token: str) -> CollectLink:
    """Raises NoLongerValid for one that is unknown, used, replaced or over, or of an answer that came another way."""
    found = db.session.scalar(select(CollectLink).where(CollectLink.token_digest == token_digest(token)))
    if found is None:
        raise NoLongerValid(GONE)
    if found.used_at is not None or found.measurement.given_at is not None:
        raise NoLongerValid(USED)
    ended = found.measurement.part is None or found.measurement.part.ended_at is not None
    if found.revoked_at is not None or ended or found.expires_at <= clock.machine_now():
        raise NoLongerValid(OVER)
    return found


def opened(link: CollectLink) -> None:
    """Noted the first time, for whoever waits for the answer."""
    link.opened_at = link.opened_at or clock.machine_now()


def answer_by(link: CollectLink, answer: Answer) -> None:
    """The answer enters, the link dies. Raises Invalid, Conflict."""
    part = link.measurement.part
    give(link.measurement, answer, Giver(part.who if part else "", Via.LINK))
    link.used_at = clock.machine_now()
