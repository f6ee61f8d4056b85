"""A mail that arrived: known already, or judged, stored or held, and answered once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert

from pmo.config import Settings
from pmo.db import acting, db, transaction
from pmo.inbox import queries, replying
from pmo.inbox.logic.answers import Part, parts, says_kind, written
from pmo.inbox.logic.held import Held, without_tokens
from pmo.inbox.logic.message import Body, Head, Unreadable, body_of, head_of
from pmo.inbox.models import ReceivedMail, ReplyAddress, ReplyProject
from pmo.inbox.storing import Outcome, store
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.people.models import Person
from pmo.people.queries import actor_of_person, person_by_email

LONGEST_KEPT = 5_000  # letters of a stranger's mail


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail with what is known of who sent it where."""

    head: Head
    body: Body | None  # None: cannot be read
    person: Person | None  # whose own address the sender is
    address: ReplyAddress | None
    reason: Held | None  # why nothing of it is taken


def receive(raw: bytes, settings: Settings, *, is_cut: bool = False) -> None:
    """Stored or held when this returns; the same mail again does nothing. `is_cut`: it was larger than what is given."""
    db.session.rollback()
    mail = _judged(raw, settings, is_cut=is_cut)
    taken_from = mail.person.id if mail.reason is None and mail.person else None
    with acting(taken_from, "mail"), transaction("mail received"):
        row_id = _noted(mail)
        if row_id is None:
            return
        row = db.session.get_one(ReceivedMail, row_id)
        reason, outcomes = (mail.reason, []) if mail.reason else _taken(mail, row)
        row.reason, row.stored = reason or "", sum(outcome.is_stored for outcome in outcomes)
        if mail.person and mail.person.is_active and reason is not Held.AUTOMATIC:
            row.answer_id = replying.answer(mail.person, row, reason, outcomes, settings)


def _judged(raw: bytes, settings: Settings, *, is_cut: bool) -> Arrived:
    head = head_of(raw)
    token = next(filter(None, map(settings.inbox.token_in, head.recipients)), "")
    person = person_by_email(head.sender) if head.sender else None
    address = queries.address_of(token) if token else None
    body = None
    with suppress(Unreadable):
        body = body_of(raw)
    reason = _held(head, token, person, address)
    if reason is None and is_cut:
        reason = Held.TOO_LARGE
    if reason is None and body is None:
        reason = Held.UNREADABLE
    if head.is_automatic or _is_ours(head.sender, settings):
        reason = Held.AUTOMATIC
    return Arrived(head, body, person, address, reason)


def _held(head: Head, token: str, person: Person | None, address: ReplyAddress | None) -> Held | None:
    """Why an answer at this address, from this sender, is not taken."""
    if not token:
        return Held.NO_ADDRESS
    if address is None:
        return Held.UNKNOWN
    if person is None or address.person_id != person.id:
        return Held.OTHER_SENDER
    if not person.is_active:
        return Held.LEFT
    return Held.EXPIRED if address.expires_at <= clock.machine_now() else None


def _is_ours(sender: str, settings: Settings) -> bool:
    """A mail of ours that came back would be answered for ever."""
    return bool(settings.inbox.token_in(sender)) or sender in (settings.inbox.address.lower(), settings.smtp.sender_address)


def _noted(mail: Arrived) -> int | None:
    """Its row; None when it has come before. Words stay only of strangers, who were asked nothing."""
    is_strange = mail.person is None and mail.address is None
    keeps = is_strange and mail.reason is not Held.AUTOMATIC and mail.body is not None
    is_content = not is_strange and says_kind(mail.head.subject)
    values = {
        "version": 1,
        "key": mail.head.key,
        "received_at": clock.now(),
        "sender": "" if mail.person else without_tokens(mail.head.sender),
        "subject": "" if is_content else without_tokens(mail.head.subject),
        "person_id": mail.person.id if mail.person else None,
        "attachments": mail.body.attachments if mail.body else 0,
        "body": without_tokens(mail.body.text[:LONGEST_KEPT]) if keeps and mail.body else "",
    }
    wanted = insert(ReceivedMail).values(values).on_conflict_do_nothing(index_elements=["key"])
    found: int | None = db.session.scalar(wanted.returning(ReceivedMail.id))
    return found


def _taken(mail: Arrived, row: ReceivedMail) -> tuple[Held | None, list[Outcome]]:
    """Every part it holds, stored or refused by itself."""
    if mail.address is None or mail.person is None or mail.body is None:
        return Held.UNREADABLE, []
    asked = queries.asked_at(mail.address.id)
    found = parts(mail.head.subject, written(mail.body.text), [one.project.code for one in asked])
    if not found:
        return Held.EMPTY, []
    pairs = _paired(found, asked)
    if not pairs:
        return Held.UNCLEAR, []
    actor = actor_of_person(mail.person, clock.today())
    outcomes = [store(part, one, actor, row) for part, one in pairs]
    if len(pairs) < len(found):
        outcomes.append(Outcome(msg("What stands before the first code was left out.")))
    stored = sum(outcome.is_stored for outcome in outcomes)
    return (None if stored == len(pairs) else Held.PARTLY if stored else Held.REFUSED), outcomes


def _paired(found: Sequence[Part], asked: Sequence[ReplyProject]) -> list[tuple[Part, ReplyProject]]:
    """Parts with their projects, in the order in which projects are held; the whole mail is of the one that was asked about."""
    by_code = {part.code: part for part in found}
    if len(asked) == 1:
        by_code.setdefault(asked[0].project.code, found[0])
    return [(by_code[one.project.code], one) for one in asked if one.project.code in by_code]
