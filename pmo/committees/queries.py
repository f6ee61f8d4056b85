"""Reads of committees and meetings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload

from pmo.committees.models import Committee, Meeting
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects

RECENT = 30  # meetings to choose from


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


def reads_mine(actor: Actor) -> ColumnElement[bool]:
    """Committees the actor may read, and those that read about a project of theirs: their days are everybody's days."""
    seen = within(actor, Permission.COMMITTEE_READ, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    watched = or_(Committee.programme_id.is_(None), Committee.programme_id == Project.programme_id)
    mine = Project.id.in_(visible_projects(actor))
    return or_(seen, exists().where(mine, Project.portfolio_id == Committee.portfolio_id, watched))


def meetings_around(actor: Actor, today: date) -> Around:
    """The next meeting and the last two, in one statement."""
    held = (Committee.archived_at.is_(None), Meeting.cancelled_at.is_(None))
    base = select(Meeting).join(Committee).where(reads_mine(actor), *held)
    ahead = base.where(Meeting.held_on >= today).order_by(Meeting.held_on, Meeting.id).limit(1).subquery()
    past = base.where(Meeting.held_on < today).order_by(Meeting.held_on.desc()).limit(2).subquery()
    query = (
        select(Meeting).where(Meeting.id.in_(select(ahead.c.id).union_all(select(past.c.id)))).order_by(Meeting.held_on.desc())
    )
    meetings = list(db.session.scalars(query))
    gone = [meeting for meeting in meetings if meeting.held_on < today]
    coming = next((meeting for meeting in meetings if meeting.held_on >= today), None)
    return Around(coming, gone[0] if gone else None, gone[1] if len(gone) > 1 else None)


def last_committee_moment() -> datetime | None:
    """The end of the day a committee last met on: what `last-committee` means."""
    query = select(func.max(Meeting.held_on)).where(Meeting.held_on < clock.today(), Meeting.cancelled_at.is_(None))
    found = db.session.scalar(query)
    return clock.end_of_day(found) if found else None


def committees(actor: Actor, permission: Permission = Permission.COMMITTEE_READ) -> list[Committee]:
    """Those the actor follows, by name."""
    seen = within(actor, permission, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    return list(
        db.session.scalars(select(Committee).where(seen, Committee.archived_at.is_(None)).order_by(Committee.name, Committee.id))
    )


def next_meetings(ids: Collection[int], today: date) -> dict[int, Meeting]:
    """The next meeting of each committee, in one statement."""
    ahead = (
        select(Meeting)
        .where(Meeting.committee_id.in_(ids), Meeting.held_on >= today, Meeting.cancelled_at.is_(None))
        .ext(distinct_on(Meeting.committee_id))
        .order_by(Meeting.committee_id, Meeting.held_on)
    )
    return {meeting.committee_id: meeting for meeting in db.session.scalars(ahead)}


def meetings(committee_id: int) -> list[Meeting]:
    """Newest first, cancelled ones too."""
    query = select(Meeting).where(Meeting.committee_id == committee_id).order_by(Meeting.held_on.desc())
    return list(db.session.scalars(query))


def last_meeting(committee_id: int, today: date) -> Meeting | None:
    """The one before today."""
    past = (Meeting.held_on < today, Meeting.cancelled_at.is_(None), Meeting.committee_id == committee_id)
    return db.session.scalar(select(Meeting).where(*past).order_by(Meeting.held_on.desc()).limit(1))


def committee(committee_id: int) -> Committee:
    found = db.session.get(Committee, committee_id)
    if found is None:
        raise NotFound
    return found


def meeting(meeting_id: int) -> Meeting:
    """With its committee."""
    found = db.session.scalar(select(Meeting).where(Meeting.id == meeting_id).options(joinedload(Meeting.committee)))
    if found is None:
        raise NotFound
    return found


def meetings_about(project: Project, *, since: date | None = None, until: date | None = None) -> list[Meeting]:
    """Meetings of the committees that watch over a project, with their committees, the next or the newest first."""
    watched = or_(Committee.programme_id.is_(None), Committee.programme_id == project.programme_id)
    query = (
        select(Meeting)
        .join(Meeting.committee)
        .options(contains_eager(Meeting.committee))
        .where(Committee.portfolio_id == project.portfolio_id, watched, Meeting.cancelled_at.is_(None))
    )
    if since is not None:
        query = query.where(Meeting.held_on >= since, Committee.archived_at.is_(None)).order_by(Meeting.held_on, Meeting.id)
    if until is not None:
        query = query.where(Meeting.held_on <= until).order_by(Meeting.held_on.desc(), Meeting.id)
    return list(db.session.scalars(query.limit(RECENT)))
