"""Lists of status updates: one row per project and period, stated at the end of it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.db import author, db
from pmo.exchange.lists import Found, Tally, people, person, standing_since
from pmo.exchange.logic.entries import Entry
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import StatusUpdate

WORDS = ("done", "next", "attention", "back_to_green")


def write(found: Sequence[Found], moment: datetime, source: str) -> Tally:
    """All rows of one day, stated at `moment`. A list without a column for it leaves what was declared before."""
    tally, known = Tally(), people()
    there, last = _there(found), _last(found, moment)
    newest = standing_since("status_update", {one.project.id for one in found})
    for one in found:
        if one.is_over:
            tally.older += 1
            continue
        entry, key = one.entry, (one.project.id, one.entry.on)
        row = there.get(key)
        if row is not None and row.id and newest.get(row.id, moment) > moment:
            tally.older += 1
            continue
        is_new = row is None
        if row is None:
            row = there[key] = StatusUpdate(project_id=one.project.id, period_end=entry.on, stated_at=moment, source=source)
            row.author_id = author().person_id
            _keep(row, last.get(one.project.id), entry)
            db.session.add(row)
        before = _state(row)
        row.period_start = entry.get("period_start", date, row.period_start)
        row.author_id = person(known, entry, "author", row.author_id)
        for dimension in Dimension:
            setattr(row, dimension.value, entry.get(dimension.value, Colour, _colour(getattr(row, dimension.value))))
        for word in WORDS:
            setattr(row, word, entry.text(word) or getattr(row, word) or "")
        tally.count(one.project.id, is_new=is_new, differs=_state(row) != before)
    db.session.flush()
    return tally


def _there(found: Sequence[Found]) -> dict[tuple[int, date], StatusUpdate]:
    projects, days = {one.project.id for one in found}, {one.entry.on for one in found}
    query = select(StatusUpdate).where(
        StatusUpdate.project_id.in_(projects), StatusUpdate.period_end.in_(days), StatusUpdate.source != ""
    )
    return {(row.project_id, row.period_end): row for row in db.session.scalars(query.order_by(StatusUpdate.id))}


def _last(found: Sequence[Found], moment: datetime) -> dict[int, StatusUpdate]:
    """The update of each project that counts at that moment."""
    ids = {one.project.id for one in found}
    query = select(StatusUpdate).where(StatusUpdate.project_id.in_(ids), StatusUpdate.stated_at <= moment)
    newest = query.ext(distinct_on(StatusUpdate.project_id)).order_by(
        StatusUpdate.project_id, StatusUpdate.stated_at.desc(), StatusUpdate.id.desc()
    )
    return {row.project_id: row for row in db.session.scalars(newest)}


def _keep(row: StatusUpdate, last: StatusUpdate | None, entry: Entry) -> None:
    """Into a new update: what the list has no column for, as it was declared before."""
    for name in (*(one.value for one in Dimension), *WORDS):
        if last is not None and name not in entry.cells:
            setattr(row, name, getattr(last, name))


def _state(row: StatusUpdate) -> tuple[object, ...]:
    return (row.period_start, row.author_id, *(getattr(row, each) for each in (*(one.value for one in Dimension), *WORDS)))


def _colour(value: str | None) -> Colour | None:
    return Colour(value) if value else None
