"""The status of projects, programmes and portfolios: what pages, files and reports show, restricted to what the actor may see.

A list costs the same few statements whatever its length. Everything follows `?as_of=`; rules and grants are those of now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Select, case, null, select

from pmo.committees.chasing_queries import asked_at_cut_off
from pmo.committees.queries import meetings_around
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.visibility import within
from pmo.portfolio.models import Programme, Project
from pmo.rules.logic import RuleBook
from pmo.rules.queries import rule_book
from pmo.schedule.logic import slippage
from pmo.status.amounts import bound_percent, over_percent
from pmo.status.asking import Selection, Sorting
from pmo.status.colours import Situation, colours
from pmo.status.facts import Known, facts_about
from pmo.status.logic.health import AllLimits, Declared, Facts, Money, Risks
from pmo.status.logic.parts import health_of, limits_of
from pmo.status.logic.rollup import ProgrammeRollUp, roll_up
from pmo.status.logic.statuses import ProjectStatus, milestone_status
from pmo.status.overrides import columns as override_columns
from pmo.status.overrides import override_of, running
from pmo.status.selecting import Manager, filtered, scope
from pmo.status.selecting import needs_colours as selection_needs_colours
from pmo.status.sorting import needs_colours as sorting_needs_colours
from pmo.status.sorting import ordering
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

EVERYTHING, BY_PROGRAMME = Selection(), Sorting()


def situation(actor: Actor, rules: RuleBook | None = None) -> Situation:
    """Today, the rules, and the committee days that changes and due milestones are measured by: two statements."""
    today = clock.today()
    book = rules or rule_book(today)
    around = meetings_around(actor, today)
    since = around.last.held_on if around.last else today - timedelta(days=book.days("status.recent_change"))
    return Situation(today, book, since, around.next.held_on if around.next else None)


def project_statuses(
    actor: Actor,
    chosen: Selection = EVERYTHING,
    sorting: Sorting = BY_PROGRAMME,
    *,
    at: Situation | None = None,
    permission: Permission = Permission.PROJECT_READ,
) -> list[ProjectStatus]:
    """Every project of the selection, in order: five statements, two more without `at`. For files and reports."""
    at = at or situation(actor)
    query, keys = _query(actor, chosen, sorting, at, permission)
    return _statuses(db.session.execute(ordered(query, keys)).all(), at)


def status_page(
    actor: Actor, chosen: Selection, sorting: Sorting, cursor: Cursor | None, size: int, at: Situation
) -> Page[ProjectStatus]:
    """One page of them, at the same cost as one row: five statements."""
    query, keys = _query(actor, chosen, sorting, at, Permission.PROJECT_READ)
    sorted_by = [key.column.label(f"key_{number}") for number, key in enumerate(keys)]
    rows = db.session.execute(paged(query.add_columns(*sorted_by), keys, cursor, size)).all()
    page = cut(rows, cursor, size, lambda row: tuple(getattr(row, f"key_{number}") for number in range(len(keys))))
    return Page(tuple(_statuses(page.rows, at)), page.next, page.previous)


def project_status(actor: Actor, project_id: int, *, at: Situation | None = None) -> ProjectStatus:
    """One project, open or closed. Raises NotFound for one the actor may not see."""
    found = project_statuses(actor, Selection(project_ids=(project_id,), state=None), at=at)
    if not found:
        raise NotFound
    return found[0]


@dataclass(frozen=True, slots=True)
class ProgrammeHead:
    """A programme itself, beside what its projects make of it."""

    id: int
    portfolio_id: int
    code: str
    name: str
    description: str
    organisation: str
    manager_name: str


def programme_head(programme_id: int) -> ProgrammeHead:
    """Raises NotFound; the caller asks for the permission."""
    p = Programme
    query = select(p.id, p.portfolio_id, p.code, p.name, p.description, p.organisation, Person.name.label("manager"))
    row = db.session.execute(query.outerjoin(Person, Person.id == p.manager_id).where(p.id == programme_id)).first()
    if row is None:
        raise NotFound
    return ProgrammeHead(row.id, row.portfolio_id, row.code, row.name, row.description, row.organisation, row.manager or "")


def programme_roll_up(
    actor: Actor, programme_id: int, *, at: Situation | None = None, permission: Permission = Permission.PROJECT_READ
) -> ProgrammeRollUp:
    """What the open projects of a programme that this person may see add up to."""
    return roll_up(project_statuses(actor, Selection(programme_id=programme_id), at=at, permission=permission))


def _query(
    actor: Actor, chosen: Selection, sorting: Sorting, at: Situation, permission: Permission
) -> tuple[Select[Any], tuple[Key, ...]]:
    """Projects with programme, manager, override and what they are sorted by; colours are joined only where something asks."""
    c = colours(at)
    order, override = ordering(sorting, c), running(at.today).subquery("running_override")
    query = (
        select(*_columns(actor), *override_columns(override), asked_at_cut_off(at.today).label("asked_at"))
        .join(Programme, Programme.id == Project.programme_id)
        .outerjoin(Manager, Manager.id == Project.manager_id)
        .outerjoin(override, override.c.project_id == Project.id)
        .where(*scope(actor, chosen, permission), *filtered(actor, chosen, at, c))
    )
    if selection_needs_colours(chosen) or sorting_needs_colours(sorting):
        query = query.join(c, c.c.id == Project.id)
    if order.source is not None:
        query = query.outerjoin(order.source, order.source.c.project_id == Project.id)
    return query, order.keys


def _columns(actor: Actor) -> list[Any]:
    """Amounts leave the database only for whoever may see them; how far the forecast is over the budget decides a colour."""
    is_shown = within(
        actor, Permission.MONEY_READ, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id
    )
    p = Project
    amounts = [
        case((is_shown, amount), else_=null()).label(amount.key) for amount in (p.budget, p.spent, p.committed, p.forecast_cost)
    ]
    plain = (
        p.id,
        p.portfolio_id,
        p.programme_id,
        p.code,
        p.name,
        p.kind,
        p.method,
        p.phase,
        p.state,
        p.manager_id,
        p.sponsor,
        p.confirmed_at,
    )
    limits = (p.tolerance_days, p.tolerance_percent, p.currency)
    names = (Programme.code.label("programme_code"), Programme.name.label("programme_name"), Manager.name.label("manager_name"))
    return [
        *plain,
        *limits,
        *names,
        *amounts,
        is_shown.label("is_shown"),
        over_percent().label("over"),
        bound_percent().label("bound"),
    ]


def _statuses(rows: Sequence[Any], at: Situation) -> list[ProjectStatus]:
    known = facts_about([row.id for row in rows])
    usual = lru_cache(partial(limits_of, at.rules))  # most projects share theirs
    return [_status(row, known, at, usual(row.programme_id, row.tolerance_days, row.tolerance_percent)) for row in rows]


def _status(row: Any, known: Known, at: Situation, limits: AllLimits) -> ProjectStatus:
    milestones = known.milestones.get(row.id, ())
    declared = known.declared.get(row.id, Declared())
    money = Money(row.currency, row.budget, row.spent, row.forecast_cost, row.over, row.is_shown, row.committed, row.bound)
    facts = Facts(milestones, money, known.risks.get(row.id, Risks()), declared, override_of(row))
    health = health_of(facts, limits, at.today, known.marks.get(row.id))
    counted = [milestone for milestone in milestones if milestone.cancelled_on is None]
    coming, last = slippage.next_open(counted), slippage.last(counted)
    updated_at = max(filter(None, (declared.stated_at, row.confirmed_at)), default=None)
    return ProjectStatus(
        id=row.id,
        portfolio_id=row.portfolio_id,
        programme_id=row.programme_id,
        programme_code=row.programme_code,
        programme_name=row.programme_name,
        code=row.code,
        name=row.name,
        kind=row.kind,
        method=row.method,
        phase=row.phase,
        state=row.state,
        manager_id=row.manager_id,
        manager_name=row.manager_name or "",
        sponsor=row.sponsor,
        health=health,
        next_milestone=milestone_status(coming, limits.schedule, at.today) if coming else None,
        end=milestone_status(last, limits.schedule, at.today) if last else None,
        money=money,
        updated_at=updated_at,
        updated_on=clock.local(updated_at).date() if updated_at else None,
        is_stale=updated_at is None or updated_at < at.stale_before,
        is_silent=row.asked_at is not None and (updated_at is None or updated_at < row.asked_at),
        weight_reached=sum((m.weight for m in counted if m.actual is not None), Decimal(0)),
        weight_all=sum((m.weight for m in counted), Decimal(0)),
        move=health.move(at.since),
    )
