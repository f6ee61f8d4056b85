"""What a meeting of a committee has on its agenda, as far as somebody may see it: read from the same lists as the pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pmo.changes.models import ChangeRequest
from pmo.changes.queries import waiting_for
from pmo.committees.decision_queries import Taken, asked_of, later_meetings, taken_in
from pmo.committees.item_queries import ItemRow, still_open
from pmo.committees.logic.decisions import ActionState
from pmo.committees.models import DecisionRequest, Meeting
from pmo.committees.queries import last_meeting
from pmo.db import db
from pmo.gates.queries import GateRow, due_until
from pmo.kernel.permissions import Actor
from pmo.portfolio.logic import Colour
from pmo.reports.subjects import of_committee
from pmo.rules.queries import rule_book
from pmo.schedule.models import Milestone
from pmo.status.logic.statuses import ProjectStatus
from pmo.status.queries import project_statuses


@dataclass(frozen=True, slots=True)
class Agenda:
    """In the order in which a meeting goes through it."""

    last: Meeting | None
    taken: Sequence[Taken]  # by the last meeting
    late: Sequence[ItemRow]
    reds: Sequence[ProjectStatus]
    stages: Sequence[GateRow]  # to pass until the meeting after this one
    gates: Sequence[Milestone]  # the same of milestones that stand for a gate themselves
    until: date
    asked: Sequence[DecisionRequest]
    changes: Sequence[ChangeRequest]  # waiting for approval

    @property
    def count(self) -> int:
        return sum(map(len, (self.taken, self.late, self.reds, self.stages, self.gates, self.asked, self.changes)))


def agenda(meeting: Meeting, actor: Actor, today: date) -> Agenda:
    """The same number of statements however long it becomes."""
    last, coming = last_meeting(meeting.committee_id, meeting.held_on), later_meetings(meeting)
    statuses = project_statuses(actor, of_committee(meeting.committee).selection)
    until = coming[0].held_on if coming else meeting.held_on
    open_rows = still_open(meeting.committee_id, date.max, actor, today)
    ids = [status.id for status in statuses]
    stages = due_until(ids, until, rule_book())
    return Agenda(
        last=last,
        taken=taken_in(last.id, actor) if last else (),
        late=[row for row in open_rows if row.state is ActionState.LATE],
        reds=[status for status in statuses if status.overall is not None and status.overall.band is Colour.RED],
        stages=stages,
        gates=_gates(ids, until, {row.gate.milestone_id for row in stages}),
        until=until,
        asked=asked_of(meeting, actor),
        changes=waiting_for(meeting, actor),
    )


def _gates(ids: Collection[int], until: date, but: Collection[int | None]) -> list[Milestone]:
    """Not passed yet and due by then, the first one first; without those that a gate with criteria is planned on."""
    ahead = (Milestone.is_gate, Milestone.actual.is_(None), Milestone.cancelled_on.is_(None), Milestone.forecast <= until)
    query = select(Milestone).where(Milestone.project_id.in_(ids), *ahead).options(joinedload(Milestone.project))
    return [one for one in db.session.scalars(query.order_by(Milestone.forecast, Milestone.id)) if one.id not in but]
