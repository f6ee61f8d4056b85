"""A chase that went out through a real mail server, and the mail that answers it."""

import email
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from pmo.alerts.delivery import deliver
from pmo.alerts.models import Mail
from pmo.cli import main
from pmo.config import Smtp
from pmo.db import acting, db
from pmo.home import jobs
from pmo.kernel import clock
from pmo.kernel.inbox import Inbox
from pmo.kernel.permissions import Role
from tests.post import post

__all__ = ["post"]

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
ADDRESS = "pmo@example.org"


class Desk:
    """Nele was asked about her projects; `ask` sends it, `answer` pipes a mail into `pmo mail receive`."""

    def __init__(self, app, make, post, monkeypatch):
        self.app, self.make, self.post = app, make, post
        self.portfolio = make.portfolio()
        self.nele = make.person("Nele Verbeke", email="nele@example.org")
        self.programme = make.programme(self.portfolio)
        self.project = self.project_of("PAC-01")
        committee = make.committee(self.portfolio, code="MC")
        make.meeting(committee, date(2026, 3, 31), cut_off=date(2026, 3, 23), pack_on=date(2026, 3, 25))
        self.env = {"PMO_INBOX_ADDRESS": ADDRESS, "PMO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        self.use(Inbox(address=ADDRESS), monkeypatch)

    def use(self, inbox, monkeypatch):
        smtp = Smtp(host="127.0.0.1", port=self.post.port, sender="pmo server <no-answers@example.org>", timeout_seconds=5)
        self.settings = replace(self.app.config["SETTINGS"], smtp=smtp, inbox=inbox)
        monkeypatch.setitem(self.app.config, "SETTINGS", self.settings)

    def project_of(self, code):
        made = self.make.project(self.programme, code=code, name="Secret name", manager_id=self.nele.id)
        self.make.grant(self.nele, Role.PROJECT_MANAGER, made)
        return made

    def ask(self):
        """The chase mail as Nele's mailbox got it."""
        with clock.pretend(MONDAY):
            jobs.chase_all()
        self.deliver()
        return email.message_from_string(self.post.accepted[-1], policy=email.policy.default)

    def deliver(self):
        for mail_id in db.session.scalars(db.select(Mail.id).where(Mail.state == "waiting").order_by(Mail.id)).all():
            deliver(mail_id, self.settings)

    def receive(self, raw, **env):
        """What the mail server pipes; the exit code."""
        db.session.rollback()
        with acting(None, "console"):
            done = CliRunner().invoke(main, ["mail", "receive"], input=raw, obj=self.opened, env=self.env | env)
        db.session.rollback()
        db.session.expire_all()
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        self.output = done.output
        return done.exit_code

    @contextmanager
    def opened(self):
        yield self.app

    def told(self):
        """Subjects and texts of the mails that went out in answer."""
        query = db.select(Mail).where(Mail.purpose.like("received%")).order_by(Mail.id)
        return [(mail.subject, mail.body) for mail in db.session.scalars(query)]


@pytest.fixture
def desk(app, make, post, monkeypatch):
    return Desk(app, make, post, monkeypatch)


def reply(asked, text, *, sender="Nele Verbeke <Nele@Example.org>", subject=None, headers="", number=1):
    """As a mail program writes it: above the quoted mail, with its lines."""
    quoted = "\n".join(f"> {line}" for line in asked.get_body(("plain",)).get_content().splitlines())
    return (
        f"From: {sender}\nTo: {asked['Reply-To']}\nSubject: {subject or 'Re: ' + asked['Subject']}\n"
        f"Message-ID: <answer-{number}@example.org>\nIn-Reply-To: {asked['Message-ID']}\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
        f"{text}\n\nOp ma 16 mrt 2026 om 09:00 schreef pmo server <no-answers@example.org>:\n{quoted}\n"
    ).encode()
