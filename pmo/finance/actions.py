"""What people enter about the money of a project: for a day, corrected later, or voided when it was a slip."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.db import db, holds_from
from pmo.finance.logic.measure import Method
from pmo.finance.logic.standing import Value
from pmo.finance.models import ValueEntry
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.portfolio.actions import hold
from pmo.portfolio.models import Project

CHANGED = msg("Somebody else changed this while you were looking at it.")


@dataclass(frozen=True, slots=True)
class Amounts:
    """Since the beginning of the project, at the end of a day."""

    on: date | None
    planned: Decimal | None = None
    actual: Decimal | None = None
    to_complete: Decimal | None = None
    note: str = ""


def enter(project: Project, *, amounts: Amounts, value: Value) -> ValueEntry:
    """`value` is how the work stands now. Raises Invalid."""
    hold(project)
    on = _checked(project, amounts, other_than=0)
    row = ValueEntry(project_id=project.id, on_day=on, currency=project.currency)
    fill(row, amounts, value)
    db.session.add(row)
    db.session.flush()
    return row


def correct(entry: ValueEntry, *, amounts: Amounts, seen_version: int, value: Value) -> None:
    """Raises Invalid, Conflict."""
    _fresh(entry, seen_version)
    entry.on_day = _checked(entry.project, amounts, other_than=entry.id)
    fill(entry, amounts, value)
    db.session.flush()


def void(entry: ValueEntry, *, reason: str, seen_version: int) -> None:
    """It was a slip and does not count. Raises Invalid, Conflict."""
    _fresh(entry, seen_version)
    if not reason:
        raise Invalid({"void_reason": msg("Say why it does not count.")})
    entry.voided_on, entry.void_reason = clock.local(holds_from()).date(), reason
    db.session.flush()


def _fresh(entry: ValueEntry, seen_version: int) -> None:
    hold(entry.project)
    db.session.refresh(entry)
    if entry.version != seen_version or entry.voided_on is not None:
        raise Conflict(CHANGED)


def _checked(project: Project, amounts: Amounts, *, other_than: int) -> date:
    """The day. Raises Invalid with everything that is wrong."""
    wrong = wrong_with(amounts, clock.local(holds_from()).date())
    if amounts.on is not None and _taken(project.id, amounts.on, other_than):
        wrong["on_day"] = msg("There are amounts for this day already: change those.")
    if wrong or amounts.on is None:
        raise Invalid(wrong)
    return amounts.on


def wrong_with(amounts: Amounts, today: date) -> dict[str, Message]:
    """What cannot be entered, by field."""
    wrong: dict[str, Message] = {}
    if amounts.on is None:
        wrong["on_day"] = msg("Say for which day the amounts are true.")
    elif amounts.on > today and (amounts.actual is not None or amounts.to_complete is not None):
        wrong["on_day"] = msg("For a day to come only a planned value can be entered.")
    if amounts.planned is None and amounts.actual is None and amounts.to_complete is None:
        wrong["actual"] = msg("Enter at least one amount.")
    return wrong


def _taken(project_id: int, on: date, other_than: int) -> bool:
    e = ValueEntry
    same = select(e.id).where(e.project_id == project_id, e.on_day == on, e.voided_on.is_(None), e.id != other_than)
    return db.session.scalar(same) is not None


def fill(row: ValueEntry, amounts: Amounts, value: Value) -> None:
    """With how far the tasks of the plan are, when it is entered on its day: a plan remembers no earlier day."""
    row.planned, row.actual, row.to_complete, row.note = amounts.planned, amounts.actual, amounts.to_complete, amounts.note
    if value.work.method is Method.TASKS and row.share is None:
        done = value.work.done_share(clock.today())
        row.share = Decimal(round(done * 10_000)) / 100 if done is not None else None
