"""Reads of calendars: which there are, and their days, restricted to what their person may see at that moment."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text

from pmo.committees import queries as committees
from pmo.committees.models import ActionItem, Committee, Meeting
from pmo.db import db
from pmo.feeds.logic import CalendarOf, Entry, FeedKind, action_title, milestone_title
from pmo.feeds.models import CalendarFeed
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor, Permission, Place, may, may_anywhere
from pmo.people.actions import token_digest
from pmo.people.models import Person
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone

MilestoneDay = func.coalesce(Milestone.actual, Milestone.forecast, Milestone.commitment, Milestone.baseline)
READS = {FeedKind.PROJECT: Permission.PROJECT_READ, FeedKind.COMMITTEE: Permission.COMMITTEE_READ}


def feed_by_token(token: str) -> tuple[CalendarFeed, Person]:
    """What an address opens. Raises NotFound for one that is unknown or ended, or whose person has left."""
    valid = (CalendarFeed.token_digest == token_digest(token), CalendarFeed.revoked_at.is_(None), Person.is_active)
    found = db.session.execute(
        select(CalendarFeed, Person).join(Person, Person.id == CalendarFeed.person_id).where(*valid)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def feeds_of(person_id: int) -> list[CalendarFeed]:
    """The addresses that work, newest first."""
    mine = (CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return list(db.session.scalars(select(CalendarFeed).where(*mine).order_by(CalendarFeed.id.desc())))


def subjects(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Projects and committees whose calendar this person may read, as choices."""
    seen = Project.id.in_(portfolio.visible_projects(actor))
    query = select(Project.id, Project.code, Project.name).where(seen, Project.state == "open").order_by(Project.code, Project.id)
    projects = [(str(row.id), f"{row.code} {row.name}") for row in db.session.execute(query)]
    return projects, [(str(one.id), f"{one.code} {one.name}") for one in committees.committees(actor)]


def names(feeds: Sequence[CalendarFeed]) -> dict[int, str]:
    """What the calendars are called, one statement for each kind."""
    found: dict[int, str] = {}
    for kind, table in ((FeedKind.PROJECT, Project), (FeedKind.COMMITTEE, Committee)):
        ids = {feed.subject_id: feed.id for feed in feeds if feed.kind == kind}
        rows = db.session.execute(select(table.id, table.code, table.name).where(table.id.in_(ids))) if ids else ()
        found |= {ids[row.id]: f"{row.code} {row.name}" for row in rows}
    return found


def place_of(kind: FeedKind, subject_id: int | None) -> Place:
    """Where a calendar's subject stands. Raises NotFound."""
    if kind is FeedKind.PROJECT:
        return portfolio.project(subject_id or 0).place
    return committees.committee(subject_id or 0).place if kind is FeedKind.COMMITTEE else Place()


def may_read(actor: Actor, kind: FeedKind, place: Place) -> bool:
    return may_anywhere(actor, Permission.WORK_OWN) if kind is FeedKind.PERSON else may(actor, READS[kind], place)


def calendar(actor: Actor, kind: FeedKind, subject_id: int | None, days_back: int) -> CalendarOf:
    """The days of a calendar from some days ago on. Raises NotFound for what this person may not see (any more)."""
    if not may_read(actor, kind, place_of(kind, subject_id)):
        raise NotFound
    since = clock.today() - timedelta(days=days_back)
    if kind is FeedKind.PERSON:
        entries = [*_my_milestones(actor, since), *_my_actions(actor, since), *_my_meetings(actor, since)]
        return CalendarOf(msg("pmo: %(name)s", name=actor.name), tuple(entries))
    if kind is FeedKind.PROJECT:
        project = portfolio.project(subject_id or 0)
        entries = _milestones(Milestone.project_id == project.id, since)
        return CalendarOf(_named(project.code, project.name), tuple(entries))
    committee = committees.committee(subject_id or 0)
    entries = _meetings(Meeting.committee_id == committee.id, since, with_deadlines=True)
    return CalendarOf(_named(committee.code, committee.name), tuple(entries))


def _named(code: str, name: str) -> Message:
    return msg("pmo: %(code)s %(name)s", code=code, name=name)


def _my_milestones(actor: Actor, since: date) -> list[Entry]:
    mine = or_(Milestone.owner_id == actor.person_id, Project.manager_id == actor.person_id)
    return _milestones(mine & Milestone.project_id.in_(portfolio.visible_projects(actor)), since)


def _milestones(which: ColumnElement[bool], since: date) -> list[Entry]:
    query = select(Milestone, Project.code, MilestoneDay).join(Project, Project.id == Milestone.project_id)
    rows = db.session.execute(query.where(which, MilestoneDay >= since).order_by(MilestoneDay, Milestone.id)).all()
    changed = _changed("milestone", [row[0].id for row in rows])
    return [_milestone(*row, changed[row[0].id]) for row in rows]


def _milestone(one: Milestone, project: str, day: date, changed_at: Any) -> Entry:
    title = milestone_title(project, one.code, one.name, is_reached=one.actual is not None)
    return Entry(
        f"milestone-{one.id}",
        day,
        title,
        f"/projects/{one.project_id}/milestones/{one.id}",
        one.version - 1,
        changed_at,
        one.cancelled_on is not None,
    )


def _my_actions(actor: Actor, since: date) -> list[Entry]:
    """What was given to somebody is theirs to see, wherever it stands."""
    query = select(ActionItem).where(ActionItem.owner_id == actor.person_id, ActionItem.due >= since)
    rows = list(db.session.scalars(query.order_by(ActionItem.due, ActionItem.id)))
    changed = _changed("action_item", [one.id for one in rows])
    return [
        Entry(
            f"action-{one.id}", one.due, action_title(one.code, is_done=one.done_on is not None), f"/actions/{one.id}",
            one.version - 1, changed[one.id], one.cancelled_on is not None,
        )
        for one in rows
    ]  # fmt: skip


def _my_meetings(actor: Actor, since: date) -> list[Entry]:
    return _meetings(committees.reads_mine(actor) & Committee.archived_at.is_(None), since, with_deadlines=False)


def _meetings(which: ColumnElement[bool], since: date, *, with_deadlines: bool) -> list[Entry]:
    """Each meeting on its day; for its committee also the days its data are taken and its pack is sent."""
    query: Select[Meeting, str, str] = select(Meeting, Committee.code, Committee.name).join(Meeting.committee)
    rows = db.session.execute(query.where(which, Meeting.held_on >= since).order_by(Meeting.held_on, Meeting.id)).all()
    changed = _changed("meeting", [row[0].id for row in rows])
    return [entry for row in rows for entry in _days(row, changed[row[0].id], with_deadlines=with_deadlines)]


def _days(row: Row[Meeting, str, str], changed_at: Any, *, with_deadlines: bool) -> list[Entry]:
    meeting, code, name = row
    titles = [("meeting", meeting.held_on, msg("%(name)s meets", name=name), meeting.room)]
    if with_deadlines:
        titles += [
            ("cut-off", meeting.cut_off, msg("%(code)s: data cut-off", code=code), ""),
            ("pack", meeting.pack_on, msg("%(code)s: pack is sent", code=code), ""),
        ]
    path, is_cancelled = f"/committees/{meeting.committee_id}", meeting.cancelled_at is not None
    return [
        Entry(f"{what}-{meeting.id}", day, title, path, meeting.version - 1, changed_at, is_cancelled, room)
        for what, day, title, room in titles
    ]


def _changed(table: str, ids: Collection[int]) -> dict[int, Any]:
    """When each row got the version that holds, from its history."""
    query = text(
        f'select id, max(h_from) from history."{table}" where id = any(:ids) and h_from <= :now group by id'  # noqa: S608 our own name
    )
    now = clock.now()
    found = dict(map(tuple, db.session.execute(query, {"ids": list(ids), "now": now}).all())) if ids else {}
    return {one: found.get(one, now) for one in ids}
