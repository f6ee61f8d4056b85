"""What a meeting of a committee has on its agenda, as far as somebody may see it: read from the same lists as the pages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pmo.changes.models import ChangeRequest
from pmo.changes.queries import waiting_for
from pmo.committees.decision_queries import Taken, asked_of, later_meetings, taken_in
from pmo.committees.item_queries import ItemRow, still_open
from pmo.committees.logic.decisions import ActionState
from pmo.committees.models import Committee, DecisionRequest, Meeting
from pmo.committees.queries import last_meeting
from pmo.db import db
from pmo.gates.queries import GateRow, due_until
from pmo.kernel.permissions import Actor
from pmo.people.models import Person
from pmo.portfolio.logic import Colour
from pmo.raid.logic import Level
from pmo.raid.queries import RaidRow, escalated_in
from pmo.reports.logic.agenda import Arranged, Given, Kind, Topic, arrange
from pmo.reports.models import Agenda, AgendaLine
from pmo.reports.subjects import of_committee
from pmo.rules.queries import rule_book
from pmo.schedule.models import Milestone
from pmo.status.logic.statuses import ProjectStatus
from pmo.status.queries import project_statuses


@dataclass(frozen=True, slots=True)
class Business:
    """What is computed, in the usual order: by kind, as the pages list it."""

    last: Meeting | None
    taken: Sequence[Taken]  # by the last meeting
    late: Sequence[ItemRow]
    reds: Sequence[ProjectStatus]
    escalations: Sequence[RaidRow]  # to the level this committee watches, without an answer
    stages: Sequence[GateRow]  # to pass until the meeting after this one
    changes: Sequence[ChangeRequest]  # waiting for approval
    gates: Sequence[Milestone]  # the same of milestones that stand for a gate themselves
    asked: Sequence[DecisionRequest]
    until: date

    @property
    def topics(self) -> list[Topic]:
        return list(_topics(self))

    def behind(self) -> dict[str, object]:
        """What each topic is about, by its key: pages show more of it than a line of a report."""
        found: dict[str, object] = {f"{Kind.LAST}:{self.last.id}": self.taken} if self.last and self.taken else {}
        found |= {f"{Kind.ACTION}:{row.item.id}": row for row in self.late}
        found |= {f"{Kind.RED}:{status.id}": status for status in self.reds}
        found |= {f"{Kind.ESCALATION}:{row.item.id}": row for row in self.escalations}
        found |= {f"{Kind.GATE}:{row.gate.id}": row for row in self.stages}
        found |= {f"{Kind.CHANGE}:{row.id}": row for row in self.changes}
        found |= {f"{Kind.MILESTONE}:{row.id}": row for row in self.gates}
        return found | {f"{Kind.REQUEST}:{row.id}": row for row in self.asked}


@dataclass(frozen=True, slots=True)
class Prepared:
    """The agenda of a meeting as it stands: computed, arranged, and what it was arranged from. Version 0: by nobody yet."""

    business: Business
    arranged: Arranged
    agenda: Agenda | None

    @property
    def version(self) -> int:
        return self.agenda.version if self.agenda else 0


def prepared(meeting: Meeting, actor: Actor, today: date, statuses: Sequence[ProjectStatus] | None = None) -> Prepared:
    """The same number of statements however long it becomes; fewer for who has read the statuses of its projects already."""
    found = business(meeting, actor, today, statuses)
    kept = db.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id))
    given = given_to(meeting.id)
    return Prepared(found, arrange(found.topics, given, kept.starts_at if kept else None), kept)


def business(meeting: Meeting, actor: Actor, today: date, statuses: Sequence[ProjectStatus] | None = None) -> Business:
    last, coming = last_meeting(meeting.committee_id, meeting.held_on), later_meetings(meeting)
    if statuses is None:
        statuses = project_statuses(actor, of_committee(meeting.committee).selection)
    until = coming[0].held_on if coming else meeting.held_on
    open_rows = still_open(meeting.committee_id, date.max, actor, today)
    ids = [status.id for status in statuses]
    stages = due_until(ids, until, rule_book())
    return Business(
        last=last,
        taken=taken_in(last.id, actor) if last else (),
        late=[row for row in open_rows if row.state is ActionState.LATE],
        reds=[status for status in statuses if status.overall is not None and status.overall.band is Colour.RED],
        escalations=_escalations(ids, meeting.committee),
        stages=stages,
        changes=waiting_for(meeting, actor),
        gates=_gates(ids, until, {row.gate.milestone_id for row in stages}),
        asked=asked_of(meeting, actor),
        until=until,
    )


def given_to(meeting_id: int) -> list[Given]:
    """What somebody said about its lines, with the name of who left one out."""
    query = select(AgendaLine, Person.name).outerjoin(Person, Person.id == AgendaLine.left_out_by)
    return [_given(row[0], row[1] or "") for row in db.session.execute(query.where(AgendaLine.meeting_id == meeting_id))]


def _given(row: AgendaLine, by: str) -> Given:
    return Given(
        id=row.id,
        kind=Kind(row.kind),
        subject_id=row.subject_id,
        title=row.title,
        presenter=row.presenter,
        note=row.note,
        minutes=row.minutes,
        position=row.position,
        left_out_on=row.left_out_on,
        left_out_by=by,
        left_out_reason=row.left_out_reason,
    )


def _escalations(ids: Collection[int], committee: Committee) -> list[RaidRow]:
    """A committee of a programme deals with what came up to the programme, one of a portfolio with what went further."""
    level = Level.PORTFOLIO if committee.programme_id is None else Level.PROGRAMME
    return [row for row in escalated_in(ids) if row.item.escalated_to == level and row.item.answered_on is None]


def _gates(ids: Collection[int], until: date, but: Collection[int | None]) -> list[Milestone]:
    """Not passed yet and due by then, the first one first; without those that a gate with criteria is planned on."""
    ahead = (Milestone.is_gate, Milestone.actual.is_(None), Milestone.cancelled_on.is_(None), Milestone.forecast <= until)
    query = select(Milestone).where(Milestone.project_id.in_(ids), *ahead).options(joinedload(Milestone.project))
    return [one for one in db.session.scalars(query.order_by(Milestone.forecast, Milestone.id)) if one.id not in but]


def _topics(found: Business) -> Iterator[Topic]:
    if found.last is not None and found.taken:
        yield Topic(Kind.LAST, found.last.id, code=", ".join(one.decision.code for one in found.taken))
    for row in found.late:
        yield Topic(Kind.ACTION, row.item.id, row.item.code, row.item.what, _about(row.item), row.item.owner.name)
    for status in found.reds:
        yield Topic(Kind.RED, status.id, status.code, status.name, "", status.manager_name)
    for up in found.escalations:
        yield Topic(Kind.ESCALATION, up.item.id, up.item.code, up.item.title, up.project.code, up.owner)
    yield from map(_stage, found.stages)
    for change in found.changes:
        yield Topic(Kind.CHANGE, change.id, change.code, change.title, change.project.code)
    for gate in found.gates:
        yield Topic(Kind.MILESTONE, gate.id, gate.code, gate.name, gate.project.code)
    for one in found.asked:
        yield Topic(Kind.REQUEST, one.id, one.code, one.question, _about(one), one.asker.name)


def _stage(row: GateRow) -> Topic:
    gate = row.gate
    return Topic(Kind.GATE, gate.id, gate.code, gate.name, gate.project.code, title_fr=gate.name_fr, title_nl=gate.name_nl)


def _about(row: object) -> str:
    found = getattr(row, "project", None) or getattr(row, "programme", None)
    return found.code if found else ""
