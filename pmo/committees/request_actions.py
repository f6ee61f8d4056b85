"""What is done to a question for a committee: asked, submitted, withdrawn. Each function is one verb; none commits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.committees.logic.decisions import LEAST_OPTIONS, RequestState, next_number
from pmo.committees.models import Committee, DecisionOption, DecisionRequest, Meeting
from pmo.db import db, fresh, holds_from
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.portfolio.models import Programme, Project

STALE = msg("Somebody else changed this meanwhile. Save again to replace it by yours, or cancel to see theirs.")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer; `number` is its line on the form, 1 to 5."""

    number: int
    name: str
    consequence: str = ""
    cost: Decimal | None = None
    currency: str = "EUR"
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a meeting, about a project or a programme."""

    question: str
    meeting: Meeting
    about: Project | Programme
    why: str = ""
    options: tuple[Option, ...] = ()
    recommended: int | None = None
    if_not: str = ""
    needed_by: date | None = None


def ask(asked: Question, *, asker_id: int) -> DecisionRequest:
    """A draft that only those who may ask see. Raises Invalid."""
    committee = asked.meeting.committee
    watches(committee, asked.about)
    hold_committee(committee)
    taken = db.session.scalars(select(DecisionRequest.code).where(DecisionRequest.committee_id == committee.id)).all()
    request = DecisionRequest(
        committee_id=committee.id,
        code=next_number(taken, "D"),
        asker_id=asker_id,
        asked_on=effective_day(),
        state=RequestState.DRAFT,
    )
    _write(request, asked)
    db.session.add(request)
    db.session.flush()
    return request


def change(request: DecisionRequest, asked: Question, *, seen_version: int) -> None:
    """A draft freely; what is submitted stays complete. The committee stays the same. Raises Invalid, Conflict."""
    fresh(request, seen_version, STALE)
    _still_open(request)
    if asked.meeting.committee_id != request.committee_id:
        raise Invalid({"meeting_id": msg("Choose a meeting of the same committee.")})
    watches(request.committee, asked.about)
    if request.state == RequestState.SUBMITTED:
        _complete(asked)
    _write(request, asked)


def submit(request: DecisionRequest, asked: Question, *, seen_version: int) -> None:
    """From now on it stands in the report for its meeting. Raises Invalid for what is missing, Conflict."""
    change(request, asked, seen_version=seen_version)
    _complete(asked)
    request.state, request.submitted_on = RequestState.SUBMITTED, effective_day()


def withdraw(request: DecisionRequest, reason: str, *, seen_version: int) -> None:
    """Not asked any more; it stays in the list. Raises Invalid, Conflict."""
    fresh(request, seen_version, STALE)
    _still_open(request)
    if not reason:
        raise Invalid({"reason": msg("Say in a few words why it is not asked any more.")})
    request.state, request.withdrawn_on, request.withdrawal = RequestState.WITHDRAWN, effective_day(), reason


def _write(request: DecisionRequest, asked: Question) -> None:
    request.meeting_id = asked.meeting.id
    request.project_id = asked.about.id if isinstance(asked.about, Project) else None
    request.programme_id = asked.about.id if isinstance(asked.about, Programme) else None
    request.question, request.why, request.if_not = asked.question, asked.why, asked.if_not
    request.needed_by = asked.needed_by
    lines = {option.number: option for option in asked.options}
    request.recommended = asked.recommended if asked.recommended in lines else None
    known = {row.position: row for row in request.options}
    for number in sorted(known.keys() | lines.keys()):
        row = known.get(number)
        if row is None:
            row = DecisionOption(position=number)
            request.options.append(row)
        option = lines.get(number, Option(number, ""))
        row.name, row.consequence, row.cost = option.name, option.consequence, option.cost
        row.currency, row.payer = option.currency, option.payer


def _complete(asked: Question) -> None:
    """Everything a committee needs to decide. Raises Invalid with what is missing."""
    missing = _missing_options(asked)
    if asked.recommended not in {option.number for option in asked.options}:
        missing["recommended"] = msg("Say which option you recommend.")
    if not asked.if_not:
        missing["if_not"] = msg("Say what happens if nothing is decided.")
    if asked.needed_by is None:
        missing["needed_by"] = msg("Say until when the decision is needed.")
    if asked.meeting.cancelled_at is not None or asked.meeting.held_on < effective_day():
        missing["meeting_id"] = msg("Choose a meeting that is still to come.")
    if missing:
        raise Invalid(missing)


def _missing_options(asked: Question) -> dict[str, Message]:
    missing: dict[str, Message] = {}
    if len(asked.options) < LEAST_OPTIONS:
        missing["options"] = msg("Give at least %(least)s options: one of them may be to do nothing.", least=LEAST_OPTIONS)
    for option in asked.options:
        if not option.consequence:
            missing[f"consequence_{option.number}"] = msg("Say what follows from this option.")
        if option.cost and not option.payer:
            missing[f"payer_{option.number}"] = msg("Say who pays.")
    return missing


def _still_open(request: DecisionRequest) -> None:
    if request.state not in (RequestState.DRAFT, RequestState.SUBMITTED):
        raise Conflict(msg("%(code)s is decided or withdrawn and stays as it is.", code=request.code))


def watches(committee: Committee, about: Project | Programme) -> None:
    """A committee over a programme is not asked about another one."""
    programme_id = about.programme_id if isinstance(about, Project) else about.id
    if committee.portfolio_id != about.portfolio_id or committee.programme_id not in (None, programme_id):
        raise Invalid({"meeting_id": msg("This committee does not watch over %(code)s.", code=about.code)})


def hold_committee(committee: Committee) -> None:
    """Others who number things of this committee wait until this transaction ends."""
    db.session.execute(select(Committee.id).where(Committee.id == committee.id).with_for_update(key_share=True))


def effective_day() -> date:
    """The day on which the running change holds."""
    return clock.local(holds_from()).date()
