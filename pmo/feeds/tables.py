"""The tables other programs may read: what each row says, and the restriction to what its reader may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select
from sqlalchemy.orm import aliased

from pmo.alerts.models import Finding
from pmo.alerts.queries import visible_findings
from pmo.committees.decision_queries import seen
from pmo.committees.item_queries import action_seen
from pmo.committees.models import ActionItem, Committee, Decision, Meeting
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.indicators.queries import visible
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.visibility import within
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.models import RaidItem
from pmo.rules.queries import rule_book
from pmo.schedule.models import Milestone
from pmo.status.colours import Situation, colours

Manager, Owner = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class Table:
    """One set of rows. Its columns are those of its query, and no others can be asked for."""

    name: str
    title: Message
    permission: Permission
    rows: Callable[[Actor], Select[Any]]


def projects(actor: Actor) -> Select[Any]:
    """Amounts leave the database only for whoever may see them."""
    p, today = Project, clock.today()
    c = colours(Situation(today, rule_book(today), since=today))
    shown = within(actor, Permission.MONEY_READ, portfolio=p.portfolio_id, programme=p.programme_id, project=p.id)
    amounts = [case((shown, one), else_=null()).label(one.key) for one in (p.budget, p.spent, p.committed, p.forecast_cost)]
    colour = [_word(rank).label(f"{name}_colour") for name, rank in (("overall", c.c.overall), ("declared", c.c.declared))]
    plain = (p.id, p.code, p.name, p.kind, p.method, p.phase, p.state)
    around = (Portfolio.code.label("portfolio"), Programme.code.label("programme"), Programme.name.label("programme_name"))
    rest = (Manager.name.label("manager"), p.sponsor, p.currency, *amounts, p.money_on, p.closed_on)
    return (
        _of(*plain, *around, *colour, *rest)
        .join(c, c.c.id == p.id)
        .join(Portfolio, Portfolio.id == p.portfolio_id)
        .join(Programme, Programme.id == p.programme_id)
        .outerjoin(Manager, Manager.id == p.manager_id)
        .where(p.id.in_(visible_projects(actor)))
    )


def milestones(actor: Actor) -> Select[Any]:
    m = Milestone
    dates = (m.baseline, m.commitment, m.forecast, m.actual)
    slip = (func.coalesce(m.actual, m.forecast) - m.baseline).label("days_after_baseline")
    query = select(
        m.id, *_project(), m.code, m.name, *dates, slip, m.weight, m.is_gate, Owner.name.label("owner"), m.cancelled_on
    )
    joined = query.join(Project, Project.id == m.project_id).outerjoin(Owner, Owner.id == m.owner_id)
    return joined.where(m.project_id.in_(visible_projects(actor)))


def raid(actor: Actor) -> Select[Any]:
    r = RaidItem
    rated = (r.probability, r.impact, (r.probability * r.impact).label("level"))
    left = (r.residual_probability, r.residual_impact)
    query = select(
        r.id, *_project(), r.code, r.type, r.title, r.category, r.status, *rated, *left, r.proximity, Owner.name.label("owner"),
        r.due, r.response, r.response_text, r.raised_on, r.closed_on, r.closing_reason, r.escalated_to, r.escalated_on,
    )  # fmt: skip
    joined = query.join(Project, Project.id == r.project_id).outerjoin(Owner, Owner.id == r.owner_id)
    return joined.where(r.project_id.in_(visible_projects(actor)))


def indicators(actor: Actor) -> Select[Any]:
    i = Indicator
    limits = (i.direction, i.target, i.warning, i.alert)
    around = (Portfolio.code.label("portfolio"), Programme.code.label("programme"), Project.code.label("project"))
    query = (
        _of(i.id, i.name, i.question, *around, i.source, i.unit, i.frequency, i.starts_on, *limits, i.archived_at)
        .join(Portfolio, Portfolio.id == i.portfolio_id)
        .outerjoin(Programme, Programme.id == i.programme_id)
        .outerjoin(Project, Project.id == i.project_id)
    )
    return query.where(visible(actor))


def measurements(actor: Actor) -> Select[Any]:
    m = Measurement
    about = (m.indicator_id, Indicator.name.label("indicator"), IndicatorPart.name.label("part"), Indicator.unit)
    query = (
        _of(m.id, *about, m.period, m.value, m.is_estimated, m.remark, m.due, m.given_at)
        .join(Indicator, Indicator.id == m.indicator_id)
        .outerjoin(IndicatorPart, IndicatorPart.id == m.part_id)
    )
    return query.where(visible(actor))


def findings(actor: Actor) -> Select[Any]:
    f = Finding
    seen_by = (f.acknowledged_at, f.snoozed_until)
    query = (
        _of(
            f.id, f.rule, f.subject, f.subject_id, Project.code.label("project"), f.severity, Owner.name.label("owner"),
            f.raised_at, f.repeated_at, f.times, *seen_by, f.cleared_at,
        )
        .outerjoin(Project, Project.id == f.project_id)
        .outerjoin(Owner, Owner.id == f.owner_id)
    )  # fmt: skip
    return query.where(visible_findings(actor))


def actions(actor: Actor) -> Select[Any]:
    a = ActionItem
    ended = (a.done_on, a.evidence, a.cancelled_on, a.cancel_reason)
    query = (
        select(a.id, *_committee(), a.code, a.what, Owner.name.label("owner"), a.opened_on, a.due, *ended)
        .join(Committee, Committee.id == a.committee_id)
        .join(Meeting, Meeting.id == a.meeting_id)
        .join(Owner, Owner.id == a.owner_id)
        .outerjoin(Project, Project.id == a.project_id)
    )
    return query.where(action_seen(actor))


def decisions(actor: Actor) -> Select[Any]:
    d = Decision
    query = (
        select(d.id, *_committee(), d.code, d.decided_on, d.outcome, d.text, d.change_text, d.reason, d.voided_on, d.void_reason)
        .join(Committee, Committee.id == d.committee_id)
        .join(Meeting, Meeting.id == d.meeting_id)
        .outerjoin(Project, Project.id == d.project_id)
    )
    return query.where(seen(actor, Permission.DECISION_READ, Decision))


def _of(*columns: Any) -> Select[Any]:
    return select(*columns)


def _project() -> tuple[Any, ...]:
    return Project.id.label("project_id"), Project.code.label("project")


def _committee() -> tuple[Any, ...]:
    return Committee.code.label("committee"), Meeting.held_on.label("meeting"), Project.code.label("project")


def _word(rank: ColumnElement[Any]) -> ColumnElement[Any]:
    """Colours are kept as ranks where they are computed; without any, nothing is known."""
    return case(*((rank == colour.rank, colour.value) for colour in Colour), else_=null())


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("projects", msg("Projects"), Permission.PROJECT_READ, projects),
        Table("milestones", msg("Milestones"), Permission.PROJECT_READ, milestones),
        Table("raid", msg("Risks, assumptions, issues, dependencies"), Permission.PROJECT_READ, raid),
        Table("indicators", msg("Indicators"), Permission.INDICATOR_READ, indicators),
        Table("measurements", msg("Values of indicators"), Permission.INDICATOR_READ, measurements),
        Table("findings", msg("Alerts"), Permission.ALERT_READ, findings),
        Table("actions", msg("Actions"), Permission.ACTION_READ, actions),
        Table("decisions", msg("Decisions"), Permission.DECISION_READ, decisions),
    )
}
