"""Mails that tell who asked for something what came of it: an answer of the PMO, of a higher level, of a committee."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from pmo.alerts import letters
from pmo.alerts.letters import To
from pmo.alerts.models import Mail
from pmo.changes.logic import STATE_NAMES, VERDICTS, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.committees.logic.decisions import OUTCOME_NAMES, Outcome
from pmo.committees.models import Decision
from pmo.config import Settings
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import HOUSE, Permission, Place, may
from pmo.people.models import Person
from pmo.people.queries import actor_of_person
from pmo.proposals.logic import STATE_NAMES as PROPOSAL_NAMES
from pmo.proposals.models import Proposal
from pmo.raid.models import RaidItem
from pmo.rules.queries import rule_book
from pmo.support.models import SupportRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a mail says, to whom, and what they must be allowed to read to get it."""

    person_id: int | None  # who asked
    sentence: Message
    path: str
    place: Place = HOUSE
    permission: Permission = Permission.PROJECT_READ


def tell(what: str, subject_id: int, by: int | None, at: datetime, settings: Settings) -> bool:
    """One mail per answer, however often it is told; none to who answered, none about what came in with history."""
    found = ANSWERS[what](subject_id)
    if found is None or found.person_id is None or found.person_id == by or _is_old(at):
        return False
    purpose = f"answer {what} {subject_id} {at.isoformat()}"
    person = db.session.get(Person, found.person_id, with_for_update={"key_share": True})  # two workers: one by one
    if person is None or not person.is_active or _is_written(purpose):
        return False
    if not may(actor_of_person(person, clock.today()), found.permission, found.place):
        return False
    letters.write(To(person.language, person.id), _words(person, found), found.path, settings, purpose=purpose)
    return True


def _is_old(at: datetime) -> bool:
    return clock.now() - at > timedelta(days=rule_book().days("work.answered_shown"))


def _is_written(purpose: str) -> bool:
    return db.session.scalar(select(Mail.id).where(Mail.purpose == purpose).limit(1)) is not None


def _words(person: Person, found: Answer) -> dict[str, Message]:
    return {
        "subject": msg("pmo: %(what)s", what=found.sentence),
        "hello": msg("Good morning %(name)s,", name=person.name),
        "intro": found.sentence,
        "open": msg("Read the answer"),
        "foot": msg("You get it because you asked. It stands in My work too."),
    }


def _support_answered(request_id: int) -> Answer | None:
    return _support(request_id, msg("The PMO has answered your request"))


def _support_closed(request_id: int) -> Answer | None:
    return _support(request_id, msg("The PMO has closed your request"))


def _support(request_id: int, sentence: Message) -> Answer | None:
    """Without its subject: it may be confidential, and who asked knows it."""
    found = db.session.get(SupportRequest, request_id)
    if found is None:
        return None
    return Answer(
        person_id=found.asker_id,
        sentence=sentence,
        path=f"/support/{found.id}",
        place=found.place,
        permission=Permission.SUPPORT_READ,
    )


def _item_answered(item_id: int) -> Answer | None:
    return _item(item_id, lambda code: msg("%(code)s, which you escalated, is answered", code=code))


def _item_handed_back(item_id: int) -> Answer | None:
    return _item(item_id, lambda code: msg("%(code)s, which you escalated, was handed back", code=code))


def _item(item_id: int, say: Callable[[str], Message]) -> Answer | None:
    found = db.session.get(RaidItem, item_id)
    if found is None or found.answered_on is None:
        return None
    return Answer(
        person_id=found.escalated_by,
        sentence=say(f"{found.project.code} {found.code}"),
        path=f"/raid/{found.id}",
        place=found.place,
    )


def _change_decided(change_id: int) -> Answer | None:
    """None where the decision was taken back meanwhile."""
    found = db.session.get(ChangeRequest, change_id)
    if found is None or found.state not in VERDICTS:
        return None
    code, state = f"{found.project.code} {found.code}", STATE_NAMES[ChangeState(found.state)]
    return Answer(
        person_id=found.submitted_by,
        sentence=msg("Your change request %(code)s is decided: %(outcome)s", code=code, outcome=state),
        path=f"/change-requests/{found.id}",
        place=found.place,
    )


def _decision_recorded(decision_id: int) -> Answer | None:
    found = db.session.get(Decision, decision_id)
    if found is None or found.voided_on is not None or found.request is None:
        return None
    request, outcome = found.request, OUTCOME_NAMES[Outcome(found.outcome)]
    return Answer(
        person_id=request.asker_id,
        sentence=msg(
            "%(committee)s has decided what you asked, %(code)s: %(outcome)s",
            committee=found.committee.name,
            code=request.code,
            outcome=outcome,
        ),
        path=f"/decisions/{request.id}",
        place=request.place,
        permission=Permission.DECISION_READ,
    )


def _proposal_decided(proposal_id: int) -> Answer | None:
    found = db.session.get(Proposal, proposal_id)
    if found is None or found.decided_at is None:
        return None
    return Answer(
        person_id=found.proposer_id,
        sentence=msg("Your improvement proposal is decided: %(outcome)s", outcome=PROPOSAL_NAMES[found.stands]),
        path=f"/proposals/{found.id}",
        permission=Permission.PROPOSAL_READ,
    )


ANSWERS: Mapping[str, Callable[[int], Answer | None]] = {
    "support.answered": _support_answered,
    "support.closed": _support_closed,
    "raid.answered": _item_answered,
    "raid.handed_back": _item_handed_back,
    "change.decided": _change_decided,
    "decision.recorded": _decision_recorded,
    "proposal.decided": _proposal_decided,
}
