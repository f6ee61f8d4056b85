"""Reads gates and change requests of the projects of a report."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pmo.changes.logic import VERDICTS, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.changes.queries import of_projects
from pmo.committees.decision_queries import with_actions
from pmo.gates.logic import Outcome
from pmo.gates.models import Gate
from pmo.gates.queries import GateRow, decided_since, due_until
from pmo.kernel.permissions import Actor, Permission, may
from pmo.reports.logic import governed
from pmo.reports.logic.content import Report
from pmo.reports.logic.governed import Condition, GateLine, Gates, RequestLine, Requests
from pmo.rules.logic import RuleBook

DECIDED = frozenset({*VERDICTS, ChangeState.IMPLEMENTED})


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which projects, for whom, since when; `old` is what was told before."""

    project_ids: Collection[int]
    actor: Actor
    since: date | None
    old: Report | None


def gates(asked: Asked, report: Report, rules: RuleBook) -> Gates | None:
    """Due until the meeting after the next one, else within the days of the rule. None where there is nothing to say."""
    until = horizon(report, rules)
    due = [_open(row) for row in due_until(asked.project_ids, until, rules)]
    rows = decided_since(asked.project_ids, asked.since)
    conditions = _conditions(rows)
    decided = [_decided(row, conditions.get(row.decision_id or 0, ())) for row in rows]
    found = governed.gates(due, decided, until, asked.since, asked.old.gates if asked.old else None, most=_most(rules))
    return None if found.is_empty else found


def requests(asked: Asked, rules: RuleBook) -> Requests | None:
    lines = [_request(row, asked.actor) for row in of_projects(asked.project_ids)]
    found = governed.requests(lines, asked.since, asked.old.requests if asked.old else None, most=_most(rules))
    return None if found.is_empty else found


def horizon(report: Report, rules: RuleBook) -> date:
    if report.meeting is None:
        return report.today + timedelta(days=rules.days("report.gates_ahead"))
    return report.coming[1].held_on if len(report.coming) > 1 else report.meeting.held_on


def _most(rules: RuleBook) -> int:
    return rules.days("report.lines_most")


def _open(row: GateRow) -> GateLine:
    ready = row.ready
    return replace(
        _named(row.gate), due=row.gate.due, standing=ready.standing, met=ready.met, musts=ready.musts, percent=ready.percent
    )


def _decided(gate: Gate, conditions: tuple[Condition, ...]) -> GateLine:
    return replace(
        _named(gate),
        outcome=Outcome(gate.outcome),
        decided_on=gate.decided_on,
        decision=gate.decision.code if gate.decision else "",
        reason=gate.reason,
        conditions=conditions,
    )


def _named(gate: Gate) -> GateLine:
    return GateLine(
        id=gate.id,
        project=gate.project.code,
        code=gate.code,
        name=gate.name,
        name_fr=gate.name_fr,
        name_nl=gate.name_nl,
    )


def _conditions(rows: Collection[Gate]) -> dict[int, tuple[Condition, ...]]:
    """By decision: the actions that follow from it, but for those that were cancelled."""
    taken = with_actions([row.decision for row in rows if row.decision is not None])
    return {
        one.decision.id: tuple(
            Condition(item.code, item.what, item.owner.name, item.due, item.done_on is not None)
            for item in one.actions
            if item.cancelled_on is None
        )
        for one in taken
    }


def _request(row: ChangeRequest, actor: Actor) -> RequestLine:
    """Its cost only for who may see money there."""
    state = ChangeState(row.state)
    cost = row.cost if may(actor, Permission.MONEY_READ, row.place) else None
    return RequestLine(
        id=row.id,
        project=row.project.code,
        code=row.code,
        title=row.title,
        state=state,
        priority=row.priority,
        asked_on=row.submitted_on,
        milestone=f"{row.milestone.code} {row.milestone.name}" if row.milestone else "",
        old_date=row.old_date,
        new_date=row.new_date,
        cost=cost,
        currency=row.currency if cost is not None else "",
        decided_on=row.decided_on if state in DECIDED else None,
        decision=row.decision.code if row.decision and state in DECIDED else "",
        reason=row.reason if state in DECIDED else "",
        until=row.postponed_until,
    )
