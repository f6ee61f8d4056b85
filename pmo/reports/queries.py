"""Reads of editions and their files, restricted to what the actor may report on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, undefer

from pmo.committees.models import Committee, Meeting
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.reports.logic import stored
from pmo.reports.logic.content import Report, Scope
from pmo.reports.models import Edition, EditionFile, Making
from pmo.web.tables import Cursor, Key, Page, cut, paged

KEYS = (Key(Edition.published_at, is_descending=True), Key(Edition.id, is_descending=True))


@dataclass(frozen=True, slots=True)
class EditionRow:
    """A line of the list of editions: with the committee and meeting it was for."""

    edition: Edition
    committee: str
    held_on: date | None


def visible(actor: Actor) -> ColumnElement[bool]:
    """Editions whose whole subject the actor may report on."""
    place = {"portfolio": Edition.portfolio_id, "programme": Edition.programme_id, "project": Edition.project_id}
    return within(actor, Permission.REPORT_READ, **place)


def editions(actor: Actor, cursor: Cursor | None, size: int, *, code: str = "") -> Page[EditionRow]:
    """Newest first: one statement, without contents and files."""
    query = (
        select(Edition, Committee.name, Meeting.held_on, *(key.column.label(f"key_{n}") for n, key in enumerate(KEYS)))
        .outerjoin(Committee, Committee.id == Edition.committee_id)
        .outerjoin(Meeting, Meeting.id == Edition.meeting_id)
        .where(visible(actor))
    )
    if code:
        query = query.where(func.upper(Edition.scope_code) == code.upper())
    rows = db.session.execute(paged(query, KEYS, cursor, size)).all()
    page = cut(rows, cursor, size, lambda row: (row.key_0, row.key_1))
    return Page(tuple(EditionRow(row[0], row[1] or "", row[2]) for row in page.rows), page.next, page.previous)


def row(edition_id: int) -> EditionRow:
    """One edition as the list shows it. Raises NotFound; the caller asks for the permission."""
    query = select(Edition, Committee.name, Meeting.held_on).outerjoin(Committee, Committee.id == Edition.committee_id)
    found = db.session.execute(query.outerjoin(Meeting, Meeting.id == Edition.meeting_id).where(Edition.id == edition_id)).first()
    if found is None:
        raise NotFound
    return EditionRow(found[0], found[1] or "", found[2])


def others(one: Edition, actor: Actor, most: int = 24) -> list[Edition]:
    """Editions of the same subject to compare it with, newest first."""
    same = (Edition.scope == one.scope, Edition.scope_code == one.scope_code, Edition.portfolio_id == one.portfolio_id)
    query = select(Edition).where(visible(actor), *same, Edition.id != one.id).order_by(Edition.moment.desc(), Edition.id.desc())
    return list(db.session.scalars(query.limit(most)))


def count(actor: Actor) -> int:
    return db.session.scalar(select(func.count()).select_from(Edition).where(visible(actor))) or 0


def edition(edition_id: int) -> Edition:
    """Without its content. Raises NotFound; the caller asks for the permission."""
    found = db.session.scalar(select(Edition).where(Edition.id == edition_id))
    if found is None:
        raise NotFound
    return found


def with_content(edition_id: int) -> Edition:
    """Raises NotFound; the caller asks for the permission."""
    found = db.session.scalar(select(Edition).options(undefer(Edition.content)).where(Edition.id == edition_id))
    if found is None:
        raise NotFound
    return found


def read(found: Edition) -> Report:
    """The frozen content as values. Raises canonical.Unreadable for a form this program no longer knows."""
    return stored.read(found.content)


def by_key(key: str) -> Edition | None:
    """The edition this form was already sent for."""
    return db.session.scalar(select(Edition).where(Edition.request_key == key)) if key else None


def file_of(edition_id: int, language: str) -> EditionFile:
    """With its bytes. Raises NotFound."""
    query = select(EditionFile).options(undefer(EditionFile.content), joinedload(EditionFile.edition))
    found = db.session.scalar(query.where(EditionFile.edition_id == edition_id, EditionFile.language == language))
    if found is None:
        raise NotFound
    return found


def files_of(edition_id: int) -> list[EditionFile]:
    """With their bytes, by language: to check them."""
    query = select(EditionFile).options(undefer(EditionFile.content)).where(EditionFile.edition_id == edition_id)
    return list(db.session.scalars(query.order_by(EditionFile.language)))


def published_for(meeting_ids: Collection[int]) -> dict[int, Edition]:
    """The newest edition for each of these meetings, in one statement."""
    newest = (
        select(Edition)
        .where(Edition.meeting_id.in_(meeting_ids), Edition.scope == Scope.COMMITTEE.value)
        .ext(distinct_on(Edition.meeting_id))
        .order_by(Edition.meeting_id, Edition.published_at.desc(), Edition.id.desc())
    )
    return {edition.meeting_id: edition for edition in db.session.scalars(newest) if edition.meeting_id is not None}


def numbers_taken(scope: Scope, code: str) -> Collection[str]:
    return set(db.session.scalars(select(Edition.number).where(Edition.scope == scope.value, Edition.scope_code == code)))


def making(making_id: int) -> Making:
    """Raises NotFound."""
    found = db.session.scalar(select(Making).where(Making.id == making_id))
    if found is None:
        raise NotFound
    return found
