"""What a plan read again changes: tasks and links by the numbers of the file, field by field."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from datetime import date, datetime

from pmo.schedule.logic.moves import Dates
from pmo.schedule.logic.plan import PlanFile, PlanLink, PlanTask

NOT_COMPARED = {"uid", "position"}  # a line that only moved up because another was taken out has not changed


@dataclass(frozen=True, slots=True)
class TaskChange:
    before: PlanTask
    after: PlanTask

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name in COMPARED if getattr(self.before, name) != getattr(self.after, name))


COMPARED = tuple(field.name for field in fields(PlanTask) if field.name not in NOT_COMPARED)


@dataclass(frozen=True, slots=True)
class PlanChanges:
    added: tuple[PlanTask, ...]
    changed: tuple[TaskChange, ...]
    unchanged: tuple[PlanTask, ...]
    gone: tuple[PlanTask, ...]  # in the plan we have, active, and no longer in the file
    links_added: tuple[PlanLink, ...]
    links_gone: tuple[PlanLink, ...]


def compare(stored: Mapping[int, PlanTask], links: Set[PlanLink], plan: PlanFile) -> PlanChanges:
    """A stored task that is inactive and missing is already gone: it is not said twice."""
    added, changed, unchanged = [], [], []
    for task in plan.tasks:
        known = stored.get(task.uid)
        if known is None:
            added.append(task)
        elif (change := TaskChange(known, task)).fields:
            changed.append(change)
        else:
            unchanged.append(task)
    there = {task.uid for task in plan.tasks}
    gone = tuple(task for uid, task in stored.items() if uid not in there and task.is_active)
    new_links = set(plan.links)
    return PlanChanges(
        tuple(added),
        tuple(changed),
        tuple(unchanged),
        gone,
        tuple(link for link in plan.links if link not in links),
        tuple(sorted(links - new_links, key=lambda link: (link.predecessor_uid, link.successor_uid))),
    )


def is_project_milestone(task: PlanTask) -> bool:
    """Milestones of the plan become milestones of the project."""
    return task.is_milestone and task.is_active and not task.is_summary and task.outline_level > 0


def dates_of(task: PlanTask) -> Dates:
    """The promises of a milestone in a plan; what a committee was told is not the plan's to say."""
    baseline = task.baseline
    planned = (baseline.finish or baseline.start) if baseline else None
    reached = task.actual_finish or (task.actual_start if task.percent_complete == 100 else None)
    return Dates(baseline=_day(planned), forecast=_day(task.finish or task.start), actual=_day(reached))


def name_of(task: PlanTask) -> str:
    return task.name or task.wbs or str(task.uid)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
