"""Files that take too long for one answer: asked for, made by a worker who tells how far it is, kept for a day."""

from datetime import datetime, timedelta

from sqlalchemy import select

from pmo.db import Moment, db, transaction
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, NotFound, Refused
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, may
from pmo.people.queries import actors
from pmo.reports import pdf, queries
from pmo.reports.actions import File, draft
from pmo.reports.contents import Wanted
from pmo.reports.logic.content import Scope
from pmo.reports.models import Edition, Making
from pmo.reports.verifying import subject_id

WAITING, DONE, FAILED = "waiting", "done", "failed"
WORD, PDF = "word", "pdf"
KEPT = timedelta(days=1)  # a file that was made for somebody
NO_OFFICE = msg("A PDF file needs LibreOffice on the server, and it is not installed there. The Word files hold the same report.")


def ask(wanted: Wanted, person_id: int, lang: str, *, as_of: datetime | None = None) -> Making:
    """Have a large draft made by a worker."""
    return _asked(
        Making(
            asked_by=person_id,
            asked_at=clock.now(),
            scope=wanted.scope.value,
            scope_id=wanted.id,
            language=lang,
            all_sheets=wanted.all_sheets,
            as_of=as_of,
        )
    )


def ask_pdf(edition: Edition, person_id: int, lang: str) -> Making:
    """Have the published Word file of a language converted. Raises Conflict where nothing can do that."""
    if not pdf.is_possible():
        raise Conflict(NO_OFFICE)
    if lang not in edition.file_sha256:
        raise NotFound
    return _asked(
        Making(
            asked_by=person_id,
            asked_at=clock.now(),
            shape=PDF,
            edition_id=edition.id,
            scope=edition.scope,
            scope_id=subject_id(edition),
            language=lang,
            all_sheets=False,
        )
    )


def _asked(asked: Making) -> Making:
    db.session.add(asked)
    db.session.flush()
    defer("reports.make", making_id=asked.id)
    return asked


def carry_out(making_id: int, organisation: str) -> None:
    """What was asked for, with the rights its person has now. Done twice, it gives the same file."""
    asked = queries.making(making_id)
    if asked.state != WAITING:
        return
    person = actors(clock.today(), [asked.asked_by]).get(asked.asked_by)
    try:
        if person is None:
            raise NotFound
        file = _pdf(asked, person) if asked.shape == PDF else _draft(asked, person, organisation)
    except (Refused, pdf.NotMade):
        file = None
    with transaction("report made"):
        kept = queries.making(making_id)
        kept.state = DONE if file else FAILED
        kept.name, kept.content = (file.name, file.content) if file else ("", None)


def _draft(asked: Making, person: Actor, organisation: str) -> File:
    number, lang = asked.id, asked.language
    moment = Moment(asked.as_of) if asked.as_of else None
    wanted = Wanted(Scope(asked.scope), asked.scope_id, person, asked.all_sheets)
    return draft(
        wanted,
        person.name,
        lang,
        organisation=organisation,
        moment=moment,
        tell=lambda step, steps: _tell(number, step, steps),
    )


def _pdf(asked: Making, person: Actor) -> File:
    """Of the bytes that were published."""
    number = asked.id
    found = queries.file_of(asked.edition_id or 0, asked.language)
    if not may(person, Permission.REPORT_READ, found.edition.place):
        raise NotFound
    name, content = found.name, found.content
    _tell(number, 1, 2)
    return File(f"{name.removesuffix('.docx')}.pdf", pdf.made_from(content))


def _tell(making_id: int, step: int, steps: int) -> None:
    """In a transaction of its own, so that who waits can read it."""
    with transaction("report on its way"):
        making = queries.making(making_id)
        making.step, making.steps = step, steps


def clear_away() -> int:
    """Files that were made and kept for a day."""
    old = db.session.scalars(select(Making).where(Making.asked_at < clock.now() - KEPT)).all()
    for making in old:
        db.session.delete(making)
    return len(old)
