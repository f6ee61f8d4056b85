"""Sending an edition to the distribution list: a mail with a link of one's own for each, never an attachment."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select

from pmo.alerts import letters
from pmo.alerts.delivery import LEFT_OUT
from pmo.alerts.letters import To
from pmo.committees.audiences import Audience, audience
from pmo.config import Settings
from pmo.db import db
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, NotFound
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Actor
from pmo.people.actions import token_digest
from pmo.reports import pdf, sending_queries
from pmo.reports.logic.content import Scope
from pmo.reports.models import Edition, Sending
from pmo.reports.sending_queries import Line
from pmo.reports.subjects import AUDIENCES
from pmo.reports.verifying import subject_id
from pmo.rules.queries import rule_book

PATH = f"/reports/link/{LEFT_OUT}"
SENT_MEANWHILE = msg("Somebody sent this edition meanwhile. Look who has it by now, then send it to who is left.")


def audience_of(edition: Edition) -> Audience:
    """Whose list it goes to. Raises NotFound for an edition of a whole portfolio: it has no list."""
    kind = AUDIENCES.get(Scope(edition.scope))
    if kind is None:
        raise NotFound
    return audience(kind, subject_id(edition))


def send(edition: Edition, *, again: bool, seen: int, by: Actor, settings: Settings) -> int:
    """A mail to everybody on the list who has not had one (`again`: to the others too). Returns how many. Raises Conflict."""
    db.session.scalar(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sending:{edition.id}", 0))))
    to = audience_of(edition)
    planned = sending_queries.preview(edition, to, clock.today())
    if planned.seen != seen:
        raise Conflict(SENT_MEANWHILE)
    lines = [*planned.due, *(planned.had if again else ())]
    if not lines:
        raise Conflict(msg("Everybody on the list has it already, or may not read it. Nothing was sent."))
    days = rule_book().days("report.link_valid")
    for line in lines:
        _send(edition, to, line, days, by, settings)
    if pdf.is_possible() and any(line.receiver.person_id is None for line in lines):
        defer("reports.print", edition_id=edition.id)
    return len(lines)


def withdraw(sending: Sending, *, seen_version: int, by: int) -> None:
    """The link of who has no account opens nothing any more. Raises Conflict."""
    db.session.refresh(sending, with_for_update=True)
    if sending.version != seen_version or sending.withdrawn_at is not None:
        raise Conflict(msg("Somebody else changed this meanwhile."))
    sending.withdrawn_at, sending.withdrawn_by = clock.now(), by


def _send(edition: Edition, of: Audience, line: Line, days: int, by: Actor, settings: Settings) -> None:
    """The row, and the mail with the link, in the language of who gets it."""
    one, token = line.receiver, secrets.token_urlsafe(32)
    to = To(one.language, one.person_id, "" if one.person_id else one.email)
    mail_id = letters.write(to, words(edition, of, line, days, by), PATH, settings, secret=token)
    db.session.add(
        Sending(
            edition_id=edition.id,
            person_id=one.person_id,
            entry_id=None if one.person_id or one.entry is None else one.entry.id,
            name=one.name,
            email="" if one.person_id else one.email,
            language=line.language,
            sent_by=by.person_id,
            asked_at=clock.now(),
            mail_id=mail_id,
            link_digest=token_digest(token),
            expires_at=clock.machine_now() + timedelta(days=days),
        )
    )


def words(edition: Edition, of: Audience, line: Line, days: int, by: Actor) -> dict[str, Message]:
    """Everything the mail says: what it is, how to open it, what to expect. Nothing confidential stands in it."""
    one = line.receiver
    outside = nmsg(
        "The link is yours alone. It works for %(num)s day without signing in and opens this report and nothing else."
        " Do not pass it on; each opening is noted.",
        "The link is yours alone. It works for %(num)s days without signing in and opens this report and nothing else."
        " Do not pass it on; each opening is noted.",
        days,
    )
    inside = msg("You sign in as usual. There you read it, download it in your language and see what changed since the last.")
    return {
        "subject": msg("pmo: report for %(committee)s, edition %(number)s", committee=of.name, number=edition.number),
        "hello": msg("Good morning %(name)s,", name=one.name),
        "intro": msg(
            "%(name)s sends you the status report for %(committee)s: edition %(number)s, with the data of %(moment)s.",
            name=by.name,
            committee=of.name,
            number=edition.title,
            moment=edition.moment,
        ),
        "open": msg("Open the report"),
        "valid": inside if one.person_id else outside,
        "foot": msg(
            "You get it because you are on the distribution list of these reports."
            " To be taken off it, write to %(name)s, %(email)s.",
            name=by.name,
            email=by.email,
        ),
    }
