"""What a request asks of a timeline, and the conditions that follow from it for every one of its statements."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from pmo.db import db
from pmo.kernel.permissions import Actor
from pmo.portfolio.queries import visible_projects
from pmo.rules.logic import RuleBook
from pmo.schedule.models import Milestone, Task
from pmo.status.logic.timeline_view import Show, View

COUNTED = Milestone.cancelled_on.is_(None)
LAST = 2**31 - 1  # a place in a plan after all others


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded phase of a plan: the lines between these two places of the plan are not shown."""

    key: str
    project_id: int
    after: int
    before: int

    def holds(self, project_id: int, place: int) -> bool:
        return self.project_id == project_id and self.after < place < self.before


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queries need to know of a request."""

    actor: Actor
    view: View
    today: date
    rules: RuleBook
    project_id: int | None = None  # the timeline of one project
    portfolio_id: int | None = None
    folded: tuple[Folded, ...] = ()


def folded_phases(asked: Asked) -> tuple[Folded, ...]:
    """What the flipped phases of the address hide; no statement when there are none."""
    ids = [int(key[1:]) for key in asked.view.flipped if key.startswith("t")]
    if not ids:
        return ()
    later = aliased(Task)
    next_place = (
        select(func.min(later.position))
        .where(later.project_id == Task.project_id, later.position > Task.position, later.outline_level <= Task.outline_level)
        .scalar_subquery()
    )
    query = select(Task.id, Task.project_id, Task.position, next_place).where(
        Task.id.in_(ids), Task.is_summary, Task.outline_level > 0, Task.project_id.in_(visible_projects(asked.actor))
    )
    rows = db.session.execute(query.order_by(Task.position))
    return tuple(Folded(f"t{task_id}", project_id, after, before or LAST) for task_id, project_id, after, before in rows)


def is_folded(asked: Asked, task: Any) -> ColumnElement[bool]:
    """True for the lines of plans that a folded phase hides."""
    hidden = [and_(task.project_id == f.project_id, task.position > f.after, task.position < f.before) for f in asked.folded]
    return or_(false(), *hidden)


def wanted(asked: Asked) -> ColumnElement[bool]:
    """The milestones a choice of the person leaves."""
    ahead = Milestone.actual.is_(None)
    match asked.view.show:
        case Show.EVERYTHING:
            return true()
        case Show.LATE:
            return and_(ahead, Milestone.forecast > Milestone.baseline)
        case Show.GATES:
            return Milestone.is_gate.is_(True)
        case Show.MINE:
            return Milestone.owner_id == asked.actor.person_id
        case _:
            return and_(ahead, Milestone.forecast <= asked.view.wanted_until(asked.today))


def is_folded_milestone(asked: Asked) -> ColumnElement[bool]:
    if not asked.folded or asked.view.show:
        return false()
    planned = aliased(Task)
    at = select(literal(1)).where(planned.project_id == Milestone.project_id, planned.uid == Milestone.task_uid)
    return at.where(is_folded(asked, planned)).exists()


def drawn_tasks(asked: Asked) -> ColumnElement[bool]:
    """Lines of a plan drawn as such: not the project itself, not what is a milestone of the project, not what is folded."""
    of_it = aliased(Milestone)
    same = select(literal(1)).where(of_it.project_id == Task.project_id, of_it.task_uid == Task.uid, of_it.cancelled_on.is_(None))
    return and_(Task.outline_level > 0, Task.is_active, ~same.exists(), ~is_folded(asked, Task))
