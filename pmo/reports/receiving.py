"""The personal link to an edition: known only by its digest, ended by time, by withdrawal, or by leaving the list."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg
from pmo.people.actions import token_digest
from pmo.reports import pdf, queries, sending_queries
from pmo.reports.models import Opening, Print, Sending

DOOR = "report"  # of the throttle


class NoLongerValid(Refused):
    """The link opens nothing; its sentence says why."""


GONE: Message = msg("This link does not open anything. Ask whoever sent it for a new one.")
OVER: Message = msg("This link is no longer valid. Ask whoever sent it for a new one.")


def sending_of(token: str) -> Sending:
    """Raises NoLongerValid for one that is unknown; for who has no account also when it is over, withdrawn, or off the list."""
    found = sending_queries.by_digest(token_digest(token))
    if found is None:
        raise NoLongerValid(GONE)
    if found.person_id is None and not _is_open(found):
        raise NoLongerValid(OVER)
    return found


def note(sending: Sending, what: str) -> None:
    """Each opening, in a row of its own."""
    db.session.add(Opening(sending_id=sending.id, opened_at=clock.now(), what=what))


def print_of(edition_id: int, language: str) -> Print | None:
    return db.session.scalar(select(Print).where(Print.edition_id == edition_id, Print.language == language))


def make_prints(edition_id: int) -> dict[str, bytes]:
    """PDF files that are wanted by who has no account and not made yet. Asked outside a transaction: it takes seconds."""
    wanted = select(Sending.language).where(Sending.edition_id == edition_id, Sending.person_id.is_(None)).distinct()
    made = select(Print.language).where(Print.edition_id == edition_id)
    languages = sorted(set(db.session.scalars(wanted)) - set(db.session.scalars(made)))
    words = {language: queries.file_of(edition_id, language).content for language in languages}
    db.session.rollback()
    return {language: pdf.made_from(content) for language, content in words.items()}


def keep_prints(edition_id: int, files: dict[str, bytes]) -> None:
    """Two workers at once keep one."""
    queries.edition(edition_id)
    for language, content in files.items():
        made = {"edition_id": edition_id, "language": language, "content": content}
        db.session.execute(insert(Print).values(made).on_conflict_do_nothing())


def _is_open(sending: Sending) -> bool:
    is_listed = sending.entry is not None and sending.entry.ended_at is None
    return is_listed and sending.withdrawn_at is None and sending.expires_at > clock.machine_now()
