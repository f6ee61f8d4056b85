"""Committees and their meetings for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pmo.committees import actions, bodies, queries
from pmo.committees.models import Committee, Meeting
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio import queries as portfolio
from pmo.web.api import Asked, Body, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line

bp = Blueprint("committees_api", __name__, url_prefix="/api/v1")
READ, EDIT = Permission.COMMITTEE_READ, Permission.COMMITTEE_EDIT


class CommitteeOut(Out):
    id: int
    code: str
    name: str
    portfolio_id: int
    programme_id: int | None
    language: bodies.Language
    archived_at: datetime | None
    version: int


class MeetingOut(Out):
    id: int
    committee_id: int
    held_on: date
    cut_off: date
    pack_on: date
    room: str
    cancelled_at: datetime | None
    version: int


class CommitteesAsked(Asked):
    state: Annotated[Literal["current", "archived"] | None, Blank] = None


class MeetingsAsked(Asked):
    committee: Line = ""  # its code
    state: Annotated[Literal["standing", "cancelled"] | None, Blank] = None


def _seen(person: Actor) -> Any:
    return within(person, READ, portfolio=Committee.portfolio_id, programme=Committee.programme_id)


def _committees(person: Actor) -> Select[Any]:
    return select(Committee).where(_seen(person))


def _committees_asked(query: Select[Any], asked: CommitteesAsked) -> Select[Any]:
    if asked.state is None:
        return query
    return query.where(Committee.archived_at.is_(None) if asked.state == "current" else Committee.archived_at.is_not(None))


def _meetings(person: Actor) -> Select[Any]:
    query = select(Meeting).join(Committee, Committee.id == Meeting.committee_id).where(_seen(person))
    return query.options(joinedload(Meeting.committee))


def _meetings_asked(query: Select[Any], asked: MeetingsAsked) -> Select[Any]:
    if asked.committee:
        query = query.where(func.upper(Committee.code) == asked.committee.upper())
    if asked.state is None:
        return query
    return query.where(Meeting.cancelled_at.is_(None) if asked.state == "standing" else Meeting.cancelled_at.is_not(None))


def _add(typed: bodies.CommitteeBody) -> Committee:
    programme = portfolio.programme(typed.programme_id) if typed.programme_id else None
    over = portfolio.portfolio(typed.portfolio_id)
    return actions.add_committee(code=typed.code, name=typed.name, portfolio=over, programme=programme, language=typed.language)


def _change(found: Committee, typed: bodies.CommitteeChangeBody, seen: int) -> None:
    actions.change_committee(found, name=typed.name, language=typed.language, seen_version=seen)


def _archive(found: Committee, _typed: Body, seen: int) -> None:
    actions.archive_committee(found, seen_version=seen)


def _add_meeting(typed: bodies.MeetingBody) -> Meeting:
    held_on, cut_off, pack_on = typed.days
    committee = queries.committee(typed.committee_id)
    return actions.add_meeting(committee, held_on=held_on, cut_off=cut_off, pack_on=pack_on, room=typed.room)


def _move(found: Meeting, typed: bodies.MeetingChangeBody, seen: int) -> None:
    held_on, cut_off, pack_on = typed.days
    actions.move_meeting(found, held_on=held_on, cut_off=cut_off, pack_on=pack_on, room=typed.room, seen_version=seen)


def _cancel(found: Meeting, _typed: Body, seen: int) -> None:
    actions.cancel_meeting(found, seen_version=seen)


def _reinstate(found: Meeting, _typed: Body, seen: int) -> None:
    actions.reinstate_meeting(found, seen_version=seen)


committees: Collection[Committee] = Collection(
    bp, "committees", "committee", CommitteeOut, READ, _committees, Committee.id, queries.committee,
    asked=CommitteesAsked, narrow=_committees_asked,
)  # fmt: skip
committees.list(msg("Committees"))
committees.read(msg("One committee"))
committees.add(
    msg("A new committee"), bodies.CommitteeBody, EDIT, _add, within=lambda typed: portfolio.portfolio(typed.portfolio_id).place
)
committees.change(
    msg("Change a committee"), bodies.CommitteeChangeBody, EDIT, _change,
    now=lambda found: {"name": found.name, "language": found.language},
)  # fmt: skip
committees.act("archive", msg("It keeps its meetings and editions, and leaves the menus"), EDIT, _archive)

meetings: Collection[Meeting] = Collection(
    bp, "meetings", "meeting", MeetingOut, READ, _meetings, Meeting.id, queries.meeting,
    asked=MeetingsAsked, narrow=_meetings_asked,
)  # fmt: skip
meetings.list(msg("Meetings of committees"))
meetings.read(msg("One meeting"))
meetings.add(
    msg("A new meeting"), bodies.MeetingBody, EDIT, _add_meeting, within=lambda typed: queries.committee(typed.committee_id).place
)
meetings.change(
    msg("Move a meeting"), bodies.MeetingChangeBody, EDIT, _move,
    now=lambda found: {name: getattr(found, name) for name in ("held_on", "cut_off", "pack_on", "room")},
)  # fmt: skip
meetings.act("cancel", msg("It stays in the list, struck through"), EDIT, _cancel)
meetings.act("reinstate", msg("It takes place after all"), EDIT, _reinstate)
