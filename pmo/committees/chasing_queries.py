"""Reads of updates asked before a meeting: what is silent, what is open, who is around a project to be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from pmo.committees.logic.chasing import Asking, Ladder, Step
from pmo.committees.models import Committee, Meeting, UpdateNotice, UpdateRequest
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme, Project, StatusUpdate
from pmo.rules.logic import RuleBook

WATCHED = and_(
    Project.portfolio_id == Committee.portfolio_id,
    or_(Committee.programme_id.is_(None), Committee.programme_id == Project.programme_id),
    Project.state == State.OPEN.value,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One project before one meeting: when somebody last said something about it, and its request, if there is one."""

    project: Project
    heard_at: datetime | None
    programme_manager_id: int | None
    request: UpdateRequest | None = None

    @property
    def heard_on(self) -> date | None:
        return clock.local(self.heard_at).date() if self.heard_at else None

    def asking(self, cut_off: date) -> Asking:
        asked = self.request
        if asked is None:
            return Asking(cut_off, heard_at=self.heard_at)
        return Asking(cut_off, asked.asked_at, self.heard_at, asked.excused_at is not None)


def ladder_of(rules: RuleBook) -> Ladder:
    graces = {
        Step.PROGRAMME_MANAGER: rules.days("chase.grace.programme_manager"),
        Step.PMO: rules.days("chase.grace.pmo"),
        Step.SPONSOR: rules.days("chase.grace.sponsor"),
    }
    return Ladder(
        rules.days("chase.ask_before"),
        rules.days("status.stale_after"),
        graces,
        rules.days("chase.mail.from_hour"),
        rules.days("chase.mail.until_hour"),
    )


def asked_at_cut_off(today: date) -> ScalarSelect[Any]:
    """Beside a project: when it was last asked for a meeting whose cut-off has come. Without a word since then it is silent."""
    passed = (Meeting.cut_off <= today, Meeting.cancelled_at.is_(None), UpdateRequest.excused_at.is_(None))
    query = select(func.max(UpdateRequest.asked_at)).join(Meeting, Meeting.id == UpdateRequest.meeting_id)
    return query.where(UpdateRequest.project_id == Project.id, *passed).correlate(Project).scalar_subquery()


def meetings_ahead(today: date, last: date) -> list[Meeting]:
    """Those whose cut-off comes from today to `last`, with their committees."""
    coming = (Meeting.cut_off >= today, Meeting.cut_off <= last, Meeting.cancelled_at.is_(None), Committee.archived_at.is_(None))
    return list(db.session.scalars(select(Meeting).join(Meeting.committee).where(*coming).order_by(Meeting.cut_off, Meeting.id)))


def lines(meeting: Meeting, *conditions: ColumnElement[bool]) -> list[Line]:
    """The open projects its committee watches over, by code: one statement."""
    query = _lines(meeting).where(*conditions).order_by(Project.code, Project.id)
    return [Line(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def line(meeting: Meeting, project_id: int) -> Line:
    """Raises NotFound for a project this committee does not watch over."""
    found = lines(meeting, Project.id == project_id)
    if not found:
        raise NotFound
    return found[0]


def notices(request_ids: Collection[int]) -> dict[int, list[UpdateNotice]]:
    """Of each request, in the order of telling."""
    query = select(UpdateNotice).where(UpdateNotice.request_id.in_(request_ids)).order_by(UpdateNotice.told_at, UpdateNotice.id)
    found: dict[int, list[UpdateNotice]] = {}
    for notice in db.session.scalars(query):
        found.setdefault(notice.request_id, []).append(notice)
    return found


def open_requests(project_ids: Collection[int] | None = None) -> list[UpdateRequest]:
    """Asked, and not closed by a word about the project yet."""
    query = select(UpdateRequest).where(UpdateRequest.asked_at.is_not(None), UpdateRequest.answered_at.is_(None))
    if project_ids is not None:
        query = query.where(UpdateRequest.project_id.in_(project_ids))
    return list(db.session.scalars(query.order_by(UpdateRequest.id)))


def words_since(project_ids: Collection[int], since: datetime) -> dict[int, list[tuple[datetime, int | None]]]:
    """When somebody said something about each project, and who: updates and confirmed dates, oldest first."""
    told = select(StatusUpdate.project_id, StatusUpdate.stated_at, StatusUpdate.author_id)
    confirmed = select(Project.id, Project.confirmed_at, Project.confirmed_by)
    both = told.where(StatusUpdate.project_id.in_(project_ids), StatusUpdate.stated_at >= since).union_all(
        confirmed.where(Project.id.in_(project_ids), Project.confirmed_at >= since)
    )
    found: dict[int, list[tuple[datetime, int | None]]] = {}
    for project_id, at, who in db.session.execute(both):
        found.setdefault(project_id, []).append((at, who))
    return {project_id: sorted(words, key=lambda word: word[0]) for project_id, words in found.items()}


def mine(person_id: int, today: date) -> list[UpdateNotice]:
    """What this person was asked and is still open, before its cut-off: the next one first."""
    heard = heard_at()
    still = (
        UpdateNotice.person_id == person_id,
        UpdateRequest.answered_at.is_(None),
        UpdateRequest.excused_at.is_(None),
        or_(heard.is_(None), heard < UpdateRequest.asked_at),
        Meeting.cut_off >= today,
        Meeting.cancelled_at.is_(None),
        Project.state == State.OPEN.value,
    )
    query = (
        select(UpdateNotice)
        .join(UpdateNotice.request)
        .join(UpdateRequest.meeting)
        .join(UpdateRequest.project)
        .where(*still)
        .order_by(Meeting.cut_off, Project.code, UpdateNotice.id)
    )
    return list(db.session.scalars(query.options(*_with_request())))


def _with_request() -> tuple[Any, ...]:
    from_notice = contains_eager(UpdateNotice.request)
    return from_notice.contains_eager(UpdateRequest.meeting), from_notice.contains_eager(UpdateRequest.project)


def heard_at() -> ColumnElement[Any]:
    """The newest word about a project: a status update, or all its dates confirmed. NULL when there is none."""
    said = aliased(StatusUpdate)
    newest = select(func.max(said.stated_at)).where(said.project_id == Project.id).correlate(Project).scalar_subquery()
    return func.greatest(newest, Project.confirmed_at)


def _lines(meeting: Meeting) -> Select[Any]:
    asked = and_(UpdateRequest.project_id == Project.id, UpdateRequest.meeting_id == meeting.id)
    return (
        select(Project, heard_at(), Programme.manager_id, UpdateRequest)
        .join(Committee, WATCHED)
        .join(Programme, Programme.id == Project.programme_id)
        .outerjoin(UpdateRequest, asked)
        .where(Committee.id == meeting.committee_id)
    )
