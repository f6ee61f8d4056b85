"""A mail of a few sentences and one link: asking for an approval, telling an answer, sending an edition."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from flask import current_app

from pmo.alerts.delivery import LEFT_OUT
from pmo.alerts.models import Mail
from pmo.config import Settings
from pmo.db import db
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.languages import Message, render


@dataclass(frozen=True, slots=True)
class To:
    """Somebody with an account, or an address without one."""

    language: str
    person_id: int | None = None
    address: str = ""


def write(to: To, words: Mapping[str, Message], path: str, settings: Settings, *, purpose: str = "", secret: str = "") -> int:
    """The mail as a row, and its job. `words`: subject, then sentences in their order; the one called "open" is the link.

    `purpose` names what it is about; LEFT_OUT in the path stands for the secret, which is kept beside the mail until it is sent.
    """
    said = {key: render(message, to.language) for key, message in words.items()}
    url = f"{settings.base_url}{path}"
    html = current_app.jinja_env.get_template("alerts/letter.html")  # there is no page around a mail, so no frame
    mail = Mail(
        person_id=to.person_id,
        address=to.address,
        purpose=purpose or f"report {uuid.uuid4()}",  # several may go out on one day; the rows beside keep it to one each
        day=clock.today(),
        made_at=clock.now(),
        message_id=f"<{uuid.uuid4()}@{parseaddr(settings.smtp.sender)[1].rpartition('@')[2] or 'localhost'}>",
        subject=" ".join(said["subject"].split()),  # a name with a line break must not break the head of the mail
        body=_text(said, url),
        body_html=html.render(words=said, lang=to.language, url=url),
        secret=secret,
    )
    db.session.add(mail)
    db.session.flush()
    defer("alerts.mail", mail_id=mail.id)
    return mail.id


def _text(said: Mapping[str, str], url: str) -> str:
    lines = [f"{text}: {url}" if key == "open" else text for key, text in said.items() if key != "subject"]
    return "\n\n".join(lines) + "\n"


__all__ = ["LEFT_OUT", "To", "write"]
