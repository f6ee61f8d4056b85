"""What is done to support requests. Each function is one verb: checked, not committed."""

from dataclasses import dataclass
from datetime import date

from pmo.db import db, holds_from
from pmo.jobs import tell_asker
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor
from pmo.kernel.working_days import Calendar
from pmo.rules.logic import RuleBook
from pmo.support import queries
from pmo.support.logic import State, Step, Urgency, after, due_day
from pmo.support.models import SupportMessage, SupportRequest

REFUSALS: dict[Step, Message] = {
    Step.FINISH: msg("Answer the request before you close it."),
    Step.REOPEN: msg("The request is open already."),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of the PMO."""

    subject: str
    text: str
    urgency: Urgency = Urgency.NORMAL
    project_id: int | None = None


def ask(asker: Actor, question: Question, *, rules: RuleBook, calendar: Calendar, today: date) -> SupportRequest:
    """Due by the rule of its urgency. Raises Invalid for a project the asker may not read."""
    if question.project_id is not None and question.project_id not in dict(queries.projects_of(asker)):
        raise Invalid({"project_id": msg("Choose one from the list.")})
    made = SupportRequest(
        asker_id=asker.person_id, project_id=question.project_id, subject=question.subject, text=question.text,
        urgency=question.urgency.value, state=State.NEW.value, asked_at=holds_from(),
        due=due_day(today, rules.days(f"support.due.{question.urgency}"), calendar),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def take(request: SupportRequest, person_id: int) -> None:
    """It is mine; also from somebody else who had taken it. Raises Conflict."""
    _step(request, Step.TAKE)
    request.taker_id = person_id


def answer(request: SupportRequest, person_id: int, text: str) -> None:
    """By the PMO; whoever answers what nobody had taken has taken it. Raises Conflict."""
    _step(request, Step.ANSWER)
    request.taker_id = request.taker_id or person_id
    _say(request, person_id, text, is_answer=True)
    tell_asker("support.answered", request.id)


def add(request: SupportRequest, person_id: int, text: str) -> None:
    """By whoever asked; after an answer it waits for the PMO again. Raises Conflict."""
    _step(request, Step.ADD)
    _say(request, person_id, text, is_answer=False)


def close(request: SupportRequest, person_id: int) -> None:
    """Whoever asked closes whenever it is solved, the PMO once it has answered. Raises Conflict."""
    _step(request, Step.CLOSE if person_id == request.asker_id else Step.FINISH)
    request.closed_at, request.closed_by = holds_from(), person_id
    tell_asker("support.closed", request.id)


def reopen(request: SupportRequest) -> None:
    """Raises Conflict."""
    _step(request, Step.REOPEN)
    request.closed_at = request.closed_by = None


def _step(request: SupportRequest, step: Step) -> None:
    db.session.refresh(request, with_for_update={"of": SupportRequest})
    leads_to = after(request.stands, step)
    if leads_to is None:
        raise Conflict(REFUSALS.get(step, msg("The request is closed. Open it again first.")))
    request.state = leads_to.value


def _say(request: SupportRequest, person_id: int, text: str, *, is_answer: bool) -> None:
    db.session.add(
        SupportMessage(request_id=request.id, author_id=person_id, is_answer=is_answer, text=text, said_at=holds_from())
    )
    db.session.flush()
