"""Reads of support requests: one's own, and those of the places whose PMO one is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.support.logic import WAITING, Standing, State
from pmo.support.models import SupportMessage, SupportRequest

MOST = 200  # of a list; who looks further back filters


class Shelf(StrEnum):
    MINE = "mine"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RequestRow:
    request: SupportRequest
    standing: Standing
    shows_project: bool  # whoever asked may not read every project they once asked about


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered or closed, and when."""

    request: SupportRequest
    at: datetime


def requests(actor: Actor, shelf: Shelf, today: date) -> list[RequestRow]:
    """Of one shelf, what waits longest first: one statement and one for the projects one may read."""
    r = SupportRequest
    conditions = {
        Shelf.MINE: r.asker_id == actor.person_id,
        Shelf.OPEN: and_(_answered_by(actor, Permission.SUPPORT_READ), r.state != State.CLOSED.value),
        Shelf.CLOSED: and_(_answered_by(actor, Permission.SUPPORT_READ), r.state == State.CLOSED.value),
    }
    order = (r.closed_at.desc(), r.id.desc()) if shelf is Shelf.CLOSED else (r.state == State.CLOSED.value, r.due, r.id)
    found = db.session.scalars(_with_people().where(conditions[shelf]).order_by(*order).limit(MOST)).unique().all()
    readable = set(db.session.scalars(visible_projects(actor)))
    return [RequestRow(one, Standing(one.stands, one.due, today), one.project_id in readable) for one in found]


def counts(actor: Actor) -> dict[Shelf, int]:
    """How many stand on each shelf: one statement."""
    r = SupportRequest
    may, is_open = _answered_by(actor, Permission.SUPPORT_READ), r.state != State.CLOSED.value
    row = db.session.execute(
        select(
            func.count().filter(r.asker_id == actor.person_id, is_open),
            func.count().filter(may, is_open),
            func.count().filter(may, r.state == State.CLOSED.value),
        )
        .select_from(r)
        .outerjoin(Project, Project.id == r.project_id)
    ).one()
    return dict(zip(Shelf, row, strict=True))


def waiting_for(actor: Actor) -> list[SupportRequest]:
    """What this member of the PMO should answer, what is due first: one statement."""
    r = SupportRequest
    still = r.state.in_([state.value for state in WAITING])
    not_anothers = or_(r.taker_id.is_(None), r.taker_id == actor.person_id)
    query = _with_people().where(_answered_by(actor, Permission.SUPPORT_ANSWER), still, not_anothers)
    return list(db.session.scalars(query.order_by(r.due, r.id)).unique())


def answered_for(actor: Actor, since: datetime) -> list[Answered]:
    """What this person asked and the PMO answered or closed since then, the newest first: one statement."""
    r, m = SupportRequest, SupportMessage
    last = select(func.max(m.said_at)).where(m.request_id == r.id, m.is_answer).correlate(r).scalar_subquery()
    closed = and_(r.state == State.CLOSED.value, r.closed_at >= since, r.closed_by != actor.person_id)
    answered = and_(r.state == State.ANSWERED.value, last >= since)
    query = _with_people().add_columns(last).where(r.asker_id == actor.person_id, or_(closed, answered))
    rows = db.session.execute(query.order_by(func.coalesce(r.closed_at, last).desc(), r.id.desc())).unique()
    return [Answered(row[0], row[0].closed_at or row[1]) for row in rows]


def request(request_id: int) -> SupportRequest:
    """With its people and project. Raises NotFound; the caller asks for the permission."""
    found = db.session.scalars(_with_people().where(SupportRequest.id == request_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def messages_of(found: SupportRequest) -> list[SupportMessage]:
    """What was said, in order."""
    query = select(SupportMessage).where(SupportMessage.request_id == found.id).options(joinedload(SupportMessage.author))
    return list(db.session.scalars(query.order_by(SupportMessage.said_at, SupportMessage.id)))


def projects_of(actor: Actor) -> list[tuple[int, str]]:
    """Open projects one may ask about."""
    query = select(Project.id, Project.code, Project.name).where(Project.id.in_(visible_projects(actor)), Project.state == "open")
    return [(row.id, f"{row.code} {row.name}") for row in db.session.execute(query.order_by(Project.code, Project.id))]


def _with_people() -> Select[SupportRequest]:
    return (
        select(SupportRequest)
        .outerjoin(SupportRequest.project)
        .options(contains_eager(SupportRequest.project), joinedload(SupportRequest.asker), joinedload(SupportRequest.taker))
    )


def _answered_by(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Those about no project are of the house: only a grant for everything covers them."""
    return within(actor, permission, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id)
