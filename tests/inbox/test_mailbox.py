"""The mailbox is read every other minute: what nobody has seen is received, and marked once that is kept."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from pmo.config import BadSettings, from_environment
from pmo.db import acting, db
from pmo.inbox import jobs, mailbox
from pmo.inbox.models import ReceivedMail
from pmo.kernel.inbox import Imap, Tls
from pmo.portfolio.models import StatusUpdate
from tests.inbox.conftest import reply
from tests.inbox.imap import Mailbox


@pytest.fixture
def box():
    mailbox = Mailbox()
    server = mailbox.serve()
    yield mailbox
    server.shutdown()
    server.server_close()


@pytest.fixture
def connected(desk, box, monkeypatch):
    imap = Imap(host="127.0.0.1", port=box.port, user="pmo", password="right", folder='An "odd" one', tls=Tls.OFF)
    desk.use(replace(desk.settings.inbox, imap=imap, max_mib=1), monkeypatch)
    return desk


def poll():
    with acting(None, "job"):
        jobs.poll(0)


def reasons():
    return list(db.session.scalars(select(ReceivedMail.reason).order_by(ReceivedMail.id)))


def test_an_answer_in_the_mailbox_is_stored_and_marked_as_seen(connected, box):
    box.mails = {1: reply(connected.ask(), "From the mailbox."), 7: b"From: x@y.example\n\nSpam"}

    poll()
    poll()

    assert [one.done for one in db.session.scalars(select(StatusUpdate))] == ["From the mailbox."]
    assert (reasons(), box.seen) == (["", "no_address"], {1, 7})
    assert 'SELECT "An \\"odd\\" one"' in box.asked


def test_a_mail_that_was_received_and_not_marked_is_no_second_answer(connected, box):
    box.mails = {1: reply(connected.ask(), "Once.")}
    poll()
    box.seen.clear()

    poll()

    assert (reasons(), box.seen) == ([""], {1})


def test_a_line_that_breaks_leaves_the_mail_unseen_and_says_nothing_of_it(connected, box, caplog):
    box.mails, box.gone = {1: reply(connected.ask(), "Secret words.")}, True

    with caplog.at_level(logging.WARNING, logger="pmo.inbox.jobs"):
        poll()

    assert (reasons(), box.seen) == ([], set())
    assert [record.getMessage() for record in caplog.records] == ["the mailbox 127.0.0.1 cannot be read: abort"]


def test_a_wrong_password_is_noted_without_it(connected, box, caplog):
    box.password = "another"

    with caplog.at_level(logging.WARNING, logger="pmo.inbox.jobs"):
        poll()

    assert [record.getMessage() for record in caplog.records] == ["the mailbox 127.0.0.1 cannot be read: error"]


def test_of_a_large_mail_only_as_much_as_allowed_is_fetched(connected, box):
    box.mails = {1: reply(connected.ask(), "x" * (2 * 1024 * 1024))}

    poll()

    assert (reasons(), box.seen) == (["too_large"], {1})


def test_without_a_mailbox_nothing_is_done(desk):
    assert jobs.poll(0) is None


def test_a_mailbox_that_refuses_a_command_is_unreachable(connected, box):
    box.verdict = lambda command: "NO" if command.startswith("UID SEARCH") else "OK"

    with pytest.raises(mailbox.Unreachable):
        mailbox.poll(connected.settings)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PMO_INBOX_ADDRESS": "pmo"}, "PMO_INBOX_ADDRESS should be an address"),
        ({"PMO_INBOX_ADDRESS": "pmo+x@example.org"}, "PMO_INBOX_ADDRESS should be an address"),
        ({"PMO_IMAP_HOST": "imap.example.org"}, "but not PMO_INBOX_ADDRESS"),
        ({"PMO_INBOX_ADDRESS": "pmo@example.org", "PMO_IMAP_TLS": "maybe"}, "implicit, starttls or off"),
        (
            {"PMO_INBOX_ADDRESS": "pmo@example.org", "PMO_IMAP_HOST": "x.example", "PMO_IMAP_TLS": "off"},
            "only for a mailbox on this",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(given, sentence):
    with pytest.raises(BadSettings, match=sentence):
        from_environment(given)


def test_the_password_is_in_no_printed_settings():
    found = from_environment({"PMO_INBOX_ADDRESS": "a@b.example", "PMO_IMAP_HOST": "i.example", "PMO_IMAP_PASSWORD": "hidden"})

    assert (found.inbox.imap.port, found.inbox.imap.tls, "hidden" in repr(found)) == (993, Tls.IMPLICIT, False)
