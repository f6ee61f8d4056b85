"""The one mail that says what was stored of an answer, or why not: in the language of who wrote, and not without end."""

from collections.abc import Sequence

from pmo.alerts import letters
from pmo.alerts.letters import To
from pmo.config import Settings
from pmo.inbox import queries
from pmo.inbox.logic.held import SENTENCES, Held
from pmo.inbox.models import ReceivedMail
from pmo.inbox.storing import Outcome
from pmo.kernel.languages import Message, msg, nmsg
from pmo.people.models import Person


def answer(person: Person, row: ReceivedMail, reason: Held | None, outcomes: Sequence[Outcome], settings: Settings) -> int | None:
    """The id of the mail; None when this address had as many today as it gets."""
    if queries.answers_today(person.id) >= settings.inbox.answers_per_day:
        return None
    words = _words(person, row, reason, outcomes)
    paths = {outcome.path for outcome in outcomes if outcome.path}
    path = paths.pop() if len(paths) == 1 else "/"
    return letters.write(To(person.language, person.id), words, path, settings, purpose=f"received {row.id}")


def _words(person: Person, row: ReceivedMail, reason: Held | None, outcomes: Sequence[Outcome]) -> dict[str, Message]:
    said = {f"line {number}": outcome.sentence for number, outcome in enumerate(outcomes)}
    if reason in SENTENCES:
        said["why"] = SENTENCES[reason]
    if row.attachments:
        said["files"] = nmsg(
            "%(num)s attached file was not kept: attach it on the page of its project.",
            "%(num)s attached files were not kept: attach them on the page of their project.",
            row.attachments,
        )
    return {
        "subject": _subject(reason),
        "hello": msg("Good morning %(name)s,", name=person.name),
        **said,
        "open": msg("Open the page"),
        "foot": msg("You get it because a mail from your address arrived. It needs no answer."),
    }


def _subject(reason: Held | None) -> Message:
    if reason is None:
        return msg("pmo: your answer is stored")
    return msg("pmo: a part of your answer is not stored") if reason is Held.PARTLY else msg("pmo: your mail is not stored")
