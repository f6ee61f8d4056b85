"""What two projects do about a dependency between them. Each function is one verb: checked, not committed."""

from dataclasses import dataclass
from datetime import date

from pmo.db import author, db, holds_from
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.portfolio.actions import touched
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.raid import actions
from pmo.raid.agreement_logic import Dates, Side
from pmo.raid.agreement_queries import of_item, promise_of, standing
from pmo.raid.logic import RaidStatus, RaidType
from pmo.raid.models import Agreement, RaidItem
from pmo.schedule.models import Milestone

NO_REASON = msg("Say why, in a few words: the other side reads it.")


@dataclass(frozen=True, slots=True)
class Promise:
    """A day, or a milestone of the giver whose forecast is the promise from now on."""

    day: date | None = None
    milestone: Milestone | None = None


def propose(item: RaidItem, giver: Project, *, need_by: date, reason: str) -> Agreement:
    """The receiver asks another project. It agrees to its own day; the giver has still to promise. Raises Invalid, Conflict."""
    if item.type != RaidType.DEPENDENCY or item.closed_on is not None:
        raise Conflict(msg("Only an open dependency is agreed with another project."))
    if of_item(item.id) is not None:
        raise Conflict(msg("Another project has been asked already."))
    if giver.id == item.project_id:
        raise Invalid({"giver_id": msg("Choose another project.")})
    if giver.state != State.OPEN:
        raise Invalid({"giver_id": msg("This project is not open any more.")})
    _said(reason)
    made = Agreement(item_id=item.id, giver_id=giver.id, reason=reason)
    made.item, made.giver, item.due = item, giver, need_by
    db.session.add(made)
    _yes(made, Side.RECEIVER)
    db.session.flush()
    _both(made)
    return made


def need(found: Agreement, day: date, *, reason: str, seen_version: int) -> None:
    """The receiver needs it on another day: the giver is asked again. Raises Invalid, Conflict."""
    _open(found, seen_version)
    _said(reason)
    if day == found.item.due:
        raise Invalid({"day": msg("That is the day it is needed already.")})
    found.item.due, found.reason = day, reason
    _yes(found, Side.RECEIVER)
    _both(found)


def promise(found: Agreement, promised: Promise, *, reason: str, seen_version: int) -> None:
    """The giver promises another day, or a milestone: the receiver is asked again. Raises Invalid, Conflict."""
    _open(found, seen_version)
    _said(reason)
    milestone = promised.milestone
    if milestone is not None and (milestone.project_id != found.giver_id or milestone.cancelled_on is not None):
        raise Invalid({"milestone_id": msg("Choose one from the list.")})
    if milestone is None and promised.day is None:
        raise Invalid({"day": msg("Enter a day, or choose a milestone.")})
    before = (found.milestone_id, promise_of(found))
    found.milestone, found.milestone_id = milestone, milestone.id if milestone else None
    found.promised, found.reason = None if milestone else promised.day, reason
    if (found.milestone_id, promise_of(found)) == before:
        raise Invalid({"day": msg("That is what is promised already.")})
    _yes(found, Side.GIVER)
    _both(found)


def agree(found: Agreement, side: Side, *, seen_version: int) -> None:
    """One side says yes to both dates as they are. Raises Conflict."""
    _open(found, seen_version)
    if found.item.due is None or promise_of(found) is None:
        raise Conflict(msg("Both dates have to be there before anybody agrees to them."))
    if side in standing(found, found.item, promise_of(found)).agreed:
        raise Conflict(msg("This side has agreed already."))
    _yes(found, side)
    _both(found)


def end(found: Agreement, status: RaidStatus, *, reason: str, seen_version: int) -> None:
    """Delivered, or not needed any more (closed). Raises Invalid, Conflict."""
    _open(found, seen_version)
    actions.close(found.item, reason, status=status)
    _both(found)


def _yes(found: Agreement, side: Side) -> None:
    """This side agrees to the dates as they are now; a yes of the other side to other dates is over."""
    now = Dates(found.item.due, promise_of(found))
    if now != Dates(found.settled_need_by, found.settled_promised):
        found.receiver_agreed_at = found.receiver_agreed_by = found.giver_agreed_at = found.giver_agreed_by = None
        found.settled_need_by, found.settled_promised = now.need_by, now.promised
    if side is Side.RECEIVER:
        found.receiver_agreed_at, found.receiver_agreed_by = holds_from(), author().person_id
    else:
        found.giver_agreed_at, found.giver_agreed_by = holds_from(), author().person_id


def _both(found: Agreement) -> None:
    touched(found.item.project_id)
    touched(found.giver_id)


def _said(reason: str) -> None:
    if not reason:
        raise Invalid({"reason": NO_REASON})


def _open(found: Agreement, seen_version: int) -> None:
    db.session.refresh(found, ["version"], with_for_update=True)
    if found.version != seen_version:
        raise Conflict(msg("Somebody else changed this agreement while you were looking at it."))
    if found.item.closed_on is not None:
        raise Conflict(msg("%(code)s is closed already.", code=found.item.code))
