"""Jobs and mails in words; what a mail server said, without what it quoted."""

import pytest

from pmo.operations.logic import TASKS, purpose_words, task_words, trouble_words
from pmo.worker import find_jobs, jobs


def test_every_task_has_words():
    find_jobs()
    ours = {name for name in jobs.app.tasks if not name.startswith(("builtin", "procrastinate"))}

    assert ours - set(TASKS) == set()


def test_a_task_of_another_version_is_called_by_its_name():
    assert task_words("reports.dance") == "reports.dance"


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ("digest", "Daily mail"),
        ("answer support.answered 12 2026-03-12T08:40:00", "Answer to a request"),
        ("update asked 1b4e28ba", "Request for a status update"),
        ("indicator reminder 7", "Request for an indicator's value"),
        ("walk again", "Invitation to the weekly walk"),
        ("Quagga 1", "Other mail"),
    ],
)
def test_a_purpose_is_its_kind(purpose, words):
    assert str(purpose_words(purpose)) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{'q@example.org': (550, b'5.1.1 Quagga unknown')}", "The mail server refused it (550 5.1.1)"),
        ("(554, b'Quagga is spam')", "The mail server refused it (554)"),
        ("[Errno 111] Connection refused", "The mail server could not be reached"),
        ("timed out", "The mail server did not answer in time"),
        ("the account is closed", "The account is closed"),
        ("Quagga", "The mail server could not take it"),
    ],
)
def test_what_a_mail_server_said_is_its_code_or_its_kind(said, words):
    assert str(trouble_words(said)) == words


def test_nothing_was_said():
    assert trouble_words("") is None
