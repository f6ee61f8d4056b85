"""Reads of gates, restricted to projects the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from pmo.committees.models import Decision
from pmo.db import db
from pmo.gates.logic import Readiness, readiness
from pmo.gates.models import Gate, GateCriterion
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor
from pmo.methods.logic import DocumentState
from pmo.methods.queries import DocumentRow, documents_of
from pmo.portfolio.logic import Phase
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.rules.logic import RuleBook
from pmo.schedule.models import Milestone
from pmo.web.filters import containing
from pmo.web.tables import Cursor, Key, Page, cut, paged

DUE = case((Gate.milestone_id.is_not(None), func.coalesce(Milestone.actual, Milestone.forecast)), else_=Gate.planned_on)
UNDECIDED = or_(Gate.outcome == "", Decision.voided_on.is_not(None))
IS_OPEN = and_(UNDECIDED, Gate.cancelled_on.is_(None))
SOMETIME = func.coalesce(DUE, date.max)  # one without a day comes last
KEYS = (Key(SOMETIME), Key(Gate.id))


@dataclass(frozen=True, slots=True)
class GateRow:
    """A gate with how ready its project is for it."""

    gate: Gate
    ready: Readiness


def gate(gate_id: int) -> Gate:
    """With everything its page says. Raises NotFound; the caller asks for the permission."""
    criteria = selectinload(Gate.criteria).joinedload(GateCriterion.artefact)
    query = _gates().options(criteria, joinedload(Gate.recorder)).where(Gate.id == gate_id)
    found: Gate | None = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def criterion(criterion_id: int) -> GateCriterion:
    """With its gate. Raises NotFound; the caller asks for the permission."""
    found = db.session.get(GateCriterion, criterion_id)
    if found is None:
        raise NotFound
    return found


def register(actor: Actor, words: str, state: str, rules: RuleBook, cursor: Cursor | None, size: int) -> Page[GateRow]:
    """Gates of all projects one may see, the next one first: those still open, else the decided ones, else all."""
    query = _gates().where(Gate.project_id.in_(visible_projects(actor)))
    if state != "all":
        query = query.where(and_(Gate.outcome != "", Decision.voided_on.is_(None)) if state == "decided" else IS_OPEN)
    query = query.where(*containing(words.split(), Gate.code, Gate.name, Gate.name_fr, Gate.name_nl, Project.code, Project.name))
    rows = _rows(paged(query, KEYS, cursor, size), rules)
    return cut(rows, cursor, size, lambda row: (row.gate.due or date.max, row.gate.id))


def of_project(project: Project, rules: RuleBook, today: date) -> list[GateRow]:
    """In the order in which they come, each round on its own; with the documents of their phases: three statements."""
    query = _gates().where(Gate.project_id == project.id).order_by(DUE.nulls_last(), Gate.id)
    return _rows(query, rules, documents_of(project, today))


def due_until(project_ids: Collection[int], until: date, rules: RuleBook) -> list[GateRow]:
    """What these projects have to pass by then: two statements."""
    query = _gates().where(Gate.project_id.in_(project_ids), IS_OPEN, until >= DUE)
    return _rows(query.order_by(DUE, Gate.id), rules)


def decided_since(project_ids: Collection[int], since: date | None) -> list[Gate]:
    """Decided on that day or later (None: ever), the newest first, with their decisions: one statement."""
    query = _gates().where(Gate.project_id.in_(project_ids), Gate.outcome != "", Decision.voided_on.is_(None))
    if since is not None:
        query = query.where(Gate.decided_on >= since)
    return list(db.session.scalars(query.order_by(Gate.decided_on.desc(), Gate.id)))


def documents_for(found: Gate, today: date) -> list[DocumentRow]:
    """What the method asks for in the phase that ends at this gate."""
    return [row for row in documents_of(found.project, today) if row.is_asked and found.phase and row.phase is Phase(found.phase)]


def ready_of(found: Gate, documents: Sequence[DocumentRow], rules: RuleBook) -> Readiness:
    missing = sum(row.state in (DocumentState.MISSING, DocumentState.EXPIRED, DocumentState.LATER) for row in documents)
    return readiness([one.assessed for one in found.standing_criteria], _least(rules), missing if found.is_open else 0)


def has_later_round(found: Gate) -> bool:
    query = select(Gate.id).where(Gate.project_id == found.project_id, Gate.code == found.code, Gate.round > found.round)
    return db.session.scalar(query.limit(1)) is not None


def _rows(query: Select[Any], rules: RuleBook, documents: Sequence[DocumentRow] = ()) -> list[GateRow]:
    found = db.session.scalars(query.options(selectinload(Gate.criteria))).all()
    return [
        GateRow(one, ready_of(one, [row for row in documents if row.is_asked and row.phase.value == one.phase], rules))
        for one in found
    ]


def _least(rules: RuleBook) -> int:
    return rules.days("gate.score.least")


def _gates() -> Select[Any]:
    return (
        select(Gate)
        .join(Gate.project)
        .outerjoin(Gate.milestone)
        .outerjoin(Gate.decision)
        .options(contains_eager(Gate.project), contains_eager(Gate.milestone), contains_eager(Gate.decision))
    )
