"""What is done to an update asked before a meeting: asked, told, seen, answered, excused. Each is one verb; none commits."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select

from pmo.committees import chasing_queries as queries
from pmo.committees.logic.chasing import Step
from pmo.committees.models import Meeting, UpdateNotice, UpdateRequest
from pmo.db import author, db, holds_from
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg

STALE = msg("Somebody else changed this meanwhile. Load the page again to see how it stands.")


def ask(meeting: Meeting, project_id: int) -> UpdateRequest:
    """The request for this meeting; a second time, the same one."""
    found = _request(meeting, project_id)
    if found.asked_at is None:
        found.asked_at = holds_from()
    db.session.flush()
    return found


def tell(request: UpdateRequest, step: Step, people: Iterable[tuple[int, int | None]]) -> list[UpdateNotice]:
    """One notice for each person, who may stand in for another one; the mail is written when its hour has come."""
    made = [
        UpdateNotice(
            request_id=request.id,
            step=step.value,
            person_id=person_id,
            for_id=for_id,
            told_at=holds_from(),
            told_by=author().person_id,
        )
        for person_id, for_id in people
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def acknowledge(notices: Collection[UpdateNotice], until: date, today: date) -> None:
    """Seen, update by that day: stops nothing, but is shown. Raises Invalid."""
    if until < today:
        raise Invalid({"until": msg("Choose today or a day to come.")})
    if any(until > notice.request.meeting.cut_off for notice in notices):
        raise Invalid({"until": msg("Choose a day up to the data cut-off.")})
    for notice in notices:
        notice.acknowledged_at, notice.promised_on = holds_from(), until


def answer(project_ids: Collection[int] | None = None) -> int:
    """Requests about whose project somebody has said something since are closed, with who and when. Returns how many."""
    waiting = queries.open_requests(project_ids)
    if not waiting:
        return 0
    since = min(request.asked_at for request in waiting if request.asked_at)
    words = queries.words_since({request.project_id for request in waiting}, since)
    closed = 0
    for request in waiting:
        asked_at, said = request.asked_at, words.get(request.project_id, ())
        first = next((word for word in said if asked_at and word[0] >= asked_at), None)
        if first is not None:
            request.answered_at, request.answered_by = first
            closed += 1
    return closed


def excuse(meeting: Meeting, project_id: int, reason: str, *, seen_version: int) -> UpdateRequest:
    """Nothing is asked of this project before this meeting, and its colour is printed as it is. Raises Invalid, Conflict."""
    found = _request(meeting, project_id)
    _fresh(found, seen_version)
    if not reason:
        raise Invalid({"reason": msg("Say in a few words why nothing is asked of it.")})
    found.excused_at, found.excused_by, found.excuse = holds_from(), author().person_id, reason
    db.session.flush()
    return found


def readmit(request: UpdateRequest, *, seen_version: int) -> None:
    """Not excused after all. Raises Conflict."""
    _fresh(request, seen_version)
    request.excused_at, request.excused_by, request.excuse = None, None, ""


def _request(meeting: Meeting, project_id: int) -> UpdateRequest:
    same = (UpdateRequest.meeting_id == meeting.id, UpdateRequest.project_id == project_id)
    found = db.session.scalar(select(UpdateRequest).where(*same).with_for_update())
    if found is None:
        found = UpdateRequest(meeting_id=meeting.id, project_id=project_id, excuse="")
        db.session.add(found)
        db.session.flush()
        db.session.refresh(found)
    return found


def _fresh(request: UpdateRequest, seen_version: int) -> None:
    """0 stands for a row that was not there yet."""
    if request.version != max(seen_version, 1):
        raise Conflict(STALE)
