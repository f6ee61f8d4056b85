"""Reads of what is asked of committees and what they decided, restricted to what the actor may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from pmo.committees.logic.decisions import RequestState
from pmo.committees.models import ActionItem, Committee, Decision, DecisionRequest, Meeting
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, Role, ScopeKind
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme, Project
from pmo.web.filters import containing
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

OPEN_STATES = (RequestState.DRAFT.value, RequestState.SUBMITTED.value)
Table = type[DecisionRequest] | type[Decision] | type[ActionItem]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a list is asked for; empty means all."""

    words: str = ""
    committee: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision with the actions that follow from it."""

    decision: Decision
    actions: tuple[ActionItem, ...]


def seen(actor: Actor, permission: Permission, table: Table) -> ColumnElement[bool]:
    """The twin of the rows' `place`; the query joins `Committee` and, from outside, `Project`."""
    return within(
        actor,
        permission,
        portfolio=Committee.portfolio_id,
        programme=func.coalesce(Project.programme_id, table.programme_id, Committee.programme_id),
        project=table.project_id,
    )


def with_about(query: Select[Any], table: Table) -> Select[Any]:
    """With committee, meeting, project and programme of each row, in the same statement."""
    return (
        query.join(Committee, Committee.id == table.committee_id)
        .outerjoin(Project, Project.id == table.project_id)
        .options(
            contains_eager(table.committee),
            contains_eager(table.project),
            joinedload(table.meeting),
            joinedload(table.programme),
        )
    )


def request(request_id: int) -> DecisionRequest:
    """With its options. Raises NotFound; the caller asks for the permission."""
    query = with_about(select(DecisionRequest), DecisionRequest).options(joinedload(DecisionRequest.asker))
    found: DecisionRequest | None = db.session.scalar(query.where(DecisionRequest.id == request_id))
    if found is None:
        raise NotFound
    return found


def decision(decision_id: int) -> Decision:
    """Raises NotFound; the caller asks for the permission."""
    query = with_about(select(Decision), Decision).options(joinedload(Decision.request), joinedload(Decision.deferred_to))
    found: Decision | None = db.session.scalar(query.where(Decision.id == decision_id))
    if found is None:
        raise NotFound
    return found


def requests(actor: Actor, asked: Asked, cursor: Cursor | None, size: int) -> Page[DecisionRequest]:
    """What is needed first on top; drafts only for who may ask there: two statements."""
    keys = (Key(Meeting.held_on), Key(DecisionRequest.id))
    query = _requests(actor).join(Meeting, Meeting.id == DecisionRequest.meeting_id).where(*_wanted(asked))
    rows = list(db.session.scalars(paged(query, keys, cursor, size)))
    return cut(rows, cursor, size, lambda row: (row.meeting.held_on, row.id))


def count_open(actor: Actor) -> int:
    query = select(func.count()).select_from(DecisionRequest).join(Committee).outerjoin(Project).where(request_seen(actor))
    return db.session.scalar(query.where(DecisionRequest.state.in_(OPEN_STATES))) or 0


def decisions(actor: Actor, asked: Asked, cursor: Cursor | None, size: int) -> Page[Decision]:
    """Newest first."""
    keys = (Key(Decision.decided_on, is_descending=True), Key(Decision.id, is_descending=True))
    rows = list(db.session.scalars(paged(_decisions(actor, asked), keys, cursor, size)))
    return cut(rows, cursor, size, lambda row: (row.decided_on, row.id))


def all_decisions(actor: Actor, asked: Asked) -> list[Decision]:
    """The whole list in the same order: for files."""
    keys = (Key(Decision.decided_on, is_descending=True), Key(Decision.id, is_descending=True))
    return list(db.session.scalars(ordered(_decisions(actor, asked), keys)))


def asked_of(meeting: Meeting, actor: Actor) -> list[DecisionRequest]:
    """What a meeting has to decide: submitted to it, or to an earlier one that did not come to it."""
    up_to = select(Meeting.id).where(Meeting.committee_id == meeting.committee_id, Meeting.held_on <= meeting.held_on)
    query = _requests(actor).where(DecisionRequest.state == RequestState.SUBMITTED, DecisionRequest.meeting_id.in_(up_to))
    return list(db.session.scalars(query.order_by(DecisionRequest.needed_by, DecisionRequest.id)))


def sits_in(actor: Actor) -> ColumnElement[bool]:
    """Committees over what this person was granted to sit in a committee for."""
    seats = [grant for grant in actor.grants if grant.role is Role.COMMITTEE]
    everywhere = any(grant.scope is ScopeKind.ALL for grant in seats)
    portfolios = [grant.scope_id for grant in seats if grant.scope is ScopeKind.PORTFOLIO]
    programmes = [grant.scope_id for grant in seats if grant.scope is ScopeKind.PROGRAMME]
    return true() if everywhere else or_(Committee.portfolio_id.in_(portfolios), Committee.programme_id.in_(programmes))


def to_decide(actor: Actor) -> list[DecisionRequest]:
    """What the committees this person sits in have to decide, also what a meeting before did not come to: one statement."""
    query = _requests(actor).join(Meeting, Meeting.id == DecisionRequest.meeting_id)
    query = query.where(DecisionRequest.state == RequestState.SUBMITTED, sits_in(actor))
    return list(db.session.scalars(query.order_by(Meeting.held_on, DecisionRequest.needed_by, DecisionRequest.id)))


def answered_for(actor: Actor, since: date) -> list[Decision]:
    """What was decided since that day of what this person asked, as far as they may read it: one statement."""
    query = _decisions(actor, Asked()).join(DecisionRequest, DecisionRequest.id == Decision.request_id)
    mine = (DecisionRequest.asker_id == actor.person_id, Decision.decided_on >= since, Decision.voided_on.is_(None))
    return list(db.session.scalars(query.where(*mine).order_by(Decision.decided_on.desc(), Decision.id.desc())))


def taken_in(meeting_id: int, actor: Actor) -> list[Taken]:
    """What was decided in a meeting, with the actions that follow: two statements."""
    query = _decisions(actor, Asked()).where(Decision.meeting_id == meeting_id, Decision.voided_on.is_(None))
    return with_actions(list(db.session.scalars(query.order_by(Decision.id))))


def of_request(request_id: int) -> list[Taken]:
    """The outcomes of a request, oldest first: a deferred one has several."""
    query = with_about(select(Decision), Decision).options(joinedload(Decision.deferred_to))
    return with_actions(list(db.session.scalars(query.where(Decision.request_id == request_id).order_by(Decision.id))))


def with_actions(found: Collection[Decision]) -> list[Taken]:
    """Whoever sees a decision sees what follows from it: both stand in the same place."""
    query = select(ActionItem).where(ActionItem.decision_id.in_([row.id for row in found])).options(joinedload(ActionItem.owner))
    following: dict[int | None, list[ActionItem]] = {}
    for item in db.session.scalars(query.order_by(ActionItem.due, ActionItem.id)):
        following.setdefault(item.decision_id, []).append(item)
    return [Taken(row, tuple(following.get(row.id, ()))) for row in found]


def meetings_to_ask(actor: Actor, today: date) -> list[Meeting]:
    """Coming meetings of committees over something the actor may ask about, with their committees."""
    mine = within(
        actor, Permission.DECISION_ASK, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id
    )
    projects = select(Project.id).where(
        mine,
        Project.portfolio_id == Committee.portfolio_id,
        or_(Committee.programme_id.is_(None), Committee.programme_id == Project.programme_id),
    )
    query = select(Meeting).join(Meeting.committee).options(contains_eager(Meeting.committee))
    coming = (Meeting.held_on >= today, Meeting.cancelled_at.is_(None), Committee.archived_at.is_(None))
    return list(db.session.scalars(query.where(*coming, projects.exists()).order_by(Meeting.held_on, Committee.name, Meeting.id)))


def programmes_to_ask(actor: Actor) -> list[Programme]:
    """Those about which, as a whole, the actor may ask."""
    mine = within(actor, Permission.DECISION_ASK, portfolio=Programme.portfolio_id, programme=Programme.id)
    query = select(Programme).where(mine, Programme.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(Programme.portfolio_id, Programme.position, Programme.id)))


def abouts(committee: Committee) -> tuple[list[Programme], list[Project]]:
    """The programmes and open projects a committee watches over: what a decision may be about."""
    programmes = select(Programme).where(Programme.portfolio_id == committee.portfolio_id, Programme.archived_at.is_(None))
    projects = select(Project).where(Project.portfolio_id == committee.portfolio_id, Project.state == State.OPEN)
    if committee.programme_id is not None:
        programmes = programmes.where(Programme.id == committee.programme_id)
        projects = projects.where(Project.programme_id == committee.programme_id)
    found = db.session.scalars(programmes.order_by(Programme.position, Programme.id))
    return list(found), list(db.session.scalars(projects.order_by(Project.code, Project.id)))


def later_meetings(meeting: Meeting) -> list[Meeting]:
    """To which something may be deferred."""
    query = select(Meeting).where(Meeting.committee_id == meeting.committee_id, Meeting.held_on > meeting.held_on)
    return list(db.session.scalars(query.where(Meeting.cancelled_at.is_(None)).order_by(Meeting.held_on)))


def followed(actor: Actor) -> list[tuple[str, str]]:
    """Committees to filter by, as (code, name): those with something in the lists that the actor may see."""
    query = select(Committee.code, Committee.name).join(DecisionRequest, DecisionRequest.committee_id == Committee.id)
    asked = query.outerjoin(Project, Project.id == DecisionRequest.project_id).where(request_seen(actor))
    query = select(Committee.code, Committee.name).join(Decision, Decision.committee_id == Committee.id)
    taken = query.outerjoin(Project, Project.id == Decision.project_id).where(seen(actor, Permission.DECISION_READ, Decision))
    query = select(Committee.code, Committee.name).join(ActionItem, ActionItem.committee_id == Committee.id)
    items = query.outerjoin(Project, Project.id == ActionItem.project_id).where(seen(actor, Permission.ACTION_READ, ActionItem))
    return sorted({(row[0], row[1]) for row in db.session.execute(asked.union(taken, items))}, key=lambda pair: pair[1])


def _requests(actor: Actor) -> Select[Any]:
    query = with_about(select(DecisionRequest), DecisionRequest).options(joinedload(DecisionRequest.asker))
    return query.where(request_seen(actor))


def request_seen(actor: Actor) -> ColumnElement[bool]:
    """A draft is only for those who may ask where it stands."""
    readable = seen(actor, Permission.DECISION_READ, DecisionRequest)
    mine = seen(actor, Permission.DECISION_ASK, DecisionRequest)
    return and_(readable, or_(DecisionRequest.state != RequestState.DRAFT, mine))


def _decisions(actor: Actor, asked: Asked) -> Select[Any]:
    query = with_about(select(Decision), Decision).options(joinedload(Decision.request), joinedload(Decision.deferred_to))
    words = containing(asked.words.split(), Decision.code, Decision.text, Project.code)
    chosen = [Committee.code == asked.committee] if asked.committee else []
    outcome = [Decision.outcome == asked.state] if asked.state else []
    return query.where(seen(actor, Permission.DECISION_READ, Decision), *words, *chosen, *outcome)


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    found = containing(asked.words.split(), DecisionRequest.code, DecisionRequest.question, Project.code)
    if asked.committee:
        found.append(Committee.code == asked.committee)
    if asked.state == "":
        found.append(DecisionRequest.state.in_(OPEN_STATES))
    elif asked.state != "all":
        found.append(DecisionRequest.state == asked.state)
    return found
