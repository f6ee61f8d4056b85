"""What stands beside the timeline about one row: dates and promises, why it moved, what it waits for."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg, plain
from pmo.people.models import Person
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.logic import slippage
from pmo.schedule.logic.gantt_rows import LinkKind
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason
from pmo.schedule.models import DateMove, Milestone, Task, TaskLink
from pmo.schedule.queries import MilestoneRow, row_of
from pmo.status.timeline_asked import Asked


@dataclass(frozen=True, slots=True)
class Linked:
    """A row this one waits for, or that waits for it."""

    name: str
    kind: LinkKind
    day: date | None
    is_before: bool


@dataclass(frozen=True, slots=True)
class Panel:
    key: str
    project: Project
    programme: str
    name: str
    code: str
    milestone: MilestoneRow | None
    task: Task | None
    moves: tuple[DateMove, ...]  # of the forecast, newest first
    links: tuple[Linked, ...]

    @property
    def main_reason(self) -> MoveReason | None:
        """The reason most moves were given."""
        given = Counter(MoveReason(move.reason) for move in self.moves if move.reason)
        return given.most_common(1)[0][0] if given else None

    @property
    def main_reason_words(self) -> Message | None:
        return REASON_NAMES[self.main_reason] if self.main_reason else None

    @property
    def baseline_finish(self) -> date | None:
        """Of a task of a plan."""
        stored = (self.task.baselines.get("0") or {}).get("finish") if self.task else None
        return datetime.fromisoformat(stored).date() if stored else None

    def words_of(self, move: DateMove) -> Message:
        """What was said about a move."""
        if not move.reason:
            return plain(move.words)
        reason = REASON_NAMES[MoveReason(move.reason)]
        return msg("%(reason)s: %(words)s", reason=reason, words=move.words) if move.words else reason


def panel_of(asked: Asked) -> Panel:
    """Raises NotFound for a key that names nothing the actor may see."""
    table, number = asked.view.panel[:1], asked.view.panel[1:]
    if not number.isdecimal() or len(number) > 9:
        raise NotFound
    if table == "m":
        return _milestone(asked, int(number))
    if table == "t":
        return _task(asked, int(number))
    raise NotFound


def _milestone(asked: Asked, milestone_id: int) -> Panel:
    query = (
        select(Milestone, Project, Programme.name, Person.name)
        .join(Project, Project.id == Milestone.project_id)
        .join(Programme, Programme.id == Project.programme_id)
        .outerjoin(Person, Person.id == Milestone.owner_id)
        .where(Milestone.id == milestone_id, Project.id.in_(visible_projects(asked.actor)))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    milestone, project, programme, owner = found
    limits = slippage.limits(asked.rules, project.programme_id, project.tolerance_days)
    moves = select(DateMove).where(DateMove.milestone_id == milestone.id, DateMove.field == "forecast")
    return Panel(
        key=asked.view.panel,
        project=project,
        programme=programme,
        name=milestone.name,
        code=milestone.code,
        milestone=row_of(milestone, owner or "", limits, asked.today),
        task=None,
        moves=tuple(db.session.scalars(moves.order_by(DateMove.moved_at.desc(), DateMove.id.desc()).limit(50))),
        links=_links(milestone.project_id, milestone.task_uid),
    )


def _task(asked: Asked, task_id: int) -> Panel:
    query = (
        select(Task, Project, Programme.name)
        .join(Project, Project.id == Task.project_id)
        .join(Programme, Programme.id == Project.programme_id)
        .where(Task.id == task_id, Project.id.in_(visible_projects(asked.actor)))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    task, project, programme = found
    links = _links(task.project_id, task.uid)
    return Panel(asked.view.panel, project, programme, task.name, task.wbs, None, task, (), links)


def _links(project_id: int, uid: int | None) -> tuple[Linked, ...]:
    if uid is None:
        return ()
    other = aliased(Task)
    is_after = TaskLink.predecessor_uid == uid
    joined = or_(
        and_(is_after, other.uid == TaskLink.successor_uid),
        and_(TaskLink.successor_uid == uid, other.uid == TaskLink.predecessor_uid),
    )
    query = (
        select(other.name, TaskLink.kind, other.start, other.finish, is_after)
        .join(other, and_(other.project_id == TaskLink.project_id, joined))
        .where(TaskLink.project_id == project_id)
        .order_by(is_after, other.position)
        .limit(50)
    )
    found = db.session.execute(query)
    return tuple(
        Linked(name, LinkKind(kind), _day(start if after else finish), not after) for name, kind, start, finish, after in found
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
