"""What the PMO does to an agenda: order, minutes, words, lines of its own, lines left out. Nothing of it is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from pmo.committees.models import Meeting
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.reports.logic.agenda import Arranged, Kind, Line
from pmo.reports.models import Agenda, AgendaLine

GONE = msg("This line is not on the agenda any more. Here is how it stands now.")
STALE = msg("Somebody else changed this agenda meanwhile. Here is how it stands now; look, then change it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is said about one line. `title` counts for an own line only."""

    title: str = ""
    presenter: str = ""
    note: str = ""
    minutes: int | None = None


def arrange(
    meeting: Meeting,
    shown: Arranged,
    *,
    order: Sequence[str],
    words: Mapping[str, Wording],
    starts_at: time | None,
    seen_version: int,
) -> None:
    """Every line in this order, with what was typed beside it. Raises Conflict."""
    agenda = _alone(meeting, seen_version)
    agenda.starts_at = starts_at
    rows = _placed(meeting, shown)
    for position, key in enumerate(order, start=1):
        rows[key].position = position
        said = words.get(key)
        if said is not None:
            _say(rows[key], said)


def add_line(meeting: Meeting, shown: Arranged, words: Wording, *, seen_version: int) -> AgendaLine:
    """A line of one's own, at the end. Raises Conflict."""
    _alone(meeting, seen_version)
    _placed(meeting, shown)
    made = AgendaLine(meeting_id=meeting.id, kind=Kind.OWN.value, title="", position=len(shown.lines) + 1)
    _say(made, words)
    db.session.add(made)
    db.session.flush()
    return made


def leave_out(meeting: Meeting, shown: Arranged, key: str, *, reason: str, seen_version: int, by: int) -> None:
    """It stays readable with the reason, and can be put back. Raises Invalid, Conflict."""
    _alone(meeting, seen_version)
    if not reason:
        raise Invalid({"reason": msg("Say why, in a few words: it stands below the agenda.")})
    row = _placed(meeting, shown).get(key)
    if row is None:
        raise Conflict(GONE)
    row.left_out_on, row.left_out_by, row.left_out_reason = clock.today(), by, reason


def put_back(meeting: Meeting, shown: Arranged, key: str, *, seen_version: int) -> None:
    """Where it was. Raises Conflict."""
    _alone(meeting, seen_version)
    row = _placed(meeting, shown).get(key)
    if row is None or row.left_out_on is None:
        raise Conflict(GONE)
    row.left_out_on, row.left_out_by, row.left_out_reason = None, None, ""


def _alone(meeting: Meeting, seen_version: int) -> Agenda:
    """One change of an agenda at a time; each gives it a new version. Raises Conflict."""
    db.session.scalar(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    found = db.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id).execution_options(populate_existing=True))
    if (found.version if found else 0) != seen_version:
        raise Conflict(STALE)
    if found is None:
        found = Agenda(meeting_id=meeting.id)
        db.session.add(found)
    found.arranged_at = clock.now()
    flag_modified(found, "arranged_at")
    return found


def _placed(meeting: Meeting, shown: Arranged) -> dict[str, AgendaLine]:
    """The row of every line that is shown, by its key; a line without one gets one, in the place where it is shown."""
    query = select(AgendaLine).where(AgendaLine.meeting_id == meeting.id)
    rows = {_key(row): row for row in db.session.scalars(query)}
    for line in shown.lines:
        if line.key not in rows:
            rows[line.key] = _first_row(meeting, line)
            db.session.add(rows[line.key])
        rows[line.key].position = line.number
    db.session.flush()
    return rows


def _first_row(meeting: Meeting, line: Line) -> AgendaLine:
    topic = line.topic
    title = f"{topic.code} {topic.title}".strip() if topic else ""
    return AgendaLine(meeting_id=meeting.id, kind=line.kind.value, subject_id=topic.id if topic else None, title=title)


def _say(row: AgendaLine, words: Wording) -> None:
    if row.kind == Kind.OWN.value:
        row.title = words.title
    row.presenter, row.note, row.minutes = words.presenter, words.note, words.minutes


def _key(row: AgendaLine) -> str:
    return f"{row.kind}:{row.id if row.subject_id is None else row.subject_id}"
