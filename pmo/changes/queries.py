"""Reads of change requests, restricted to projects the actor may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from pmo.changes.logic import OPEN, VERDICTS, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.committees.decision_queries import sits_in
from pmo.committees.models import Decision, Meeting
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.models import DateMove, Milestone
from pmo.web.filters import containing
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

KEYS = (Key(ChangeRequest.priority, is_descending=True), Key(ChangeRequest.id, is_descending=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the register is asked for; empty means all, for the state: those that are open."""

    words: str = ""
    state: str = ""
    programme: str = ""
    priority: str = ""


def change(change_id: int) -> ChangeRequest:
    """With everything its page says. Raises NotFound; the caller asks for the permission."""
    query = _with_project(select(ChangeRequest)).options(
        joinedload(ChangeRequest.milestone),
        joinedload(ChangeRequest.meeting).joinedload(Meeting.committee),
        joinedload(ChangeRequest.decision),
        joinedload(ChangeRequest.decider),
        joinedload(ChangeRequest.merged_into),
    )
    found: ChangeRequest | None = db.session.scalar(query.where(ChangeRequest.id == change_id))
    if found is None:
        raise NotFound
    return found


def register(actor: Actor, asked: Asked, cursor: Cursor | None, size: int) -> Page[ChangeRequest]:
    """The most urgent first, in one statement."""
    rows = list(db.session.scalars(paged(_register(actor, asked), KEYS, cursor, size)))
    return cut(rows, cursor, size, lambda row: (row.priority, row.id))


def whole(actor: Actor, asked: Asked) -> list[ChangeRequest]:
    """The whole list in the same order: for files."""
    return list(db.session.scalars(ordered(_register(actor, asked), KEYS)))


def of_project(project_id: int) -> list[ChangeRequest]:
    """Those of one project, the newest first."""
    query = _with_project(select(ChangeRequest)).options(joinedload(ChangeRequest.milestone))
    return list(db.session.scalars(query.where(ChangeRequest.project_id == project_id).order_by(ChangeRequest.id.desc())))


def of_projects(project_ids: Collection[int]) -> list[ChangeRequest]:
    """Those of several projects, the most urgent first, with milestone and decision: one statement."""
    query = _with_project(select(ChangeRequest)).options(joinedload(ChangeRequest.milestone), joinedload(ChangeRequest.decision))
    query = query.where(ChangeRequest.project_id.in_(project_ids))
    return list(db.session.scalars(query.order_by(ChangeRequest.priority.desc(), ChangeRequest.id)))


def others(found: ChangeRequest) -> list[tuple[int, str]]:
    """Requests of the same project that this one can become part of."""
    still = ChangeRequest.state.not_in((ChangeState.MERGED, ChangeState.REJECTED))
    query = select(ChangeRequest.id, ChangeRequest.code, ChangeRequest.title).where(
        ChangeRequest.project_id == found.project_id, ChangeRequest.id != found.id, still
    )
    return [(row[0], f"{row[1]} {row[2]}") for row in db.session.execute(query.order_by(ChangeRequest.id))]


def moves_of(found: ChangeRequest) -> list[DateMove]:
    """What its approval moved in the plan."""
    ids = [one for one in (found.forecast_move_id, found.baseline_move_id) if one is not None]
    return list(db.session.scalars(select(DateMove).where(DateMove.id.in_(ids)).order_by(DateMove.id))) if ids else []


def milestones_ahead(project_id: int) -> list[tuple[int, str, date | None]]:
    """Those whose day a change can move."""
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    query = select(Milestone.id, Milestone.code, Milestone.name, Milestone.forecast)
    rows = db.session.execute(query.where(Milestone.project_id == project_id, *still).order_by(Milestone.position, Milestone.id))
    return [(row[0], f"{row[1]} {row[2]}", row[3]) for row in rows]


def waiting_for(meeting: Meeting, actor: Actor) -> list[ChangeRequest]:
    """What a meeting has to decide: put or put off to it, or to an earlier one of its committee that did not come to it."""
    up_to = select(Meeting.id).where(Meeting.committee_id == meeting.committee_id, Meeting.held_on <= meeting.held_on)
    query = _visible(actor).options(joinedload(ChangeRequest.milestone))
    query = query.outerjoin(Decision, Decision.id == ChangeRequest.decision_id)
    put = and_(ChangeRequest.state == ChangeState.WAITING, ChangeRequest.meeting_id.in_(up_to))
    put_off = and_(ChangeRequest.state == ChangeState.POSTPONED, Decision.deferred_to_id.in_(up_to))
    query = query.where(or_(put, put_off))
    return list(db.session.scalars(query.order_by(ChangeRequest.priority.desc(), ChangeRequest.id)))


def to_decide(actor: Actor) -> list[ChangeRequest]:
    """What waits for whoever may decide it, and for no meeting: one statement."""
    may = within(
        actor, Permission.CHANGE_DECIDE, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id
    )
    query = _visible(actor).where(may, ChangeRequest.state == ChangeState.WAITING, ChangeRequest.meeting_id.is_(None))
    still = query.where(Project.state == State.OPEN)
    return list(db.session.scalars(still.order_by(ChangeRequest.priority.desc(), ChangeRequest.id)))


def to_decide_together(actor: Actor) -> list[ChangeRequest]:
    """What waits for the committees this person sits in, also what a meeting before did not come to: one statement."""
    query = _visible(actor).join(ChangeRequest.meeting).join(Meeting.committee)
    query = query.where(ChangeRequest.state == ChangeState.WAITING, sits_in(actor))
    query = query.options(contains_eager(ChangeRequest.meeting).contains_eager(Meeting.committee))
    return list(db.session.scalars(query.order_by(Meeting.held_on, ChangeRequest.priority.desc(), ChangeRequest.id)))


def answered_for(actor: Actor, since: date) -> list[ChangeRequest]:
    """What this person entered and somebody else decided since that day: one statement."""
    c = ChangeRequest
    decided = (c.submitted_by == actor.person_id, c.state.in_(VERDICTS), c.decided_on >= since)
    others = or_(c.decided_by.is_(None), c.decided_by != actor.person_id)
    return list(db.session.scalars(_visible(actor).where(*decided, others).order_by(c.decided_on.desc(), c.id.desc())))


def programmes_of(actor: Actor) -> list[tuple[str, str]]:
    """Programmes to filter by: those of the projects one may see that have change requests."""
    mine = select(Project.programme_id).join(ChangeRequest, ChangeRequest.project_id == Project.id)
    mine = mine.where(Project.id.in_(visible_projects(actor)))
    query = select(Programme.code, Programme.name).where(Programme.id.in_(mine)).order_by(Programme.code)
    return [(row[0], f"{row[0]} {row[1]}") for row in db.session.execute(query)]


def _register(actor: Actor, asked: Asked) -> Select[Any]:
    return _visible(actor).options(joinedload(ChangeRequest.milestone)).where(*_wanted(asked))


def _visible(actor: Actor) -> Select[Any]:
    return _with_project(select(ChangeRequest)).where(ChangeRequest.project_id.in_(visible_projects(actor)))


def _with_project(query: Select[Any]) -> Select[Any]:
    return query.join(Project, Project.id == ChangeRequest.project_id).options(contains_eager(ChangeRequest.project))


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    found = containing(asked.words.split(), ChangeRequest.code, ChangeRequest.title, Project.code, Project.name)
    if asked.state == "":
        found.append(ChangeRequest.state.in_(OPEN))
    elif asked.state != "all":
        found.append(ChangeRequest.state == asked.state)
    if asked.programme:
        found.append(Project.programme_id.in_(select(Programme.id).where(Programme.code == asked.programme)))
    if asked.priority.isascii() and asked.priority.isdigit():
        found.append(ChangeRequest.priority == int(asked.priority[:2]))
    return found
