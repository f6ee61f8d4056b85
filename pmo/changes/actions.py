"""What is done to change requests: written, assessed, decided, put into the plan, implemented. Each is one verb; none commits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.changes.logic import AGAIN, CHANGEABLE, STATE_NAMES, ChangeState, may_move
from pmo.changes.models import ChangeRequest
from pmo.committees import decision_actions
from pmo.committees.decision_actions import Ruling
from pmo.committees.logic.decisions import Outcome, next_number
from pmo.committees.models import Decision, Meeting
from pmo.committees.request_actions import STALE, effective_day, watches
from pmo.db import author, db, fresh
from pmo.jobs import tell_asker
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import Why
from pmo.schedule.models import Milestone

CODE_WIDTH = 3  # CR-001
IS_CLOSED = msg("The project is no longer open, so its change requests stand still.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form of a change request says."""

    title: str
    category: str
    priority: int
    requested_by: str
    situation: str = ""
    wanted: str = ""
    if_not: str = ""
    scope: str = ""
    alternatives: str = ""
    recommendation: str = ""
    cost: Decimal | None = None
    currency: str = "EUR"
    milestone: Milestone | None = None
    new_date: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a request was decided; without a meeting by the person themselves. `text` as it stands in the minutes."""

    state: ChangeState
    reason: str = ""
    meeting: Meeting | None = None
    decided_on: date | None = None
    until: date | None = None
    into: ChangeRequest | None = None
    text: str = ""


def submit(project: Project, wanted: Wanted) -> ChangeRequest:
    """A new request with the next number of the project. Raises Invalid, Conflict."""
    hold(project)
    _running(project)
    taken = db.session.scalars(select(ChangeRequest.code).where(ChangeRequest.project_id == project.id)).all()
    change = ChangeRequest(
        project_id=project.id,
        code=next_number(taken, "CR-", CODE_WIDTH),
        state=ChangeState.SUBMITTED,
        submitted_on=effective_day(),
        submitted_by=author().person_id,
    )
    _write(change, project, wanted)
    db.session.add(change)
    db.session.flush()
    return change


def change_words(change: ChangeRequest, wanted: Wanted, *, seen_version: int) -> None:
    """Before it waits for a decision. Raises Invalid, Conflict."""
    fresh(change, seen_version, STALE)
    _running(change.project)
    if change.state not in CHANGEABLE:
        raise Conflict(msg("%(code)s waits for a decision or has one: assess it again before changing it.", code=change.code))
    _write(change, change.project, wanted)


def assess(change: ChangeRequest, *, seen_version: int) -> None:
    """Somebody works out what it means; also when it is taken back from who was to decide."""
    _ready(change, ChangeState.ASSESSING, seen_version, after=(ChangeState.SUBMITTED, ChangeState.WAITING))
    change.state, change.meeting_id = ChangeState.ASSESSING, None


def put_forward(change: ChangeRequest, meeting: Meeting | None, *, seen_version: int) -> None:
    """It waits for a decision, of a meeting or of who may decide. Raises Invalid for what is missing, Conflict."""
    _ready(change, ChangeState.WAITING, seen_version, after=(ChangeState.ASSESSING,))
    missing = _missing(change)
    if meeting is not None:
        watches(meeting.committee, change.project)
        if meeting.cancelled_at is not None or meeting.held_on < effective_day():
            missing["meeting_id"] = msg("Choose a meeting that is still to come.")
    if missing:
        raise Invalid(missing)
    change.state, change.meeting_id = ChangeState.WAITING, meeting.id if meeting else None


def decide(change: ChangeRequest, verdict: Verdict, *, seen_version: int) -> None:
    """How it was decided; what a meeting decided stands among its decisions too. Raises Invalid, Conflict."""
    _ready(change, verdict.state, seen_version)
    _sound(change, verdict)
    meeting, today = verdict.meeting, effective_day()
    on = verdict.decided_on or (min(meeting.held_on, today) if meeting else today)
    if meeting is not None:
        change.decision_id = decision_actions.record(meeting, _ruling(meeting, verdict, on), about=change.project).id
        change.meeting_id = meeting.id
    change.state, change.reason = verdict.state, verdict.reason
    change.decided_on, change.decided_by = on, author().person_id
    change.postponed_until = verdict.until if verdict.state is ChangeState.POSTPONED else None
    change.merged_into_id = verdict.into.id if verdict.into and verdict.state is ChangeState.MERGED else None
    touched(change.project_id)
    tell_asker("change.decided", change.id)


def _ruling(meeting: Meeting, verdict: Verdict, on: date) -> Ruling:
    if verdict.state is ChangeState.POSTPONED:
        return decision_actions.put_off(meeting, verdict.text, reason=verdict.reason, decided_on=on, until=verdict.until)
    outcome = Outcome.ACCEPTED if verdict.state in (ChangeState.APPROVED, ChangeState.MERGED) else Outcome.REFUSED
    return Ruling(outcome, verdict.text, reason=verdict.reason, decided_on=on)


def take_up(change: ChangeRequest, reason: str, *, is_slip: bool = False, seen_version: int) -> None:
    """Its decision does not count any more; one that was a slip is voided with it. Raises Invalid, Conflict."""
    there = AGAIN.get(ChangeState(change.state), ChangeState.SUBMITTED)
    _ready(change, there, seen_version)
    if not reason:
        raise Invalid({"reason": msg("Say in a few words why the decision does not count any more.")})
    if _is_in_plan(change):
        raise Conflict(msg("Its dates are in the plan. Undo those moves first, or write another change request."))
    decision_id = change.decision_id
    change.state = there
    change.decided_on = change.decided_by = change.decision_id = change.postponed_until = change.merged_into_id = None
    change.forecast_move_id = change.baseline_move_id = None
    change.reason = ""
    decision = db.session.get(Decision, decision_id) if is_slip and decision_id else None
    if decision is not None and decision.voided_on is None:
        decision_actions.void(decision, reason, seen_version=decision.version)
    touched(change.project_id)


def put_into_plan(
    change: ChangeRequest, why: Why, *, with_baseline: bool, seen_version: int, seen_milestone: int | None = None
) -> None:
    """The milestone gets the approved day, its baseline too where that is wanted. Raises Invalid, Conflict."""
    fresh(change, seen_version, STALE)
    _stands(change)
    milestone, day = change.milestone, change.new_date
    if change.state != ChangeState.APPROVED or milestone is None or day is None:
        raise Conflict(msg("Only an approved change of a date is put into the plan."))
    if change.is_moved:
        raise Conflict(msg("The dates of %(code)s are in the plan already.", code=change.code))
    moved = schedule.reforecast(milestone, day, why, seen_version=seen_milestone)
    based = schedule.set_baseline(milestone, day, why) if with_baseline else None
    if moved is None and based is None:
        raise Conflict(msg("The milestone has this day already."))
    change.forecast_move_id = moved.id if moved else None
    change.baseline_move_id = based.id if based else None


def implement(change: ChangeRequest, evidence: str, *, on: date | None = None, seen_version: int) -> None:
    """It is done, with a word of what shows it. Raises Invalid, Conflict."""
    _ready(change, ChangeState.IMPLEMENTED, seen_version)
    _stands(change)
    if not evidence:
        raise Invalid({"evidence": msg("Say in a word what shows that it is done.")})
    if on is not None and on > effective_day():
        raise Invalid({"implemented_on": msg("Done is done: choose today or a day before.")})
    change.state = ChangeState.IMPLEMENTED
    change.implemented_on, change.evidence = on or effective_day(), evidence


def _stands(change: ChangeRequest) -> None:
    """What the committee decided still counts. Raises Conflict."""
    if change.decision is not None and change.decision.voided_on is not None:
        raise Conflict(msg("The decision on %(code)s was voided: take it up again first.", code=change.code))


def _is_in_plan(change: ChangeRequest) -> bool:
    """One of the dates it moved is still the approved one."""
    one = change.milestone
    if one is None:
        return False
    has_forecast = change.forecast_move_id is not None and one.forecast == change.new_date
    return has_forecast or (change.baseline_move_id is not None and one.baseline == change.new_date)


def _ready(change: ChangeRequest, there: ChangeState, seen_version: int, after: tuple[ChangeState, ...] = ()) -> None:
    """The move is legal, and nobody changed the request meanwhile. Raises Conflict."""
    fresh(change, seen_version, STALE)
    _running(change.project)
    here = ChangeState(change.state)
    if not may_move(here, there) or (after and here not in after):
        raise Conflict(
            msg("%(code)s is “%(here)s” and cannot become “%(there)s” from there.", code=change.code, here=STATE_NAMES[here],
                there=STATE_NAMES[there])
        )  # fmt: skip


def _sound(change: ChangeRequest, verdict: Verdict) -> None:
    """A decision that says what it must. Raises Invalid."""
    wrong: dict[str, Message] = {}
    if not verdict.reason and (verdict.state is not ChangeState.APPROVED or verdict.meeting is None):
        wrong["reason"] = msg("Say why.")
    if verdict.decided_on is not None and verdict.decided_on > effective_day():
        wrong["decided_on"] = msg("A decision is recorded when it has been taken: choose today or a day before.")
    into = verdict.into
    if verdict.state is ChangeState.MERGED and not _takes_in(into, change):
        wrong["into_id"] = msg("Choose the request it becomes part of.")
    if verdict.meeting is not None and verdict.meeting.cancelled_at is not None:
        wrong["meeting_id"] = msg("This meeting was cancelled.")
    if verdict.meeting is not None and verdict.meeting.held_on < change.submitted_on:
        wrong["meeting_id"] = msg("This meeting was held before the request was made.")
    if wrong:
        raise Invalid(wrong)


def _takes_in(into: ChangeRequest | None, change: ChangeRequest) -> bool:
    """A request of the same project that lives on itself; nobody decides it meanwhile."""
    if into is None or into.id == change.id or into.project_id != change.project_id:
        return False
    db.session.refresh(into, with_for_update={"of": ChangeRequest})
    return into.state not in (ChangeState.MERGED, ChangeState.REJECTED)


def _missing(change: ChangeRequest) -> dict[str, Message]:
    """What whoever decides must be able to read."""
    missing: dict[str, Message] = {}
    for name in ("wanted", "if_not", "recommendation"):
        if not getattr(change, name):
            missing[name] = msg("This is still missing: change the request first.")
    if change.new_date is None and change.cost is None and not change.scope:
        missing["scope"] = msg("Say what it means for a date, for money or for the scope: change the request first.")
    return missing


def _write(change: ChangeRequest, project: Project, said: Wanted) -> None:
    _date_fits(project, said)
    change.title, change.category, change.priority = said.title, said.category, said.priority
    change.requested_by, change.situation, change.wanted = said.requested_by, said.situation, said.wanted
    change.if_not, change.scope, change.alternatives = said.if_not, said.scope, said.alternatives
    change.recommendation, change.cost, change.currency = said.recommendation, said.cost, said.currency
    if said.milestone is None or said.milestone.id != change.milestone_id or said.new_date != change.new_date:
        change.old_date = said.milestone.forecast if said.milestone else None
    change.milestone_id, change.new_date = said.milestone.id if said.milestone else None, said.new_date


def _date_fits(project: Project, said: Wanted) -> None:
    if said.milestone is None and said.new_date is not None:
        raise Invalid({"milestone_id": msg("Choose the milestone that gets this day.")})
    if said.milestone is not None and said.new_date is None:
        raise Invalid({"new_date": msg("Say which day the milestone gets.")})
    if said.milestone is not None and said.milestone.project_id != project.id:
        raise Invalid({"milestone_id": msg("Choose one from the list.")})


def _running(project: Project) -> None:
    if project.state != State.OPEN:
        raise Conflict(IS_CLOSED)
