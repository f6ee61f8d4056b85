"""Links in mails that open one thing for one person without signing in: made, opened, revoked; known only by their digest."""

import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg
from pmo.people.actions import start_session, token_digest
from pmo.people.logic import Way
from pmo.people.models import Person, SignedLink

DOOR = "link"  # of the throttle


class Purpose(StrEnum):
    """What a link opens, and nothing else."""

    WALK = "walk"


class NoLongerValid(Refused):
    """The link opens nothing; its sentence says why, as far as the person may know."""


GONE: Message = msg("This link does not open anything. Ask for a new one, or sign in.")
OVER: Message = msg("This link is no longer valid. The next mail brings a new one; until then, sign in.")
CLOSED: Message = msg("Your account is closed, so this link opens nothing any more.")


def make_link(person: Person, purpose: Purpose, *, days: int) -> str:
    """The token of a new link, told once. Earlier links of the same purpose stay valid until they expire."""
    token = secrets.token_urlsafe(32)
    now = clock.machine_now()
    db.session.add(
        SignedLink(
            person_id=person.id,
            purpose=purpose.value,
            token_digest=token_digest(token),
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return token


def link_of(token: str, purpose: Purpose) -> tuple[SignedLink, Person]:
    """The link and its person. Raises NoLongerValid for one that is unknown, over, revoked, or of somebody who has left."""
    query = select(SignedLink, Person).join(Person, Person.id == SignedLink.person_id)
    found = db.session.execute(
        query.where(SignedLink.token_digest == token_digest(token), SignedLink.purpose == purpose.value)
    ).first()
    if found is None:
        raise NoLongerValid(GONE)
    link, person = found
    if not person.is_active:
        raise NoLongerValid(CLOSED)
    if link.revoked_at is not None or link.expires_at <= clock.machine_now():
        raise NoLongerValid(OVER)
    return link, person


def open_link(link: SignedLink, person: Person, *, address: str, agent: str) -> str:
    """A session for what the link is for and nothing else; the answer is the token for the cookie."""
    link.used_at = clock.machine_now()
    return start_session(person, address=address, agent=agent, purpose=link.purpose, way=Way.LINK)


def valid_links(person_id: int, purpose: Purpose) -> list[SignedLink]:
    """Those that still open something, the one that lasts longest first."""
    query = select(SignedLink).where(SignedLink.person_id == person_id, SignedLink.purpose == purpose.value)
    still = query.where(SignedLink.revoked_at.is_(None), SignedLink.expires_at > clock.machine_now())
    return list(db.session.scalars(still.order_by(SignedLink.expires_at.desc())))
