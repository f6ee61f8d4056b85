"""Reads of who was told what, when: the projects before one meeting, and the list of everybody asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, contains_eager

from pmo.alerts.models import Mail
from pmo.committees import chasing_queries as queries
from pmo.committees.chasing_queries import Line, heard_at
from pmo.committees.logic.chasing import Asking, Ladder, Standing, standing
from pmo.committees.models import Committee, Meeting, UpdateNotice, UpdateRequest
from pmo.db import db
from pmo.home.logic import MailState, mail_state
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.queries import names
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.web.filters import Folded, containing
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

Represented, Teller, Answerer = aliased(Person), aliased(Person), aliased(Person)
NEWEST = (Key(UpdateNotice.told_at, is_descending=True), Key(UpdateNotice.id, is_descending=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list is asked for; empty means all."""

    words: str = ""
    meeting_id: int | None = None
    project: str = ""  # code
    step: str = ""
    state: str = ""  # open, answered, excused


@dataclass(frozen=True, slots=True)
class Told:
    """One person told about one project before one meeting."""

    notice: UpdateNotice
    person: str
    represented: str
    teller: str
    answerer: str
    mail: str  # state of the mail, "" without one
    sent_at: datetime | None
    heard_at: datetime | None

    @property
    def request(self) -> UpdateRequest:
        return self.notice.request

    @property
    def is_answered(self) -> bool:
        return self._asking.is_answered

    @property
    def mail_state(self) -> MailState:
        return mail_state(self.mail, is_over=self.is_answered or self.request.excused_at is not None)

    def standing(self, today: date) -> Standing:
        return standing(self._asking, is_stale=True, today=today)

    @property
    def _asking(self) -> Asking:
        asked = self.request
        return Asking(asked.meeting.cut_off, asked.asked_at, self.heard_at, asked.excused_at is not None)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One project before a meeting, with everybody who was told."""

    line: Line
    standing: Standing
    told: Sequence[Told] = ()
    excused_by: str = ""
    answered_by: str = ""


def board(meeting: Meeting, actor: Actor, ladder: Ladder, today: date) -> list[BoardRow]:
    """The open projects of its committee that the actor may see: those to do something about first. Three statements."""
    seen = Project.id.in_(visible_projects(actor, Permission.HISTORY_READ))
    lines = queries.lines(meeting, seen)
    told: dict[int, list[Told]] = {}
    for one in reversed(all_told(actor, Asked(meeting_id=meeting.id))):
        told.setdefault(one.request.id, []).append(one)
    requests = [line.request for line in lines if line.request]
    known = names({person for one in requests for person in (one.excused_by, one.answered_by) if person})
    rows = [_row(line, meeting, told, known, ladder.is_stale(line.heard_on, today), today) for line in lines]
    order = [Standing.SILENT, Standing.ASKED, Standing.WAITING, Standing.EXCUSED, Standing.ANSWERED, Standing.FRESH]
    return sorted(rows, key=lambda row: order.index(row.standing))


def _row(line: Line, meeting: Meeting, told: Any, known: Any, is_stale: bool, today: date) -> BoardRow:
    stands, asked = standing(line.asking(meeting.cut_off), is_stale=is_stale, today=today), line.request
    if asked is None:
        return BoardRow(line, stands)
    return BoardRow(
        line, stands, told.get(asked.id, ()), known.get(asked.excused_by or 0, ""), known.get(asked.answered_by or 0, "")
    )


def told(actor: Actor, asked: Asked, cursor: Cursor | None, size: int) -> Page[Told]:
    """One page of the list, the newest first: one statement."""
    found = db.session.execute(paged(_told(actor, asked), NEWEST, cursor, size)).all()
    return cut([Told(*row) for row in found], cursor, size, lambda one: (one.notice.told_at, one.notice.id))


def all_told(actor: Actor, asked: Asked) -> list[Told]:
    """All of it in the same order."""
    return [Told(*row) for row in db.session.execute(ordered(_told(actor, asked), NEWEST))]


def meetings_told(actor: Actor) -> list[tuple[int, str, date]]:
    """To filter by: those for which somebody was asked about a project the actor may see, as (id, committee, day)."""
    seen = UpdateRequest.project_id.in_(visible_projects(actor, Permission.HISTORY_READ))
    asked = select(UpdateRequest.meeting_id).where(seen, UpdateRequest.asked_at.is_not(None))
    query = select(Meeting.id, Committee.name, Meeting.held_on).join(Committee, Committee.id == Meeting.committee_id)
    rows = db.session.execute(query.where(Meeting.id.in_(asked)).order_by(Meeting.held_on.desc(), Meeting.id))
    return [(row[0], row[1], row[2]) for row in rows]


def _told(actor: Actor, asked: Asked) -> Select[Any]:
    words = containing(asked.words.split(), Project.code, Folded(Project.name_key), Folded(Person.name_key))
    columns = (UpdateNotice, Person.name, _name(Represented), _name(Teller), _name(Answerer))
    from_notice = contains_eager(UpdateNotice.request)
    meeting = from_notice.contains_eager(UpdateRequest.meeting)
    return (
        select(*columns, func.coalesce(Mail.state, ""), Mail.sent_at, heard_at())
        .join(UpdateNotice.request)
        .join(UpdateRequest.project)
        .join(UpdateRequest.meeting)
        .join(Meeting.committee)
        .join(Person, Person.id == UpdateNotice.person_id)
        .outerjoin(Represented, Represented.id == UpdateNotice.for_id)
        .outerjoin(Teller, Teller.id == UpdateNotice.told_by)
        .outerjoin(Answerer, Answerer.id == UpdateRequest.answered_by)
        .outerjoin(Mail, Mail.id == UpdateNotice.mail_id)
        .options(from_notice.contains_eager(UpdateRequest.project), meeting, meeting.contains_eager(Meeting.committee))
        .where(Project.id.in_(visible_projects(actor, Permission.HISTORY_READ)), *words, *_chosen(asked))
    )


def _name(person: Any) -> ColumnElement[str]:
    return func.coalesce(person.name, "")


def _chosen(asked: Asked) -> list[ColumnElement[bool]]:
    answered = func.coalesce(heard_at() >= UpdateRequest.asked_at, False)  # noqa: FBT003 - the value, not a switch
    pairs = (
        (asked.meeting_id is not None, UpdateRequest.meeting_id == asked.meeting_id),
        (asked.project, Project.code == asked.project),
        (asked.step, UpdateNotice.step == asked.step),
        (asked.state == "answered", answered),
        (asked.state == "open", ~answered & UpdateRequest.excused_at.is_(None)),
        (asked.state == "excused", ~answered & UpdateRequest.excused_at.is_not(None)),
    )
    return [condition for applies, condition in pairs if applies]
