"""What people do to milestones. Each function is one verb: checked, written into the ledger of moved dates, not committed."""

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.db import author, db, fresh, holds_from
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import STATE_NAMES, State
from pmo.portfolio.models import Project
from pmo.schedule.logic.moves import NO_DATES, NO_REASON, NOT_CHOSEN, DateField, Dates, MoveReason, Why, objections
from pmo.schedule.models import DateMove, Milestone
from pmo.schedule.queries import IS_NEWS

CHANGED = msg("Somebody else changed this milestone while you were looking at it.")
NUMBERED = re.compile(r"M(\d{1,6})")


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a milestone besides its dates."""

    name: str
    description: str = ""
    owner_id: int | None = None
    weight: Decimal = Decimal(1)
    is_gate: bool = False


def add(project: Project, about: About, dates: Dates = NO_DATES, *, code: str = "") -> Milestone:
    """A new milestone; without a code it gets the next number of the project. Raises Invalid, Conflict."""
    hold(project)
    _running(project)
    _believable(dates.actual)
    taken = set(db.session.scalars(select(Milestone.code).where(Milestone.project_id == project.id)))
    if code in taken:
        raise Invalid({"code": msg("Another milestone of this project has this code.")})
    milestone = Milestone(
        project_id=project.id, code=code or next_code(taken), name_key=name_key(about.name), position=len(taken) + 1,
        **asdict(about), **asdict(dates),
    )  # fmt: skip
    db.session.add(milestone)
    db.session.flush()
    touched(project.id)
    return milestone


def describe(milestone: Milestone, about: About, *, seen_version: int | None = None) -> None:
    """Everything about a milestone but its dates."""
    fresh(milestone, seen_version, CHANGED)
    milestone.name, milestone.name_key, milestone.description = about.name, name_key(about.name), about.description
    milestone.owner_id, milestone.weight, milestone.is_gate = about.owner_id, about.weight, about.is_gate
    touched(milestone.project_id)


def reforecast(
    milestone: Milestone, forecast: date | None, why: Why = NO_REASON, *, seen_version: int | None = None
) -> DateMove | None:
    """Move the forecast; a promised milestone says why. The same date again changes nothing."""
    fresh(milestone, seen_version, CHANGED)
    _ahead(milestone)
    return _move(milestone, DateField.FORECAST, forecast, why)


def confirm(milestone: Milestone, *, seen_version: int | None = None) -> None:
    """Somebody stands by the forecast as it is. Raises Conflict, and Invalid where there is no day to stand by any more."""
    fresh(milestone, seen_version, CHANGED)
    _ahead(milestone)
    _running(milestone.project)
    if milestone.forecast is None or milestone.forecast < clock.local(holds_from()).date():
        raise Invalid({"forecast": msg("This day is past. Give a new date, or say when it was reached.")})
    _note_confirmed(milestone)
    touched(milestone.project_id)


def set_baseline(
    milestone: Milestone, baseline: date | None, why: Why = NO_REASON, *, seen_version: int | None = None
) -> DateMove | None:
    """Approve a baseline, or another one with a reason."""
    fresh(milestone, seen_version, CHANGED)
    return _move(milestone, DateField.BASELINE, baseline, why)


def approve_forecasts(project: Project, why: Why) -> int:
    """A new baseline for the whole project: every open milestone's forecast becomes its baseline. Returns how many moved."""
    hold(project)
    _running(project)
    if why.reason is None:
        raise Invalid({"reason": msg("Choose why the baseline changes.")})
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None), Milestone.forecast.is_not(None))
    query = select(Milestone).where(Milestone.project_id == project.id, *still).order_by(Milestone.id)
    moved = [_move(milestone, DateField.BASELINE, milestone.forecast, why) for milestone in db.session.scalars(query)]
    return len([move for move in moved if move is not None])


def reach(milestone: Milestone, on: date, why: Why = NO_REASON, *, seen_version: int | None = None) -> DateMove | None:
    """It happened, on a day that is not in the future."""
    fresh(milestone, seen_version, CHANGED)
    if milestone.cancelled_on is not None:
        raise Conflict(msg("This milestone was cancelled. Take that back first."))
    _believable(on)
    return _move(milestone, DateField.ACTUAL, on, why)


def undo_reach(milestone: Milestone, *, seen_version: int | None = None) -> DateMove | None:
    """It did not happen after all; the forecast counts again."""
    fresh(milestone, seen_version, CHANGED)
    return _move(milestone, DateField.ACTUAL, None, NO_REASON)


def cancel(milestone: Milestone, reason: str, *, seen_version: int | None = None) -> None:
    """It will not happen: it stays visible, counts for nothing, and nobody is reminded of it."""
    fresh(milestone, seen_version, CHANGED)
    _ahead(milestone)
    if not reason:
        raise Invalid({"reason": msg("Say why this milestone is no longer needed.")})
    milestone.cancelled_on, milestone.cancelling_reason = clock.local(holds_from()).date(), reason
    touched(milestone.project_id)


def take_up_again(milestone: Milestone, *, seen_version: int | None = None) -> None:
    """A cancelled milestone counts again."""
    fresh(milestone, seen_version, CHANGED)
    milestone.cancelled_on, milestone.cancelling_reason = None, ""
    touched(milestone.project_id)


def undo_move(move: DateMove) -> None:
    """Put a date back to what it was before this move; refused when it has moved again since."""
    milestone = db.session.get_one(Milestone, move.milestone_id, with_for_update=True, populate_existing=True)
    if getattr(milestone, move.field) != move.after:
        raise Conflict(msg("This date has moved again since, so the earlier move cannot be undone."))
    _move(milestone, DateField(move.field), move.before, Why(MoveReason.UNDONE))


def commit_forecasts(milestone_ids: Collection[int], edition: str) -> int:
    """A committee was told these forecasts: they become commitments. `edition` names the report; returns how many changed."""
    query = select(Milestone).join(Project).where(Milestone.id.in_(milestone_ids), Project.state == State.OPEN, IS_NEWS)
    locked = query.order_by(Milestone.id).with_for_update(of=Milestone).execution_options(populate_existing=True)
    told = [
        _move(milestone, DateField.COMMITMENT, milestone.forecast, Why(words=edition)) for milestone in db.session.scalars(locked)
    ]
    return len(told)


def dates_of(milestone: Milestone) -> Dates:
    return Dates(milestone.baseline, milestone.commitment, milestone.forecast, milestone.actual)


def next_code(taken: Collection[str]) -> str:
    numbers = [int(found[1]) for code in taken if (found := NUMBERED.fullmatch(code))]
    return f"M{max(numbers, default=0) + 1:02}"


def _move(milestone: Milestone, field: DateField, after: date | None, why: Why) -> DateMove | None:
    before: date | None = getattr(milestone, field.value)
    _running(milestone.project)
    if before == after:
        return None
    if problems := objections(dates_of(milestone), field, after, why):
        raise Invalid(problems)
    setattr(milestone, field.value, after)
    if after is not None:
        milestone.no_value = {name: word for name, word in milestone.no_value.items() if name != field.value}
    move = DateMove(
        milestone_id=milestone.id,
        project_id=milestone.project_id,
        field=field.value,
        before=before,
        after=after,
        reason=why.reason.value if why.reason else "",
        words=why.words,
        moved_by=author().person_id,
        moved_at=holds_from(),
    )
    db.session.add(move)
    if field in (DateField.FORECAST, DateField.ACTUAL):
        _note_confirmed(milestone, is_said=after is not None and why.reason not in NOT_CHOSEN)
    db.session.flush()
    touched(milestone.project_id)
    return move


def _note_confirmed(milestone: Milestone, *, is_said: bool = True) -> None:
    """Who gives a date stands by it; one that a list brought, or that was taken back, nobody has confirmed."""
    who = author().person_id if is_said else None
    milestone.confirmed_by, milestone.confirmed_on = who, clock.local(holds_from()).date() if who else None


def _running(project: Project) -> None:
    if project.state != State.OPEN:
        raise Conflict(_not_running(State(project.state)))


def _not_running(state: State) -> Message:
    return msg("The project is no longer open (%(state)s). Open it again to change its dates.", state=STATE_NAMES[state])


def _ahead(milestone: Milestone) -> None:
    if milestone.actual is not None:
        raise Conflict(msg("This milestone was reached. Take that back first."))
    if milestone.cancelled_on is not None:
        raise Conflict(msg("This milestone was cancelled. Take that back first."))


def _believable(actual: date | None) -> None:
    if actual is not None and actual > clock.local(holds_from()).date():
        raise Invalid({"actual": msg("This day is still to come. Move the forecast instead.")})
