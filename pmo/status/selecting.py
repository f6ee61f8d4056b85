"""Which projects a page is about, as conditions of its queries; the fields of their filter language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, any_, func, literal, or_, select
from sqlalchemy.orm import aliased

from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.portfolio.logic import DIMENSION_NAMES, Dimension, Kind, Method, Phase
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.schedule.models import Milestone
from pmo.status.asking import STATUS_RANKS, Selection, View
from pmo.status.colours import Situation, is_changed, is_due, is_overridden, is_said_better, is_stale
from pmo.web import filters
from pmo.web.filters import Field, Folded

Manager = aliased(Person, name="manager")
Owner = aliased(Person, name="owner")
WITHOUT_COLOURS = frozenset({"programme", "code", "owner", "late", "kind", "method", "phase", "tag", "sponsor"})
PARTS = (Dimension.SCHEDULE, Dimension.COST, Dimension.SCOPE, Dimension.RESOURCES, Dimension.QUALITY)
RANKS = {"green": 0, "amber": 2, "red": 4, "grey": None}


def scope(actor: Actor, chosen: Selection, permission: Permission = Permission.PROJECT_READ) -> list[ColumnElement[bool]]:
    """What may be seen, within the portfolio or programme meant: the restriction of every statement."""
    wanted: list[ColumnElement[bool]] = [Project.id.in_(visible_projects(actor, permission))]
    if chosen.portfolio_id is not None:
        wanted.append(Project.portfolio_id == chosen.portfolio_id)
    if chosen.programme_id is not None:
        wanted.append(Project.programme_id == chosen.programme_id)
    if chosen.project_ids is not None:
        wanted.append(Project.id.in_(chosen.project_ids))
    if chosen.state is not None:
        wanted.append(Project.state == chosen.state.value)
    return wanted


def filtered(actor: Actor, chosen: Selection, at: Situation, c: CTE) -> list[ColumnElement[bool]]:
    """What tab, filters and words leave of them. Raises Invalid for a filter that cannot be understood."""
    wanted = filters.containing(
        chosen.query.words, Folded(Project.name_key), Project.code, Folded(Programme.name_key), Folded(Manager.name_key)
    )
    wanted += filters.conditions(chosen.query, fields(actor, at, c))
    if chosen.programme_code:
        wanted.append(func.upper(Programme.code) == chosen.programme_code.upper())
    if chosen.manager_id is not None:
        wanted.append(Project.manager_id == chosen.manager_id)
    if chosen.status:
        wanted.append(has_status(c, chosen.status))
    if chosen.view is not View.ALL:
        wanted.append(view_condition(chosen.view, c, at))
    return wanted


def needs_colours(chosen: Selection) -> bool:
    """Whether a page can be cut from the list before any colour is computed."""
    return chosen.view is not View.ALL or bool(chosen.status) or bool(chosen.query.fields - WITHOUT_COLOURS)


def has_status(c: CTE, word: str) -> ColumnElement[bool]:
    ranks = STATUS_RANKS.get(word, ())
    return or_(literal(False), *(c.c.overall.is_(None) if rank is None else c.c.overall == rank for rank in ranks))


def view_condition(view: View, c: CTE, at: Situation) -> ColumnElement[bool]:
    return {
        View.ALL: literal(True),
        View.NOT_GREEN: c.c.overall > 0,
        View.SAID: is_said_better(c),
        View.DUE: is_due(c, at),
        View.CHANGED: is_changed(c, at),
        View.STALE: is_stale(c, at),
        View.OVERRIDDEN: is_overridden(c),
    }[view]


def fields(actor: Actor, at: Situation, c: CTE) -> Mapping[str, Field]:
    """The filter language of a list of projects; `risk` is the level of the worst open risk."""
    parts = {p.value: Field(DIMENSION_NAMES[p], f"{p.value}:red", filters.choice(c.c[p.value], RANKS)) for p in PARTS}
    me = actor.person_id
    return parts | {
        "programme": Field(msg("Programme"), "programme:ONCO", filters.text(Programme.code, Folded(Programme.name_key))),
        "code": Field(msg("Code"), "code:PAC-01", filters.text(Project.code)),
        "status": Field(msg("Overall status"), "status:red,amber", _status(c)),
        "risk": Field(msg("Worst open risk"), "risk>=15", filters.number(c.c.risk_level)),
        "slip": Field(msg("Worst slip to baseline"), "slip>30", filters.number(c.c.to_baseline)),
        "told": Field(msg("Worst slip to commitment"), "told>0", filters.number(c.c.to_commitment)),
        "due": Field(msg("Next milestone"), "due<=today+14", filters.day(c.c.next_forecast, at.today)),
        "late": Field(msg("Overdue milestones of"), "late:me", filters.person(me, lambda fits: _late(at, fits))),
        "owner": Field(msg("Manager"), "owner:me", filters.person(me, lambda fits: fits(Project.manager_id, Manager.name_key))),
        "said": Field(msg("Declared better than computed"), "said:yes", filters.yes(is_said_better(c))),
        "stale": Field(msg("Without recent update"), "stale:yes", filters.yes(is_stale(c, at))),
        "overridden": Field(msg("Overall colour overridden by the PMO"), "overridden:yes", filters.yes(is_overridden(c))),
        "changed": Field(msg("Changed since the last committee"), "changed:yes", filters.yes(is_changed(c, at))),
        "kind": Field(msg("Kind"), "kind:medical", filters.choice(Project.kind, _words(Kind))),
        "method": Field(msg("Method"), "method:agile", filters.choice(Project.method, _words(Method))),
        "phase": Field(msg("Phase"), "phase:planning", filters.choice(Project.phase, _words(Phase))),
        "sponsor": Field(msg("Sponsor"), 'sponsor:"Medical Director"', filters.text(Project.sponsor)),
        "tag": Field(msg("Tag"), "tag:launch", lambda _op, value: literal(value) == any_(Project.tags)),
    }


def _words(vocabulary: type[Kind] | type[Method] | type[Phase]) -> dict[str, str]:
    return {word.value: word.value for word in vocabulary}


def _status(c: CTE) -> filters.Compare:
    is_known = filters.choice(literal(""), {word: word for word in STATUS_RANKS})

    def compare(op: filters.Op, value: str) -> ColumnElement[bool]:
        is_known(op, value)
        return has_status(c, value.lower())

    return compare


def _late(at: Situation, fits: Any) -> ColumnElement[bool]:
    """Projects with an overdue milestone of this person: its owner, or the project's manager where it has none."""
    overdue = (
        select(Milestone.id)
        .outerjoin(Owner, Owner.id == Milestone.owner_id)
        .where(Milestone.project_id == Project.id, Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
        .where(Milestone.forecast < at.today)
    )
    own = overdue.where(fits(Milestone.owner_id, Owner.name_key))
    nobodys = overdue.where(Milestone.owner_id.is_(None))
    return or_(own.exists(), and_(nobodys.exists(), fits(Project.manager_id, Manager.name_key)))
