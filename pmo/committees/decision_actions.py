"""What is done to decisions: recorded, corrected, voided. Each function is one verb; none commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.committees.decision_queries import later_meetings
from pmo.committees.item_actions import ToDo, add_action, cancel
from pmo.committees.logic.decisions import Outcome, RequestState, next_number
from pmo.committees.models import ActionItem, Committee, Decision, DecisionRequest, Meeting
from pmo.committees.request_actions import STALE, effective_day, hold_committee, watches
from pmo.db import db, fresh
from pmo.jobs import tell_asker
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.portfolio.models import Programme, Project

DECISION_WIDTH = 2  # 2026-08


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a committee decided. `text` as it will stand in the minutes."""

    outcome: Outcome
    text: str
    change_text: str = ""
    reason: str = ""
    deferred_to: Meeting | None = None
    decided_on: date | None = None  # None: the day of the meeting


def put_off(meeting: Meeting, text: str, *, reason: str, decided_on: date, until: date | None = None) -> Ruling:
    """For the first later meeting that is planned, on or after `until`; without one it is refused for now."""
    later = next((one for one in later_meetings(meeting) if until is None or one.held_on >= until), None)
    outcome = Outcome.DEFERRED if later else Outcome.REFUSED
    return Ruling(outcome, text, reason=reason, deferred_to=later, decided_on=decided_on)


def record(
    meeting: Meeting,
    ruling: Ruling,
    *,
    request: DecisionRequest | None = None,
    about: Project | Programme | None = None,
    to_do: Sequence[ToDo] = (),
) -> Decision:
    """The outcome of a request, or a decision nobody had asked for, with the actions that follow. Raises Invalid, Conflict."""
    committee = meeting.committee
    if request is not None:
        _decidable(request, committee)
    elif about is not None:
        watches(committee, about)
    on = ruling.decided_on or min(meeting.held_on, effective_day())
    _fits(ruling, meeting, on)
    hold_committee(committee)
    taken = db.session.scalars(select(Decision.code).where(Decision.committee_id == committee.id)).all()
    decision = Decision(
        committee_id=committee.id,
        meeting_id=meeting.id,
        request_id=request.id if request else None,
        project_id=request.project_id if request else about.id if isinstance(about, Project) else None,
        programme_id=request.programme_id if request else about.id if isinstance(about, Programme) else None,
        code=next_number(taken, f"{on.year}-", DECISION_WIDTH),
    )
    _rule(decision, ruling, on)
    db.session.add(decision)
    db.session.flush()
    if request is not None:
        _answer(request, ruling)
        tell_asker("decision.recorded", decision.id)
    for one in to_do:
        add_action(meeting, one, decision=decision)
    return decision


def correct(decision: Decision, ruling: Ruling, *, seen_version: int) -> None:
    """What was recorded wrongly, put right; the history keeps what stood before and why. Raises Invalid, Conflict."""
    fresh(decision, seen_version, STALE)
    _standing(decision)
    on = ruling.decided_on or decision.decided_on
    _fits(ruling, decision.meeting, on)
    _rule(decision, ruling, on)
    if decision.request is not None:
        _newest(decision)
        _answer(decision.request, ruling)


def void(decision: Decision, reason: str, *, seen_version: int) -> None:
    """It was a slip: what was asked is open again, its open actions end. Raises Invalid, Conflict."""
    fresh(decision, seen_version, STALE)
    _standing(decision)
    if not reason:
        raise Invalid({"reason": msg("Say why the record is wrong.")})
    if decision.request is not None:
        _newest(decision)
        decision.request.state, decision.request.meeting_id = RequestState.SUBMITTED, decision.meeting_id
    decision.voided_on, decision.void_reason = effective_day(), reason
    still = (ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None))
    for item in db.session.scalars(select(ActionItem).where(ActionItem.decision_id == decision.id, *still)):
        cancel(item, reason)


def _fits(ruling: Ruling, meeting: Meeting, on: date) -> None:
    wrong: dict[str, Message] = {}
    if ruling.outcome is Outcome.CHANGED and not ruling.change_text:
        wrong["change_text"] = msg("Say what is different from what was asked.")
    if ruling.outcome in (Outcome.REFUSED, Outcome.DEFERRED) and not ruling.reason:
        wrong["reason"] = msg("Say why.")
    later = ruling.deferred_to
    if ruling.outcome is Outcome.DEFERRED and (
        later is None or later.committee_id != meeting.committee_id or later.held_on <= meeting.held_on or later.cancelled_at
    ):
        wrong["deferred_to"] = msg("Choose a later meeting of this committee.")
    if on > effective_day():
        wrong["decided_on"] = msg("A decision is recorded when it has been taken: choose today or a day before.")
    if wrong:
        raise Invalid(wrong)


def _rule(decision: Decision, ruling: Ruling, on: date) -> None:
    later = ruling.deferred_to if ruling.outcome is Outcome.DEFERRED else None
    decision.decided_on, decision.outcome, decision.text, decision.reason = on, ruling.outcome, ruling.text, ruling.reason
    decision.change_text = ruling.change_text if ruling.outcome is Outcome.CHANGED else ""
    decision.deferred_to_id = later.id if later else None


def _answer(request: DecisionRequest, ruling: Ruling) -> None:
    """What is deferred is asked again, of the later meeting."""
    if ruling.outcome is Outcome.DEFERRED and ruling.deferred_to is not None:
        request.state, request.meeting_id = RequestState.SUBMITTED, ruling.deferred_to.id
    else:
        request.state = RequestState.DECIDED


def _decidable(request: DecisionRequest, committee: Committee) -> None:
    db.session.refresh(request, ["state", "version"], with_for_update=True)
    if request.committee_id != committee.id:
        raise Invalid({"meeting_id": msg("Choose a meeting of the same committee.")})
    if request.state != RequestState.SUBMITTED:
        raise Conflict(msg("%(code)s is not open for a decision: it is a draft, decided or withdrawn.", code=request.code))


def _standing(decision: Decision) -> None:
    if decision.voided_on is not None:
        raise Conflict(msg("Decision %(code)s was voided and stays as it is.", code=decision.code))


def _newest(decision: Decision) -> None:
    """Only the last word on a request can be taken back."""
    later = select(Decision.id).where(Decision.request_id == decision.request_id, Decision.voided_on.is_(None))
    if db.session.scalar(later.where(Decision.id > decision.id).limit(1)) is not None:
        raise Conflict(msg("A later decision on the same question stands: correct that one first."))
