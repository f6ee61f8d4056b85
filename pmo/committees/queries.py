"""Reads of committees and meetings."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pmo.committees.models import Committee, Meeting
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within


@dataclass(frozen=True, slots=True)
class Around:
    """Meetings of the committees an actor follows, around today."""

    next: Meeting | None
    last: Meeting | None
    before_last: Meeting | None


def committee_by_code(code: str) -> Committee:
    found = db.session.scalar(select(Committee).where(func.upper(Committee.code) == code.strip().upper()))
    if found is None:
        raise NotFound
    return found


def meetings_around(actor: Actor, today: date) -> Around:
    """The next meeting and the last two, in one statement."""
    seen = within(actor, Permission.COMMITTEE_READ, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    base = select(Meeting).join(Committee).where(seen, Committee.archived_at.is_(None), Meeting.cancelled_at.is_(None))
    ahead = base.where(Meeting.held_on >= today).order_by(Meeting.held_on).limit(1).subquery()
    past = base.where(Meeting.held_on < today).order_by(Meeting.held_on.desc()).limit(2).subquery()
    query = select(Meeting).where(Meeting.id.in_(select(ahead.c.id).union_all(select(past.c.id)))).order_by(Meeting.held_on.desc())
    meetings = list(db.session.scalars(query))
    held = [meeting for meeting in meetings if meeting.held_on < today]
    coming = next((meeting for meeting in meetings if meeting.held_on >= today), None)
    return Around(coming, held[0] if held else None, held[1] if len(held) > 1 else None)


def last_committee_moment() -> datetime | None:
    """The end of the day a committee last met on: what `last-committee` means."""
    query = select(func.max(Meeting.held_on)).where(Meeting.held_on < clock.today(), Meeting.cancelled_at.is_(None))
    found = db.session.scalar(query)
    return clock.end_of_day(found) if found else None
