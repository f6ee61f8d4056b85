"""Mail on its way: claimed, transmitting, sent. Never lost; a repeat after a crash carries the same Message-ID.

Nobody can make the server's acceptance and our note of it one step. So the claim is committed before the server is spoken to,
and "sent" is committed as soon as it has accepted, before the good-bye. Whoever transmits holds a lock of its database
connection, which ends with the process: a second worker can take over a mail only from one that is gone.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from sqlalchemy import select, text

from pmo.alerts.models import Mail
from pmo.config import Settings, Smtp
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.languages import msg, plain, render
from pmo.people.models import Person

LEFT_OUT = "{{secret}}"  # where the body of a mail has the secret that is kept beside it, and only until it is sent
TEST_SUBJECT = msg("Test: mail from the project portfolio arrives")
TRANSMITTING = 71020182  # first half of the advisory lock; the second is the mail's id


class NotSent(Exception):
    """A test mail did not leave; the sentence says where it failed, and what the server answered."""


class TryLater(Exception):
    """The server could not be reached, or was busy: the job runs again."""


def deliver(mail_id: int, settings: Settings) -> bool:
    """True when the server accepted it now; False when there was nothing (more) to do. Raises TryLater."""
    if not settings.smtp.host:
        return False
    with _alone(mail_id) as is_alone:
        if not is_alone:
            raise TryLater(f"mail {mail_id} is being transmitted by another worker")
        found = _claim(mail_id)
        if found is None:
            return False
        mail, address = found
        return _transmit(mail_id, _message(mail, address, settings), settings.smtp)


def send_test(address: str, language: str, settings: Settings) -> None:
    """At once and outside the queue: whether mail leaves, and what stands in the way. Raises NotSent."""
    message = EmailMessage()
    message["From"], message["To"] = settings.smtp.sender, address
    message["Subject"] = render(TEST_SUBJECT, language)
    message["Date"] = format_datetime(clock.machine_now())
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.smtp.sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    body = msg("This mail was sent to see whether mail leaves the server at %(url)s. It does.", url=plain(settings.base_url))
    message.set_content(render(body, language) + "\n")
    try:
        with _connected(settings.smtp) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as problem:
        raise NotSent(f"Mail cannot leave through {settings.smtp.host}:{settings.smtp.port}: {said(problem)}.") from problem


def said(problem: OSError) -> str:
    """What a mail server, or the way to it, answered, in one line."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        address, (code, answer) = next(iter(problem.recipients.items()))
        return f"it refuses {address} ({code} {_words(answer)})"
    if isinstance(problem, smtplib.SMTPSenderRefused):
        return f"it refuses mail from {problem.sender} ({problem.smtp_code} {_words(problem.smtp_error)})"
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return f"it refuses the user or the password ({problem.smtp_code} {_words(problem.smtp_error)})"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_words(problem.smtp_error)}"
    return (problem.strerror or str(problem) or type(problem).__name__).strip().rstrip(".").splitlines()[0]


def _words(answer: bytes | str) -> str:
    return " ".join((answer.decode(errors="replace") if isinstance(answer, bytes) else answer).split())


def retry(mail_id: int) -> None:
    """An administrator says: once more."""
    mail = db.session.get_one(Mail, mail_id, with_for_update=True)
    if mail.state in ("failed", "held"):
        mail.state, mail.problem = "waiting", ""


def hold(mail_id: int) -> None:
    """An administrator says: not now."""
    mail = db.session.get_one(Mail, mail_id, with_for_update=True)
    if mail.state in ("waiting", "failed"):
        mail.state = "held"


def stranded() -> list[int]:
    """Mails that wait, or were being transmitted by a worker that is gone: their jobs are deferred again."""
    return list(
        db.session.scalars(select(Mail.id).where(Mail.state.in_(("waiting", "transmitting"))).order_by(Mail.id).limit(500))
    )


@contextmanager
def _alone(mail_id: int) -> Iterator[bool]:
    """A lock on a connection of its own, so that it outlives the short transactions and dies with the process."""
    with db.engine.connect() as connection:
        key = {"kind": TRANSMITTING, "mail": mail_id}
        taken = bool(connection.scalar(text("select pg_try_advisory_lock(:kind, :mail)"), key))
        connection.commit()
        try:
            yield taken
        finally:
            if taken:
                connection.execute(text("select pg_advisory_unlock(:kind, :mail)"), key)
                connection.commit()


def _claim(mail_id: int) -> tuple[Mail, str] | None:
    """The mail with the address it goes to; None when there is nothing (more) to send."""
    with transaction("mail claimed"):
        mail = db.session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
        if mail is None or mail.state not in ("waiting", "transmitting"):
            return None
        person = db.session.get_one(Person, mail.person_id) if mail.person_id is not None else None
        if person is not None and not person.is_active:
            mail.state, mail.problem = "failed", "the account is closed"
            return None
        mail.state, mail.attempts = "transmitting", mail.attempts + 1
        address = person.email if person is not None else mail.address
    return mail, address


def _transmit(mail_id: int, message: EmailMessage, smtp: Smtp) -> bool:
    try:
        with _connected(smtp) as server:
            server.send_message(message)
            _note(mail_id, "sent")
    except (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPAuthenticationError,
    ) as problem:
        if _is_final(problem):
            _note(mail_id, "failed", str(problem))
            return False
        _note(mail_id, "waiting", str(problem))
        raise TryLater(str(problem)) from problem
    except (OSError, smtplib.SMTPException) as problem:
        _note(mail_id, "waiting", str(problem))
        raise TryLater(str(problem)) from problem
    return True


@contextmanager
def _connected(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout_seconds) as server:
        if smtp.starttls:
            server.starttls(context=ssl.create_default_context())
        if smtp.user:
            server.login(smtp.user, smtp.password)
        yield server


def _note(mail_id: int, state: str, problem: str = "") -> None:
    """What became of it; a mail noted as sent stays sent, whatever the good-bye says."""
    with transaction(f"mail {state}"):
        mail = db.session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
        if mail.state == "sent":
            return
        mail.state, mail.problem = state, problem[:500]
        if state == "sent":
            mail.sent_at, mail.secret, mail.reply_token = clock.now(), "", ""


def _is_final(problem: smtplib.SMTPException) -> bool:
    """A 5xx answer is final, a 4xx one means later (RFC 5321, 4.2.1)."""
    codes = [code for code, _ in problem.recipients.values()] if isinstance(problem, smtplib.SMTPRecipientsRefused) else []
    if isinstance(problem, smtplib.SMTPResponseException):
        codes = [problem.smtp_code]
    return all(code >= 500 for code in codes)


def _message(mail: Mail, address: str, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.smtp.sender, address, " ".join(mail.subject.split())
    if mail.reply_token and settings.inbox.address:
        message["Reply-To"] = settings.inbox.reply_to(mail.reply_token)
    message["Date"], message["Message-ID"] = format_datetime(mail.made_at), mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notes in answer
    message.set_content(mail.body.replace(LEFT_OUT, mail.secret))
    if mail.body_html:
        message.add_alternative(mail.body_html.replace(LEFT_OUT, mail.secret), subtype="html")
    return message
