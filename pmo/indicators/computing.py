"""The live facts the formulas look at, for one place and one period: one statement per kind, as the session shows them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from pmo.committees.models import ActionItem, Committee, Decision, DecisionRequest
from pmo.db import as_of, db
from pmo.indicators.logic import formulas
from pmo.indicators.logic.definition import Source
from pmo.indicators.logic.formulas import Facts, Result
from pmo.indicators.logic.periods import Frequency, last_day, period_of
from pmo.indicators.models import Indicator
from pmo.kernel import clock
from pmo.kernel.permissions import Place
from pmo.methods.logic import state_of
from pmo.methods.models import Artefact, ProjectDocument
from pmo.methods.queries import ORDER as BY_ORDER
from pmo.methods.queries import answer_of
from pmo.portfolio.logic import Phase, State
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid.logic import RaidType
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.models import DateMove, Milestone

Many = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Where, and for which days."""

    place: Place
    facts: Facts  # empty yet


@dataclass(frozen=True, slots=True)
class Meant:
    """What is computed, where and how often: of an indicator, as plain values that outlive a look back."""

    place: Place
    every: Frequency
    kind: Source


def running(indicator: Indicator, rules: RuleBook, today: date) -> Result:
    """The value of the period in which `today` lies, as it stands today; for one that is collected, nothing."""
    return value_of(meaning(indicator), rules, today)


def as_it_stood(meant: Meant, rules: RuleBook, end: date) -> Result:
    """As everything stood at the end of a day. It turns the session to the past and back: what was loaded is forgotten."""
    with as_of(clock.end_of_day(end)):
        return value_of(meant, rules, end)


def meaning(indicator: Indicator) -> Meant:
    return Meant(indicator.place, indicator.every, indicator.kind)


def value_of(meant: Meant, rules: RuleBook, today: date) -> Result:
    if not meant.kind.is_computed:
        return Result()
    first = period_of(today, meant.every)
    stale = rules.days("status.stale_after", meant.place.programme_id)
    empty = Facts(first, last_day(first, meant.every), today, stale)
    return formulas.compute(meant.kind, READS[meant.kind](Asked(meant.place, empty)))


def _milestones(asked: Asked) -> Facts:
    """Of open projects. Moved is a forecast that the ledger says moved within the period."""
    first, last = clock.start_of_day(asked.facts.first), clock.end_of_day(asked.facts.last)
    moved = exists().where(
        DateMove.milestone_id == Milestone.id, DateMove.field == "forecast", DateMove.moved_at.between(first, last)
    )
    m = Milestone
    columns = (Project.code, m.code + " " + m.name, m.baseline, m.forecast, m.actual, m.cancelled_on, moved)
    query = select(*columns).join(Project, Project.id == m.project_id).where(*_open(asked))
    found = db.session.execute(query.order_by(Project.code, m.position, m.id))
    return replace(asked.facts, milestones=tuple(formulas.Milestone(*row) for row in found))


def _projects(asked: Asked) -> Facts:
    newest = select(func.max(StatusUpdate.stated_at)).where(StatusUpdate.project_id == Project.id).scalar_subquery()
    columns = (Project.code, Project.name, newest, Project.budget, Project.forecast_cost)
    found = db.session.execute(select(*columns).where(*_open(asked)).order_by(Project.code, Project.id))
    projects = tuple(
        formulas.Project(code, name, clock.local(at).date() if at else None, budget, cost)
        for code, name, at, budget, cost in found
    )
    return replace(asked.facts, projects=projects)


def _risks(asked: Asked) -> Facts:
    level = RaidItem.probability * RaidItem.impact
    query = select(Project.code, RaidItem.code + " " + RaidItem.title, level).join(Project, Project.id == RaidItem.project_id)
    still = query.where(*_open(asked), RaidItem.type == RaidType.RISK.value, RaidItem.closed_on.is_(None))
    found = db.session.execute(still.order_by(level.desc().nulls_last(), RaidItem.id))
    return replace(asked.facts, risks=tuple(formulas.Risk(*row) for row in found))


def _actions(asked: Asked) -> Facts:
    query: Many = select(Project.code, ActionItem.code + " " + ActionItem.what, ActionItem.due)
    still = _of_committees(query, ActionItem, asked).where(ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None))
    found = db.session.execute(still.order_by(ActionItem.due, ActionItem.id))
    return replace(asked.facts, actions=tuple(formulas.Action(code or "", name, due) for code, name, due in found))


def _decisions(asked: Asked) -> Facts:
    query: Many = select(Project.code, Decision.code + " " + Decision.text, Decision.decided_on, DecisionRequest.submitted_on)
    taken = _of_committees(query, Decision, asked).outerjoin(DecisionRequest, DecisionRequest.id == Decision.request_id)
    within = Decision.decided_on.between(asked.facts.first, asked.facts.last)
    found = db.session.execute(taken.where(within, Decision.voided_on.is_(None)).order_by(Decision.decided_on, Decision.id))
    return replace(asked.facts, decisions=tuple(formulas.Decision(row[0] or "", *row[1:]) for row in found))


def _documents(asked: Asked) -> Facts:
    """What the methods of open projects ask for, now or later, with what is there; ordered by project."""
    held = and_(ProjectDocument.artefact_id == Artefact.id, ProjectDocument.project_id == Project.id)
    query = (
        select(Project.code, Project.name, Project.phase, Artefact.name, Artefact.phase, ProjectDocument)
        .join(Artefact, and_(Artefact.method == Project.method, Artefact.retired_at.is_(None)))
        .outerjoin(ProjectDocument, held)
        .where(*_open(asked))
    )
    found = db.session.execute(query.order_by(Project.code, Project.id, *BY_ORDER))
    return replace(
        asked.facts,
        documents=tuple(
            formulas.Document(code, name, asks, state_of(answer_of(document), Phase(asked_in), Phase(phase), asked.facts.day))
            for code, name, phase, asks, asked_in, document in found
        ),
    )


READS: dict[Source, Callable[[Asked], Facts]] = {
    Source.ADHERENCE: _milestones,
    Source.SLIP: _milestones,
    Source.STABILITY: _milestones,
    Source.FRESHNESS: _projects,
    Source.EXPOSURE: _risks,
    Source.OVERDUE: _actions,
    Source.LEAD_TIME: _decisions,
    Source.BUDGET: _projects,
    Source.DOCUMENTS: _documents,
    Source.METHOD: _documents,
}


def _open(asked: Asked) -> list[ColumnElement[bool]]:
    """The open projects of the place."""
    place = asked.place
    meant = [Project.portfolio_id == place.portfolio_id, Project.state == State.OPEN.value]
    if place.programme_id is not None:
        meant.append(Project.programme_id == place.programme_id)
    if place.project_id is not None:
        meant.append(Project.id == place.project_id)
    return meant


def _of_committees(query: Many, table: type[ActionItem] | type[Decision], asked: Asked) -> Many:
    """What committees want and decide in the place: about it, or in a committee of it."""
    place = asked.place
    joined = query.select_from(table).join(Committee, Committee.id == table.committee_id)
    joined = joined.outerjoin(Project, Project.id == table.project_id).where(Committee.portfolio_id == place.portfolio_id)
    if place.project_id is not None:
        return joined.where(table.project_id == place.project_id)
    if place.programme_id is not None:
        about = func.coalesce(Project.programme_id, table.programme_id, Committee.programme_id)
        return joined.where(about == place.programme_id)
    return joined
