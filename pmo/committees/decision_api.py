"""What is asked of committees and what they decide, for programs."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint
from sqlalchemy import Select, func, select

from pmo.committees import bodies, decision_actions, decision_queries, request_actions
from pmo.committees.logic.decisions import Outcome, RequestState
from pmo.committees.models import Committee, Decision, DecisionRequest
from pmo.committees.queries import meeting
from pmo.committees.request_actions import Question
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, Place, may
from pmo.web.access import actor, require
from pmo.web.api import Asked, Body, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line, parse

bp = Blueprint("decisions_api", __name__, url_prefix="/api/v1")
ASK, EDIT = Permission.DECISION_ASK, Permission.COMMITTEE_EDIT
NOWHERE = Place(0, 0, 0)


class OfCommitteeOut(Out):
    id: int
    committee_id: int
    meeting_id: int
    project_id: int | None
    programme_id: int | None
    code: str


class OptionOut(Out):
    position: int
    name: str
    consequence: str
    cost: Decimal | None
    currency: str
    payer: str


class DecisionRequestOut(OfCommitteeOut):
    """Costs of its options are null for readers without the right to see money there."""

    asker_id: int
    asked_on: date
    question: str
    why: str
    options: list[OptionOut]
    recommended: int | None
    if_not: str
    needed_by: date | None
    state: RequestState
    submitted_on: date | None
    withdrawn_on: date | None
    withdrawal: str
    version: int


class DecisionOut(OfCommitteeOut):
    request_id: int | None
    decided_on: date
    outcome: Outcome
    text: str
    change_text: str
    reason: str
    deferred_to_id: int | None
    voided_on: date | None
    void_reason: str
    version: int


class OfCommitteeAsked(Asked):
    committee: Line = ""  # its code


class RequestsAsked(OfCommitteeAsked):
    state: Annotated[RequestState | None, Blank] = None


class DecisionsAsked(OfCommitteeAsked):
    outcome: Annotated[Outcome | None, Blank] = None


def _requests(person: Actor) -> Select[Any]:
    query = decision_queries.with_about(select(DecisionRequest), DecisionRequest)
    return query.where(decision_queries.request_seen(person))


def _decisions(person: Actor) -> Select[Any]:
    query = decision_queries.with_about(select(Decision), Decision)
    return query.where(decision_queries.seen(person, Permission.DECISION_READ, Decision))


def of_committee(query: Select[Any], asked: OfCommitteeAsked) -> Select[Any]:
    return query.where(func.upper(Committee.code) == asked.committee.upper()) if asked.committee else query


def _requests_asked(query: Select[Any], asked: RequestsAsked) -> Select[Any]:
    query = of_committee(query, asked)
    return query.where(DecisionRequest.state == asked.state.value) if asked.state else query


def _decisions_asked(query: Select[Any], asked: DecisionsAsked) -> Select[Any]:
    query = of_committee(query, asked)
    return query.where(Decision.outcome == asked.outcome.value) if asked.outcome else query


def _show_request(found: DecisionRequest) -> Out:
    with_money = may(actor(), Permission.MONEY_READ, found.place)
    options = [OptionOut.model_validate(one) for one in found.options if one.name]
    shown = options if with_money else [one.model_copy(update={"cost": None}) for one in options]
    facts = {name: getattr(found, name) for name in DecisionRequestOut.model_fields if name != "options"}
    return DecisionRequestOut.model_validate({**facts, "options": shown})


def _is_hidden_draft(found: DecisionRequest, person: Actor) -> bool:
    return found.state == RequestState.DRAFT and not may(person, ASK, found.place)


def _question(typed: bodies.QuestionBody) -> Question:
    """Raises Invalid; asks for the right to ask about it."""
    about = bodies.about(typed)
    if about is None:
        raise Invalid({"project_id": msg("Choose what the decision is about.")})
    require(ASK, about.place)
    return Question(
        typed.question, bodies.known_meeting(typed.meeting_id), about, typed.why, typed.answers, typed.recommended, typed.if_not,
        typed.needed_by,
    )  # fmt: skip


def _asked_about(typed: bodies.QuestionBody) -> Place:
    about = bodies.about(typed)
    return about.place if about else NOWHERE


def _ask(typed: bodies.QuestionBody) -> DecisionRequest:
    return request_actions.ask(_question(typed), asker_id=actor().person_id)


def _facts(found: DecisionRequest) -> dict[str, Any]:
    names = ("question", "meeting_id", "project_id", "programme_id", "why", "recommended", "if_not", "needed_by")
    options = [
        {name: getattr(one, name) for name in ("name", "consequence", "cost", "currency", "payer")}
        for one in found.options
        if one.name
    ]
    return {name: getattr(found, name) for name in names} | {"options": options}


def _change(found: DecisionRequest, typed: bodies.QuestionBody, seen: int) -> None:
    request_actions.change(found, _question(typed), seen_version=seen)


def _submit(found: DecisionRequest, _typed: Body, seen: int) -> None:
    asked = parse(bodies.QuestionBody, _facts(found))
    request_actions.submit(found, _question(asked), seen_version=seen)


def _withdraw(found: DecisionRequest, typed: bodies.ReasonBody, seen: int) -> None:
    request_actions.withdraw(found, typed.reason, seen_version=seen)


def _meets(typed: bodies.DecisionBody) -> Place:
    """Where the committee stands that decides."""
    if typed.request_id is not None:
        return decision_queries.request(typed.request_id).committee.place
    return meeting(typed.meeting_id).place if typed.meeting_id is not None else NOWHERE


def _record(typed: bodies.DecisionBody) -> Decision:
    to_do = [one.to_do for one in typed.to_do]
    if typed.request_id is not None:
        request = decision_queries.request(typed.request_id)
        return decision_actions.record(request.meeting, typed.ruling, request=request, to_do=to_do)
    if typed.meeting_id is None:
        raise Invalid({"meeting_id": msg("Choose a meeting.")})
    return decision_actions.record(meeting(typed.meeting_id), typed.ruling, about=bodies.about(typed), to_do=to_do)


def _correct(found: Decision, typed: bodies.DecisionCorrectionBody, seen: int) -> None:
    decision_actions.correct(found, typed.ruling, seen_version=seen)


def _void(found: Decision, typed: bodies.ReasonBody, seen: int) -> None:
    decision_actions.void(found, typed.reason, seen_version=seen)


def _committee(found: Decision) -> Place:
    return found.committee.place


requests: Collection[DecisionRequest] = Collection(
    bp, "decision-requests", "decision_request", DecisionRequestOut, Permission.DECISION_READ, _requests, DecisionRequest.id,
    decision_queries.request, show=_show_request, asked=RequestsAsked, narrow=_requests_asked, unseen=_is_hidden_draft,
)  # fmt: skip
requests.list(msg("What is asked of committees"))
requests.read(msg("One question put to a committee"))
requests.add(msg("A draft, which only those who may ask there see"), bodies.QuestionBody, ASK, _ask, within=_asked_about)
requests.change(msg("Change a question before it is decided"), bodies.QuestionBody, ASK, _change, now=_facts)
requests.act("submit", msg("From now on it stands in the report for its meeting"), ASK, _submit)
requests.act("withdraw", msg("Not asked any more"), ASK, _withdraw, form=bodies.ReasonBody, why=lambda typed: typed.reason)

decisions: Collection[Decision] = Collection(
    bp, "decisions", "decision", DecisionOut, Permission.DECISION_READ, _decisions, Decision.id, decision_queries.decision,
    asked=DecisionsAsked, narrow=_decisions_asked,
)  # fmt: skip
decisions.list(msg("What committees decided"))
decisions.read(msg("One decision"))
decisions.add(msg("Record what a committee decided"), bodies.DecisionBody, EDIT, _record, within=_meets)
decisions.act(
    "correct", msg("Put right what was recorded wrongly"), EDIT, _correct, form=bodies.DecisionCorrectionBody, at=_committee,
    why=lambda typed: typed.why_corrected,
)  # fmt: skip
decisions.act(
    "void", msg("It was a slip: what was asked is open again"), EDIT, _void, form=bodies.ReasonBody, at=_committee,
    why=lambda typed: typed.reason,
)  # fmt: skip
