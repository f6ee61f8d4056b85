"""Reads of what was sent for approval, for the page that makes reports, the one who answers, and the edition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from pmo.committees.audiences import COLUMNS, Audience, all_of, of
from pmo.committees.distribution_queries import approvers
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, may
from pmo.people.models import Person
from pmo.people.queries import actors, names
from pmo.reports.logic import stored
from pmo.reports.logic.approval import State, asked
from pmo.reports.logic.content import Report
from pmo.reports.models import Approval, ApprovalContent


@dataclass(frozen=True, slots=True)
class Row:
    """A request with the names of who asked and who answered."""

    approval: Approval
    asker: str
    answerer: str = ""

    @property
    def state(self) -> State:
        return State(self.approval.state)

    @property
    def is_usable(self) -> bool:
        """Approved, and nothing was published with it yet."""
        return self.state is State.APPROVED and self.approval.edition_id is None


def one(approval_id: int) -> Row:
    """With what it is about. Raises NotFound; the caller asks for the permission."""
    found = _rows(_with_names().where(Approval.id == approval_id))
    if not found:
        raise NotFound
    return found[0]


def newest(to: Audience) -> Row | None:
    """The last draft of it that was sent for approval."""
    mine = getattr(Approval, COLUMNS[to.kind]) == to.id
    found = _rows(_with_names().where(mine).order_by(Approval.id.desc()).limit(1))
    return found[0] if found else None


def of_edition(edition_id: int) -> Row | None:
    """The approval an edition was published with."""
    found = _rows(_with_names().where(Approval.edition_id == edition_id))
    return found[0] if found else None


def content(approval_id: int) -> Report:
    """What was sent, as values. Raises canonical.Unreadable for a form this program no longer knows."""
    sent = db.session.scalar(select(ApprovalContent.content).where(ApprovalContent.approval_id == approval_id))
    if sent is None:
        raise NotFound
    return stored.read(sent)


def waiting_for(actor: Actor, today: date) -> list[Row]:
    """What waits for the answer of this person, the oldest first. One statement where nothing waits, else two or three."""
    found = _rows(_with_names().where(Approval.state == State.WAITING.value).order_by(Approval.asked_at, Approval.id))
    people = actors(today) if found else {}
    audiences = all_of([row.approval.owner for row in found])
    return [row for row, to in zip(found, audiences, strict=True) if actor.person_id in _asked(row.approval, to, people)]


def answered_for(actor: Actor, since: datetime) -> list[Row]:
    """The newest draft of each report that is not published, where this person sent it, may still read it, and was answered."""
    newest = select(func.max(Approval.id)).group_by(Approval.committee_id, Approval.programme_id, Approval.project_id)
    mine = (Approval.id.in_(newest), Approval.asked_by == actor.person_id, Approval.edition_id.is_(None))
    told = Approval.state.in_([State.APPROVED.value, State.SENT_BACK.value, State.LAPSED.value])
    at = func.coalesce(Approval.ended_at, Approval.answered_at)
    query = _with_names().where(*mine, told, or_(at >= since, Approval.state == State.APPROVED.value))
    found = _rows(query.order_by(at.desc(), Approval.id.desc()))
    return [row for row in found if may(actor, Permission.REPORT_READ, row.approval.place)]


def to_answer(approval: Approval, people: Mapping[int, Actor]) -> frozenset[int]:
    """Who of everybody may answer it."""
    return _asked(approval, of(approval.owner), people)


def _asked(approval: Approval, to: Audience, people: Mapping[int, Actor]) -> frozenset[int]:
    return asked(approvers(to, people) or (), approval.asked_by)


def names_of(ids: Collection[int]) -> list[str]:
    return sorted(names(ids).values(), key=str.casefold)


def _with_names() -> Select[Approval, str, str]:
    asker, answerer = aliased(Person), aliased(Person)
    query = select(Approval, asker.name, answerer.name)
    query = query.join(asker, asker.id == Approval.asked_by).outerjoin(answerer, answerer.id == Approval.answered_by)
    return query.options(joinedload(Approval.committee), joinedload(Approval.programme), joinedload(Approval.project))


def _rows(query: Select[Approval, str, str]) -> list[Row]:
    return [Row(row[0], row[1], row[2] or "") for row in db.session.execute(query)]
