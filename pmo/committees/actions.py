"""What is done to committees and their meetings. Each function is one verb; none commits."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from pmo.committees.models import Attendance, Committee, Meeting
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.portfolio.models import Portfolio, Programme


def add_committee(
    *, code: str, name: str, portfolio: Portfolio, programme: Programme | None = None, language: str = "en"
) -> Committee:
    """Raises Invalid for a code in use or a programme of another portfolio."""
    if db.session.scalar(select(Committee.id).where(Committee.code == code)):
        raise Invalid({"code": msg("This code is in use.")})
    if programme is not None and programme.portfolio_id != portfolio.id:
        raise Invalid({"programme": msg("This programme belongs to another portfolio.")})
    committee = Committee(
        code=code, name=name, portfolio_id=portfolio.id, programme_id=programme.id if programme else None, language=language
    )
    db.session.add(committee)
    db.session.flush()
    return committee


def change_committee(committee: Committee, *, name: str, language: str, seen_version: int) -> None:
    _same_version(committee, seen_version)
    committee.name, committee.language = name, language


def archive_committee(committee: Committee, *, seen_version: int) -> None:
    """It keeps its meetings and editions, and leaves the menus."""
    _same_version(committee, seen_version)
    committee.archived_at = clock.now()


def add_meeting(
    committee: Committee, *, held_on: date, cut_off: date | None = None, pack_on: date | None = None, room: str = ""
) -> Meeting:
    """Without other dates, data are taken and the pack is sent on the day. Raises Invalid for a second meeting on a day."""
    _free(committee.id, held_on)
    meeting = Meeting(
        committee_id=committee.id, held_on=held_on, cut_off=cut_off or held_on, pack_on=pack_on or held_on, room=room
    )
    db.session.add(meeting)
    db.session.flush()
    return meeting


def move_meeting(meeting: Meeting, *, held_on: date, cut_off: date, pack_on: date, room: str, seen_version: int) -> None:
    _same_version(meeting, seen_version)
    if held_on != meeting.held_on:
        _free(meeting.committee_id, held_on)
    meeting.held_on, meeting.cut_off, meeting.pack_on, meeting.room = held_on, cut_off, pack_on, room


def cancel_meeting(meeting: Meeting, *, seen_version: int) -> None:
    """It stays, struck through: a cancelled meeting is part of the story."""
    _same_version(meeting, seen_version)
    meeting.cancelled_at = clock.now()


def reinstate_meeting(meeting: Meeting, *, seen_version: int) -> None:
    _same_version(meeting, seen_version)
    meeting.cancelled_at = None


def note_presence(meeting: Meeting, members: Collection[int], present: Collection[int]) -> None:
    """Who of the members was there; noted again, the newest word counts."""
    noted = {row.person_id: row for row in db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))}
    for person_id in sorted(members):
        row = noted.get(person_id)
        if row is None:
            db.session.add(Attendance(meeting_id=meeting.id, person_id=person_id, is_present=person_id in present))
        else:
            row.is_present = person_id in present


def _free(committee_id: int, day: date) -> None:
    if db.session.scalar(select(Meeting.id).where(Meeting.committee_id == committee_id, Meeting.held_on == day)):
        raise Invalid({"held_on": msg("The committee already meets on this day.")})


def _same_version(row: Committee | Meeting, seen: int) -> None:
    if row.version != seen:
        raise Conflict(msg("Somebody else changed this meanwhile."))
