"""What is done to actions: given, changed, finished, cancelled, opened again. Each function is one verb; none commits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.committees.logic.decisions import next_number
from pmo.committees.models import ActionItem, Committee, Decision, Meeting
from pmo.db import db, fresh, holds_from
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.portfolio.models import Programme, Project

CHANGED = msg("Somebody else changed this meanwhile. This is how it stands now.")
CODE_WIDTH = 3


@dataclass(frozen=True, slots=True)
class ToDo:
    what: str
    owner_id: int
    due: date


def add_action(
    meeting: Meeting, to_do: ToDo, *, decision: Decision | None = None, about: Project | Programme | None = None
) -> ActionItem:
    """What follows from a decision is about what the decision is about; else it comes from the meeting itself."""
    db.session.execute(select(Committee.id).where(Committee.id == meeting.committee_id).with_for_update(key_share=True))
    taken = db.session.scalars(select(ActionItem.code).where(ActionItem.committee_id == meeting.committee_id)).all()
    item = ActionItem(
        committee_id=meeting.committee_id,
        meeting_id=meeting.id,
        decision_id=decision.id if decision else None,
        project_id=decision.project_id if decision else about.id if isinstance(about, Project) else None,
        programme_id=decision.programme_id if decision else about.id if isinstance(about, Programme) else None,
        code=next_number(taken, "A-", CODE_WIDTH),
        opened_on=_today(),
    )
    _write(item, to_do)
    db.session.add(item)
    db.session.flush()
    _look_again(item)
    return item


def change_action(item: ActionItem, to_do: ToDo, *, seen_version: int) -> None:
    """Raises Invalid, Conflict for one that has ended."""
    fresh(item, seen_version, CHANGED)
    _still_open(item)
    _write(item, to_do)
    _look_again(item)


def finish(item: ActionItem, evidence: str, *, on: date | None = None, seen_version: int | None = None) -> None:
    """Done, with a word of what shows it. Raises Invalid, Conflict."""
    fresh(item, seen_version, CHANGED)
    _still_open(item)
    if not evidence:
        raise Invalid({"evidence": msg("Say in a word what shows that it is done.")})
    if on is not None and on > _today():
        raise Invalid({"done_on": msg("Done is done: choose today or a day before.")})
    item.done_on, item.evidence = on or _today(), evidence
    _look_again(item)


def cancel(item: ActionItem, reason: str, *, seen_version: int | None = None) -> None:
    """Not needed any more; it stays in the list. Raises Invalid, Conflict."""
    fresh(item, seen_version, CHANGED)
    _still_open(item)
    if not reason:
        raise Invalid({"reason": msg("Say why it is not needed any more.")})
    item.cancelled_on, item.cancel_reason = _today(), reason
    _look_again(item)


def reopen(item: ActionItem) -> None:
    """Not done, or needed after all; the history keeps what was said."""
    item.done_on, item.evidence, item.cancelled_on, item.cancel_reason = None, "", None, ""
    _look_again(item)


def _write(item: ActionItem, to_do: ToDo) -> None:
    if item.owner_id != to_do.owner_id:
        owner = db.session.get(Person, to_do.owner_id)
        if owner is None or not owner.is_active:
            raise Invalid({"owner_id": msg("Say who does it.")})
    item.what, item.what_key = to_do.what, name_key(to_do.what)
    item.owner_id, item.due = to_do.owner_id, to_do.due


def _look_again(item: ActionItem) -> None:
    """A late action of a project is found by the alerts."""
    if item.project_id is not None:
        defer("alerts.evaluate", project_id=item.project_id)


def _still_open(item: ActionItem) -> None:
    if item.done_on is not None or item.cancelled_on is not None:
        raise Conflict(msg("%(code)s has ended already.", code=item.code))


def _today() -> date:
    return clock.local(holds_from()).date()
