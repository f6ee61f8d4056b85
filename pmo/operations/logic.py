"""Jobs and mails in words, without anything of what they are about."""

import re
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class JobState(StrEnum):
    """As the queue calls them."""

    FAILED = "failed"
    WAITING = "todo"
    RUNNING = "doing"
    DONE = "succeeded"
    CANCELLED = "cancelled"


class MailState(StrEnum):
    FAILED = "failed"
    WAITING = "waiting"
    TRANSMITTING = "transmitting"
    HELD = "held"
    SENT = "sent"


JOB_STATES: dict[JobState, Message] = {
    JobState.FAILED: msg("Failed"),
    JobState.WAITING: msg("Waiting"),
    JobState.RUNNING: msg("Running"),
    JobState.DONE: msg("Done"),
    JobState.CANCELLED: msg("Cancelled"),
}
MAIL_STATES: dict[MailState, Message] = {
    MailState.FAILED: msg("Failed"),
    MailState.WAITING: msg("Waiting"),
    MailState.TRANSMITTING: msg("On its way"),
    MailState.HELD: msg("Held"),
    MailState.SENT: msg("Sent"),
}
TASKS: dict[str, Message] = {
    "alerts.ask_for_values": msg("Ask for values of indicators"),
    "alerts.digest": msg("Write the daily mails"),
    "alerts.evaluate": msg("Look for alerts after a change"),
    "alerts.evaluate_imported": msg("Look for alerts after an import"),
    "alerts.indicators": msg("Look for alerts of indicators"),
    "alerts.mail": msg("Send a mail"),
    "alerts.morning": msg("Write mails whose hour has come"),
    "alerts.nightly": msg("Look for alerts every night"),
    "alerts.second_factor_removed": msg("Tell of a second factor taken away"),
    "alerts.tell_answer": msg("Tell who asked of the answer"),
    "exchange.read": msg("Read an uploaded file"),
    "exchange.tidy": msg("Clear old uploads away"),
    "hooks.again": msg("Send a message of a webhook once more"),
    "hooks.clear_away": msg("Clear old messages of webhooks away"),
    "hooks.happened": msg("Tell webhooks of a change"),
    "hooks.send": msg("Send a message of a webhook"),
    "history.seal": msg("Seal the history"),
    "home.chase": msg("Ask for status updates"),
    "home.invite": msg("Invite to the weekly walk"),
    "housekeeping.purge": msg("Clear finished jobs away"),
    "housekeeping.rescue": msg("Take over jobs of dead workers"),
    "inbox.forget": msg("Forget mails that were held"),
    "inbox.poll": msg("Look for answers by mail"),
    "indicators.close": msg("Close a period of indicators"),
    "indicators.nightly": msg("Compute indicators every night"),
    "reports.clear_away": msg("Clear old drafts away"),
    "reports.make": msg("Make or publish a report"),
    "reports.print": msg("Make a PDF"),
    "status.nightly": msg("Compute colours every night"),
    "status.refresh": msg("Compute colours after a change"),
    "web.forget": msg("Clear old answers and counts of the API away"),
}
PURPOSES: dict[str, Message] = {
    "digest": msg("Daily mail"),
    "answer": msg("Answer to a request"),
    "update": msg("Request for a status update"),
    "report": msg("Report for a distribution list"),
    "second": msg("Note about a second factor"),
    "walk": msg("Invitation to the weekly walk"),
    "indicator": msg("Request for an indicator's value"),
    "test": msg("Test mail"),
}

CODE = re.compile(r"\b([245]\d\d)\b(?:\D{0,6}([245]\.\d{1,3}\.\d{1,3}))?")
TROUBLES = (
    ("the account is closed", msg("The account is closed")),
    ("refused", msg("The mail server could not be reached")),
    ("timed out", msg("The mail server did not answer in time")),
    ("name or service", msg("The name of the mail server is not known")),
    ("certificate", msg("The mail server's certificate is not trusted")),
    ("closed", msg("The mail server closed the connection")),
)


def task_words(name: str) -> Message | str:
    """What a job does; of one that this program does not know, its name."""
    return TASKS.get(name, name)


def purpose_words(purpose: str) -> Message:
    """What kind of mail: the first word of its purpose, for what follows may name things."""
    first = re.split(r"[\W_\d]", purpose, maxsplit=1)[0]
    return PURPOSES.get(first, msg("Other mail"))


def trouble_words(said: str) -> Message | None:
    """What a mail server said, without what it quoted: its code, or the kind of failure."""
    if not said:
        return None
    known = next((words for part, words in TROUBLES if part in said.lower()), None)
    found = CODE.search(said)
    if found and found[1][0] in "45":
        code = " ".join(part for part in found.groups() if part)
        return msg("The mail server refused it (%(code)s)", code=code)
    return known or msg("The mail server could not take it")
