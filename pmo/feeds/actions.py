"""What is done to calendar addresses and to keys for reading tables. Each function is one verb; none commits."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from pmo.db import db
from pmo.feeds.logic import FeedKind
from pmo.feeds.models import CalendarFeed
from pmo.kernel import clock
from pmo.kernel.token_scopes import TokenScope
from pmo.people.actions import token_digest
from pmo.people.models import ApiToken

SEEN_EVERY = timedelta(minutes=1)


def make_feed(person_id: int, kind: FeedKind, subject_id: int | None) -> str:
    """The secret of a new address, told once. An earlier address of the same calendar opens nothing any more."""
    now, token = clock.machine_now(), secrets.token_urlsafe(32)
    same = (
        CalendarFeed.person_id == person_id,
        CalendarFeed.kind == kind.value,
        CalendarFeed.subject_id.is_not_distinct_from(subject_id),
    )
    db.session.execute(update(CalendarFeed).where(*same, CalendarFeed.revoked_at.is_(None)).values(revoked_at=now))
    digest = token_digest(token)
    db.session.add(CalendarFeed(person_id=person_id, kind=kind.value, subject_id=subject_id, token_digest=digest, made_at=now))
    return token


def end_feed(feed: CalendarFeed) -> None:
    feed.revoked_at = feed.revoked_at or clock.machine_now()


def feed_was_read(feed: CalendarFeed) -> bool:
    """Note the reading, at most once a minute. Returns whether there is something to save."""
    now = clock.machine_now()
    if feed.read_at is not None and now - feed.read_at < SEEN_EVERY:
        return False
    feed.read_at = now
    return True


def reading_keys(person_id: int) -> list[ApiToken]:
    """Keys of this person that may only read and still work, newest first."""
    valid = (ApiToken.person_id == person_id, ApiToken.scopes == [TokenScope.READ.value], ApiToken.revoked_at.is_(None))
    lasting = ApiToken.expires_at.is_(None) | (ApiToken.expires_at > clock.machine_now())
    return list(db.session.scalars(select(ApiToken).where(*valid, lasting).order_by(ApiToken.id.desc())))


def end_key(key: ApiToken) -> None:
    key.revoked_at = key.revoked_at or clock.machine_now()
