"""Reads what a committee is asked and what its last meeting left, for its report."""

from collections.abc import Sequence
from datetime import date

from pmo.committees import decision_queries, item_queries, queries
from pmo.committees.decision_queries import Taken
from pmo.committees.item_queries import ItemRow
from pmo.committees.logic.decisions import Outcome
from pmo.committees.minutes_queries import presence
from pmo.committees.models import ActionItem, Decision, DecisionOption, DecisionRequest, Meeting
from pmo.kernel import clock
from pmo.kernel.permissions import Actor
from pmo.reports.agenda import prepared
from pmo.reports.logic.agenda_lines import AgendaLines, frozen
from pmo.reports.logic.decision_lines import ActionLine, AskedLine, Carried, OptionLine, TakenLine
from pmo.reports.logic.minutes import Minutes
from pmo.status.logic.statuses import ProjectStatus


def asked(committee_id: int | None, actor: Actor, today: date) -> tuple[AskedLine, ...]:
    """What the next meeting has to decide; nothing where none is planned."""
    coming = queries.next_meetings([committee_id], today).get(committee_id) if committee_id is not None else None
    return tuple(_asked(row) for row in decision_queries.asked_of(coming, actor)) if coming else ()


def carried(committee_id: int | None, actor: Actor, today: date) -> Carried | None:
    """None before the first meeting."""
    last = queries.last_meeting(committee_id, today) if committee_id is not None else None
    if last is None:
        return None
    taken = decision_queries.taken_in(last.id, actor)
    rows = item_queries.given_in(last.id, actor, today)
    older = item_queries.still_open(last.committee_id, last.held_on, actor, today)
    return Carried(last.held_on, tuple(_taken(one) for one in taken), tuple(_action(row) for row in (*rows, *older)))


def agenda(committee_id: int | None, actor: Actor, today: date, statuses: Sequence[ProjectStatus]) -> AgendaLines | None:
    """Of the next meeting, as it was arranged until now, about the projects of the report; nothing where none is planned."""
    coming = queries.next_meetings([committee_id], today).get(committee_id) if committee_id is not None else None
    return frozen(coming.held_on, prepared(coming, actor, today, statuses).arranged) if coming else None


def about(project_id: int | None, actor: Actor, today: date) -> tuple[ActionLine, ...]:
    """What is still to do for one project, whichever committee wanted it."""
    return tuple(_action(row) for row in item_queries.open_about(project_id, actor, today)) if project_id is not None else ()


def _asked(row: DecisionRequest) -> AskedLine:
    options = tuple(_option(option, row) for option in row.options if option.name)
    about = _about(row, with_name=True)
    return AskedLine(row.code, row.question, row.asker.name, about, row.why, options, row.if_not, row.needed_by)


def _option(option: DecisionOption, row: DecisionRequest) -> OptionLine:
    is_recommended = option.position == row.recommended
    return OptionLine(option.name, option.consequence, option.cost, option.currency, option.payer, is_recommended)


def _taken(one: Taken) -> TakenLine:
    row = one.decision
    return TakenLine(
        code=row.code,
        decided_on=row.decided_on,
        text=row.text,
        outcome=Outcome(row.outcome),
        change=row.change_text,
        reason=row.reason,
        about=_about(row),
        question=row.request.code if row.request else "",
        deferred_to=row.deferred_to.held_on if row.deferred_to else None,
        actions=tuple(item.code for item in one.actions),
    )


def _action(row: ItemRow) -> ActionLine:
    item = row.item
    return ActionLine(
        code=item.code,
        what=item.what,
        owner=item.owner.name,
        due=item.due,
        origin=row.origin,
        given_on=item.meeting.held_on,
        state=row.state,
        days_late=row.days_late,
        ended_on=item.done_on or item.cancelled_on,
        words=item.evidence or item.cancel_reason,
    )


def _about(row: DecisionRequest | Decision | ActionItem, *, with_name: bool = False) -> str:
    found = row.project or row.programme
    if found is None:
        return ""
    return f"{found.code} {found.name}" if with_name else found.code


def minutes(meeting: Meeting, actor: Actor, organisation: str) -> Minutes:
    """Of one meeting, as far as the actor may see."""
    today = clock.today()
    there = presence(meeting, today)
    coming = decision_queries.later_meetings(meeting)
    rows = item_queries.given_in(meeting.id, actor, today)
    older = item_queries.still_open(meeting.committee_id, meeting.held_on, actor, today)
    return Minutes(
        committee=meeting.committee.name,
        held_on=meeting.held_on,
        at=clock.now(),
        place=meeting.room,
        present=tuple(name for person, name in there.members if person in there.present),
        absent=tuple(name for person, name in there.members if person not in there.present),
        quorum=there.needed,
        decisions=tuple(_taken(one) for one in decision_queries.taken_in(meeting.id, actor)),
        actions=tuple(_action(row) for row in rows),
        earlier=tuple(_action(row) for row in older),
        next_on=coming[0].held_on if coming else None,
        author=actor.name,
        organisation=organisation,
    )
