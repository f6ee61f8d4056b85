"""Committees and their meetings for programs."""

from datetime import date

from flask import Blueprint, Response

from pmo.committees import queries
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, require, require_anywhere
from pmo.web.api import Operation, Out, many, one, operation, paging

bp = Blueprint("committees_api", __name__, url_prefix="/api/v1")


class MeetingOut(Out):
    id: int
    held_on: date
    cut_off: date
    pack_on: date
    room: str


class CommitteeOut(Out):
    id: int
    code: str
    name: str
    portfolio_id: int
    programme_id: int | None
    language: str


class CommitteeWithMeetings(CommitteeOut):
    meetings: list[MeetingOut]


@bp.get("/committees")
@operation("committees_api.committees", Operation("Committees", CommitteeOut, many=True))
def committees() -> Response:
    require_anywhere(Permission.COMMITTEE_READ)
    after, limit = paging()
    rows = sorted((row for row in queries.committees(actor()) if row.id > after), key=lambda row: row.id)
    return many([CommitteeOut.model_validate(row) for row in rows[: limit + 1]], limit, lambda row: row.id)


@bp.get("/committees/<int:committee_id>")
@operation("committees_api.committee", Operation("One committee with its meetings", CommitteeWithMeetings))
def committee(committee_id: int) -> Response:
    found = queries.committee(committee_id)
    require(Permission.COMMITTEE_READ, found.place)
    held = [MeetingOut.model_validate(row) for row in queries.meetings(found.id) if row.cancelled_at is None]
    return one(CommitteeWithMeetings(**CommitteeOut.model_validate(found).model_dump(), meetings=held), found.version)
