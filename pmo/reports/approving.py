"""Sending a draft for approval, answering it, and holding publishing to what was approved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pmo.alerts import letters
from pmo.alerts.letters import To
from pmo.committees.audiences import Audience, of
from pmo.committees.distribution_queries import approvers
from pmo.config import Settings
from pmo.db import Moment, db, looking_back, transaction
from pmo.history.queries import settled
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor
from pmo.people.models import Person
from pmo.people.queries import actors
from pmo.reports import approval_queries
from pmo.reports.approval_queries import Row
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.approval import ASKED_MEANWHILE, NOBODY, NOT_WAITING, Standing, State, asked, obstacle
from pmo.reports.logic.content import Report
from pmo.reports.models import Approval, ApprovalContent
from pmo.reports.standing import Draft, standing
from pmo.reports.subjects import Subject

PATH = "/reports/approvals/{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent for approval: a report with its choices, and a word to who approves it."""

    language: str
    all_sheets: bool = False
    note: str = ""
    seen: int = 0  # the newest request known to who sends this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What may be published: the state that was approved, and by whom, when."""

    id: int
    moment: Moment
    content_sha256: str
    all_sheets: bool
    by: str
    at: datetime | None


def ask(subject: Subject, wish: Request, *, by: Actor, settings: Settings) -> int:
    """Freeze the draft of this moment and ask for its approval. Raises Conflict."""
    if looking_back() is not None:
        raise Conflict(msg("This is the state of an earlier day. Go back to today to send it for approval."))
    db.session.rollback()
    moment = settled()
    db.session.rollback()
    made = report(Wanted(subject.scope, subject.id, all_sheets=wish.all_sheets), moment)
    with transaction("report sent for approval"):
        to = _alone(subject)
        before = approval_queries.newest(to)
        if (before.approval.id if before else 0) != wish.seen:
            raise Conflict(ASKED_MEANWHILE)
        able = approvers(to, actors(clock.today())) or {}
        if not able:
            raise Conflict(NOBODY)
        if before is not None:
            _supersede(before.approval)
        approval = _kept(to, wish, moment, made, by)
        for person in (able[key] for key in sorted(asked(able, by.person_id))):
            letters.write(To(person.language, person.person_id), _asking(approval, by), PATH.format(id=approval.id), settings)
        return approval.id


def answer(approval_id: int, *, approve: bool, reason: str, seen_version: int, by: Actor, settings: Settings) -> None:
    """Yes, or back with a reason. Raises Invalid, Conflict, Forbidden."""
    approval = _waiting(approval_id, seen_version)
    if by.person_id not in approval_queries.to_answer(approval, actors(clock.today())):
        raise Forbidden(msg("Somebody else is asked to approve this report."))
    if not approve and not reason:
        raise Invalid({"reason": msg("Say what has to change, so that it can be changed.")})
    approval.state = (State.APPROVED if approve else State.SENT_BACK).value
    approval.answered_by, approval.answered_at, approval.answer = by.person_id, clock.now(), reason
    asker = db.session.get_one(Person, approval.asked_by)
    if asker.id != by.person_id:
        letters.write(
            To(asker.language, asker.id), _answered(approval, asker, by, is_yes=approve), PATH.format(id=approval.id), settings
        )


def withdraw(approval_id: int, *, seen_version: int) -> None:
    """It need not be answered any more. Raises Conflict."""
    approval = _waiting(approval_id, seen_version)
    approval.state, approval.ended_at = State.WITHDRAWN.value, clock.now()


def ready(subject: Subject) -> Approved | None:
    """What is approved of this subject; None where no approval is needed. Raises Conflict, saying what to do."""
    to = subject.audience
    if to is None or not to.needs_approval:
        return None
    found = approval_queries.newest(to)
    if found is None or not found.is_usable:
        raise Conflict(stands_in_the_way(found))
    approval = found.approval
    moment = Moment(approval.moment, approval.known_txn)
    return Approved(
        id=approval.id,
        moment=moment,
        content_sha256=approval.content_sha256,
        all_sheets=approval.all_sheets,
        by=found.answerer,
        at=approval.answered_at,
    )


def hold_to(approved: Approved, subject: Subject) -> None:
    """Raises Conflict, and notes that the approval lapsed, when it does not hold any more."""
    draft = Draft(
        scope=subject.scope,
        subject_id=subject.id,
        moment=approved.moment.at,
        content_sha256=approved.content_sha256,
        all_sheets=approved.all_sheets,
        approved_at=approved.at,
    )
    if standing(draft) is not Standing.HOLDS:
        lapse(approved)


def lapse(approved: Approved) -> None:
    """Note that what was approved is not what the report says now. Always raises Conflict."""
    db.session.rollback()
    with transaction("approval lapsed"):
        approval = db.session.get_one(Approval, approved.id, with_for_update=True, populate_existing=True)
        if approval.state == State.APPROVED and approval.edition_id is None:
            approval.state, approval.ended_at = State.LAPSED.value, clock.now()
    raise Conflict(
        msg(
            "The report says something else than %(name)s approved, so the approval has lapsed. Send it for approval again.",
            name=approved.by,
        )  # fmt: skip
    )


def use(approved: Approved, edition_id: int) -> None:
    """The edition is published with this approval, and nothing else can be. Raises Conflict."""
    approval = db.session.get_one(Approval, approved.id, with_for_update=True, populate_existing=True)
    if approval.state != State.APPROVED or approval.edition_id is not None:
        raise Conflict(msg("Somebody published this report meanwhile, or its approval has ended. Load the page again."))
    approval.edition_id = edition_id


def stands_in_the_way(found: Row | None) -> Message:
    """Of publishing, where the newest request is no approval, or something was published with it."""
    if found is None or found.approval.edition_id is not None:
        return obstacle(None)
    return obstacle(found.state, who=found.answerer, answer=found.approval.answer)


def _alone(subject: Subject) -> Audience:
    """One request about the same thing at a time. Raises NotFound for what nobody approves."""
    key = f"approval:{subject.scope}:{subject.id}"
    db.session.scalar(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    db.session.expire_all()
    to = subject.audience
    if to is None:
        raise NotFound
    if not to.needs_approval:
        raise Conflict(msg("These reports are published without approval."))
    return to


def _supersede(before: Approval) -> None:
    """A new draft takes the place of what waits, and of an approval nothing was published with."""
    if before.state == State.WAITING:
        before.state, before.ended_at = State.WITHDRAWN.value, clock.now()
    elif before.state == State.APPROVED and before.edition_id is None:
        before.state, before.ended_at = State.LAPSED.value, clock.now()
    db.session.flush()


def _kept(to: Audience, wish: Request, moment: Moment, made: Report, by: Actor) -> Approval:
    plain = canonical.plain(made)
    approval = Approval(
        **to.keys,
        meeting_on=made.meeting.held_on if made.meeting else None,
        language=wish.language,
        all_sheets=wish.all_sheets,
        moment=moment.at,
        known_txn=moment.known_txn,
        content_sha256=canonical.sha256(plain),
        note=wish.note,
        asked_by=by.person_id,
        asked_at=clock.now(),
    )
    db.session.add(approval)
    db.session.flush()
    db.session.add(ApprovalContent(approval_id=approval.id, content=plain))
    return approval


def _waiting(approval_id: int, seen_version: int) -> Approval:
    approval = db.session.get_one(Approval, approval_id, with_for_update=True, populate_existing=True)
    if approval.state != State.WAITING or approval.version != seen_version:
        raise Conflict(NOT_WAITING)
    return approval


def _asking(approval: Approval, by: Actor) -> dict[str, Message]:
    name = of(approval.owner).name
    return {
        "subject": msg("pmo: please approve the report for %(committee)s", committee=name),
        "hello": msg("Good morning,"),
        "intro": msg(
            "%(name)s asks you to approve the report for %(committee)s before it is published.", name=by.name, committee=name
        ),
        "about": _about(approval),
        "open": msg("Read the draft and answer"),
        "valid": msg("You sign in as usual. You can approve it, or send it back and say what has to change."),
        "foot": msg("Your approval is for exactly this draft. If its data change before it is published, you are asked again."),
    }  # fmt: skip


def _answered(approval: Approval, asker: Person, by: Actor, *, is_yes: bool) -> dict[str, Message]:
    name, committee = by.name, of(approval.owner).name
    yes = msg("%(name)s has approved the report for %(committee)s. You can publish it now.", name=name, committee=committee)
    no = msg("%(name)s has sent the report for %(committee)s back to you, with a reason.", name=name, committee=committee)
    return {
        "subject": msg("pmo: the report for %(committee)s is approved", committee=committee)
        if is_yes
        else msg("pmo: the report for %(committee)s was sent back", committee=committee),
        "hello": msg("Good morning %(name)s,", name=asker.name),
        "intro": yes if is_yes else no,
        "open": msg("Publish the report") if is_yes else msg("Read what has to change"),
    }


def _about(approval: Approval) -> Message:
    if approval.meeting_on is None:
        return msg("It shows the data of %(moment)s.", moment=approval.moment)
    return msg(
        "It is for the meeting of %(day)s and shows the data of %(moment)s.", day=approval.meeting_on, moment=approval.moment
    )
