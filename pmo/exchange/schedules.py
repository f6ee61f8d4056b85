"""A plan brought into a project: read, compared, stored in one transaction, or only said what it would change."""

import hashlib
from typing import Any

from pmo.db import acting, author, transaction
from pmo.exchange import mspdi
from pmo.exchange.logic.preview import freeze
from pmo.kernel.errors import NotFound, Refused
from pmo.kernel.languages import Message, msg
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project_by_code
from pmo.schedule.logic.plan import PlanFile
from pmo.schedule.logic.plan_changes import TaskChange, is_project_milestone
from pmo.schedule.plan_actions import MilestoneChange, Source, Stored, store

OTHERS = {
    ".mpp": "Microsoft Project", ".mpx": "Microsoft Project Exchange", ".xer": "Primavera", ".pmxml": "Primavera",
}  # fmt: skip
PROBLEMS: dict[str, Message] = {
    "not readable": msg("This value cannot be read."),
    "twice": msg("It stands in the file twice; the first one counts."),
    "itself": msg("A task cannot wait for itself."),
    "unknown task": msg("The task it waits for is not in the file."),
    "other plan": msg("The task it waits for is in another plan."),
}
SHOWN = 500  # changes listed one by one; the counts are always complete


class _Undo(Exception):
    """Ends a trial so that nothing of it is kept."""


def read_plan(content: bytes, name: str) -> PlanFile:
    """Raises Refused, naming the file."""
    suffix = f".{name.lower().removesuffix('.gz').rpartition('.')[2]}"
    try:
        if suffix in OTHERS:
            raise Refused(
                msg("This is a %(tool)s file. Save it as XML in that program and bring in the XML file.", tool=OTHERS[suffix])
            )
        return mspdi.read(content)
    except Refused as refused:
        raise Refused(msg("%(file)s: %(why)s", file=name, why=refused.message)) from refused


def project_for(code: str) -> Project:
    if not code.strip():
        raise Refused(msg("Say which project the plan belongs to."))
    try:
        return project_by_code(code)
    except NotFound as missing:
        raise Refused(msg("There is no project with the code %(code)s.", code=code.strip())) from missing


def bring_plan(content: bytes, name: str, project: Project, *, dry_run: bool = False) -> dict[str, Any]:
    """What the plan changed, or would change, as plain values for the command and the browser."""
    plan = read_plan(content, name)
    source = Source(name, hashlib.sha256(content).hexdigest())
    code = project.code
    stored = _tried(project, plan, source) if dry_run else _kept(project, plan, source)
    return _report(name, code, plan, stored) | {"applied": not dry_run}


def _kept(project: Project, plan: PlanFile, source: Source) -> Stored:
    with acting(author().person_id, "import"), transaction(f"Import of {source.file_name}"):
        return store(project, plan, source)


def _tried(project: Project, plan: PlanFile, source: Source) -> Stored:
    """The same in a transaction that is undone: a trial says exactly what would happen."""
    stored: Stored | None = None
    try:
        with transaction("trial"):
            stored = store(project, plan, source)
            raise _Undo
    except _Undo:
        if stored is None:
            raise
        return stored


def _report(name: str, code: str, plan: PlanFile, stored: Stored) -> dict[str, Any]:
    changes = stored.changes
    return {
        "file": name,
        "project": code,
        "rows": len(plan.tasks),
        "tasks": len(plan.tasks),
        "milestones": sum(map(is_project_milestone, plan.tasks)),
        "links": len(plan.links),
        "calendars": len(plan.calendars),
        "baselines": sorted({kept.number for task in plan.tasks for kept in task.baselines}),
        "status_date": plan.status_date.isoformat() if plan.status_date else None,
        "created": len(changes.added),
        "updated": len(changes.changed),
        "unchanged": len(changes.unchanged),
        "gone": len(changes.gone),
        "links_created": len(changes.links_added),
        "links_gone": len(changes.links_gone),
        "added_tasks": [{"uid": task.uid, "name": task.name} for task in changes.added[:SHOWN]],
        "changed_tasks": [_change(change) for change in changes.changed[:SHOWN]],
        "gone_tasks": [{"uid": task.uid, "name": task.name} for task in changes.gone[:SHOWN]],
        "milestone_changes": [_milestone(change) for change in stored.milestones if change.refused is None],
        "refused": [
            *(_refused(_cell(one.uid), one.field, one.value, PROBLEMS[one.reason]) for one in plan.problems),
            *(_refused(one.name, one.field, str(one.after), one.refused) for one in stored.milestones if one.refused is not None),
        ],
    }


def _change(change: TaskChange) -> dict[str, Any]:
    return {
        "uid": change.after.uid,
        "name": change.after.name,
        "fields": {name: [_text(getattr(change.before, name)), _text(getattr(change.after, name))] for name in change.fields},
    }


def _milestone(change: MilestoneChange) -> dict[str, Any]:
    return {
        "code": change.code, "name": change.name, "field": change.field or "new", "before": _text(change.before),
        "after": _text(change.after),
    }  # fmt: skip


def _cell(uid: int | None) -> str:
    return "" if uid is None else f"UID {uid}"


def _refused(cell: str, column: str, value: str, why: Message) -> dict[str, Any]:
    """In words for the command, and as a message for the page in whatever language it is shown."""
    return {"sheet": "", "row": None, "cell": cell, "column": column, "value": value, "reason": str(why), "said": freeze(why)}


def _text(value: object) -> str | None:
    """A value of a task in a few letters; of baselines, the first one's end, which is what people call the baseline."""
    if isinstance(value, tuple):
        return _text(next((kept.finish or kept.start for kept in value if kept.number == 0), None))
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
