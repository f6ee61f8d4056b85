"""Files that take too long for one answer: asked for, made by a worker who tells how far it is, kept for a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from pmo.db import Moment, acting, db, transaction
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, NotFound, Refused
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.permissions import Actor, Permission, may
from pmo.people.queries import actors
from pmo.reports import pdf, queries
from pmo.reports.actions import File, Publisher, draft, publish
from pmo.reports.contents import Wanted
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Scope
from pmo.reports.models import Edition, Making
from pmo.reports.subjects import Subject, by_id
from pmo.reports.verifying import subject_id

WAITING, DONE, FAILED = "waiting", "done", "failed"
WORD, PDF, EDITION = "word", "pdf", "edition"
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


def is_asked(key: str) -> bool:
    """Whether this form was sent already."""
    return db.session.scalar(select(Making.id).where(Making.request_key == key)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """An edition that is asked for; `key` is of the form: sent twice, it is asked for once."""

    key: str
    language: str
    all_sheets: bool = False
    template_version_id: int | None = None


def ask_edition(subject: Subject, wish: Publishing, person_id: int) -> Making:
    """Have an edition published. What was asked for with the same key comes back as it is; what failed is tried again."""
    db.session.scalar(select(func.pg_advisory_xact_lock(func.hashtextextended(f"making:{wish.key}", 0))))
    known = db.session.scalar(select(Making).where(Making.request_key == wish.key))
    if known is not None:
        return _again(known) if known.state == FAILED else known
    return _asked(
        Making(
            asked_by=person_id,
            asked_at=clock.now(),
            shape=EDITION,
            scope=subject.scope.value,
            scope_id=subject.id,
            language=wish.language,
            all_sheets=wish.all_sheets,
            request_key=wish.key,
            template_version_id=wish.template_version_id,
        )
    )


def _again(asked: Making) -> Making:
    asked.state, asked.refusal, asked.step, asked.asked_at = WAITING, None, 0, clock.now()
    return _asked(asked)


def _asked(asked: Making) -> Making:
    db.session.add(asked)
    db.session.flush()
    defer("reports.make", making_id=asked.id)
    return asked


@dataclass(frozen=True, slots=True)
class House:
    """What a file says of the organisation, and the languages an edition has."""

    organisation: str
    languages: Sequence[str] = LANGUAGES


@dataclass(frozen=True, slots=True)
class _Made:
    """A file, or an edition that keeps its own; or why there is none."""

    file: File | None = None
    edition_id: int | None = None
    refusal: Message | None = None


def carry_out(making_id: int, house: House) -> None:
    """What was asked for, with the rights its person has now. Done twice, it gives the same file or edition."""
    asked = queries.making(making_id)
    if asked.state != WAITING:
        return
    person = actors(clock.today(), [asked.asked_by]).get(asked.asked_by)
    try:
        if person is None:
            raise NotFound
        made = _made(asked, person, house)
    except (Refused, pdf.NotMade) as refusal:
        db.session.rollback()
        made = _Made(refusal=refusal.message if isinstance(refusal, Conflict) else None)
    with transaction("report made"):
        kept = queries.making(making_id)
        kept.state = DONE if made.file or made.edition_id else FAILED
        kept.name, kept.content = (made.file.name, made.file.content) if made.file else ("", None)
        kept.edition_id = made.edition_id or kept.edition_id
        kept.refusal = canonical.plain(made.refusal) if made.refusal else None


def refusal_of(asked: Making) -> Message | None:
    """Why it failed, where there is more to say than that it did."""
    return canonical.read(Message, asked.refusal) if asked.refusal else None


def _made(asked: Making, person: Actor, house: House) -> _Made:
    if asked.shape == EDITION:
        return _Made(edition_id=_edition(asked, person, house))
    if asked.shape == PDF:
        return _Made(_pdf(asked, person))
    return _Made(_draft(asked, person, house.organisation))


def give_up(making_id: int) -> None:
    """After an error nobody foresaw: who waits is told that it failed instead of waiting for ever."""
    db.session.rollback()
    with transaction("report not made"):
        asked = queries.making(making_id)
        if asked.state == WAITING:
            asked.state = FAILED


def _edition(asked: Making, person: Actor, house: House) -> int:
    """Published in the name of who asked."""
    number, key, all_sheets, version_id = asked.id, asked.request_key or "", asked.all_sheets, asked.template_version_id
    subject = by_id(Scope(asked.scope), asked.scope_id)
    if not may(person, Permission.REPORT_PUBLISH, subject.place):
        raise NotFound
    languages = (asked.language, *(other for other in house.languages if other != asked.language))
    by = Publisher(name=person.name, languages=languages, person_id=person.person_id, organisation=house.organisation)
    with acting(person.person_id, "job"):
        return publish(
            subject,
            by,
            key=key,
            all_sheets=all_sheets,
            template_version_id=version_id,
            tell=lambda step, steps: _tell(number, step, steps),
        ).id


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
