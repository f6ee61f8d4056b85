"""What is found for a few words: projects, milestones, items, changes, gates, decisions, actions; only what the actor may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, cast, func, literal, null, select, union_all

from pmo.changes.models import ChangeRequest
from pmo.committees.decision_queries import Table, request_seen, seen
from pmo.committees.item_queries import action_seen
from pmo.committees.models import ActionItem, Committee, Decision, DecisionRequest
from pmo.db import db
from pmo.gates.models import Gate
from pmo.kernel.permissions import Actor, Permission
from pmo.kernel.sorting import name_key
from pmo.people.visibility import within
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.models import RaidItem
from pmo.schedule.models import Milestone
from pmo.web.filters import Folded, containing

OF_A_KIND = 7  # found of each kind at the most; more letters find more exactly
LONGEST = 100  # characters that are looked for


class Kind(StrEnum):
    """In the order of the results."""

    PROJECT = "project"
    MILESTONE = "milestone"
    ITEM = "item"
    PROGRAMME = "programme"
    COMMITTEE = "committee"
    CHANGE = "change"
    GATE = "gate"
    REQUEST = "request"
    DECISION = "decision"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `belongs_to` is the code of its project, `day` the one that matters: reached or expected, due."""

    kind: Kind
    id: int
    project_id: int | None
    name: str
    code: str
    belongs_to: str
    day: date | None


@dataclass(frozen=True, slots=True)
class _Source:
    """A table that is searched: its columns, where words may occur, what the actor may see of it."""

    kind: Kind
    id: Any
    name: Any
    code: Any
    words_in: tuple[Any, ...]
    seen: ColumnElement[bool]
    project_id: Any = None
    belongs_to: Any = None
    day: Any = None
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query


def search(actor: Actor, typed: str) -> list[Hit]:
    """One statement. Every word has to occur in a name or a code; exact codes come first, then beginnings of names."""
    words = typed[:LONGEST].split()
    if not words:
        return []
    found = union_all(*(select(_matching(source, words).subquery()) for source in _sources(actor)))
    order = list(Kind)
    rows = sorted(db.session.execute(found), key=lambda row: (order.index(Kind(row.kind)), row.rank, row.name, row.id))
    return [Hit(Kind(row.kind), row.id, row.project_id, row.name, row.code, row.belongs_to, row.day) for row in rows]


def _sources(actor: Actor) -> tuple[_Source, ...]:
    mine = Project.id.in_(visible_projects(actor))
    of_project: dict[str, Any] = {"project_id": Project.id, "belongs_to": Project.code, "joined": _of_project, "seen": mine}
    programme = within(actor, Permission.PROJECT_READ, portfolio=Programme.portfolio_id, programme=Programme.id)
    committee = within(actor, Permission.COMMITTEE_READ, portfolio=Committee.portfolio_id, programme=Committee.programme_id)
    day = func.coalesce(Milestone.actual, Milestone.forecast)
    in_project, in_milestone = (Folded(Project.name_key), Project.code), (Folded(Milestone.name_key), Project.code)
    in_item, in_programme = (
        (Folded(RaidItem.title_key), RaidItem.code, Project.code),
        (Folded(Programme.name_key), Programme.code),
    )
    in_committee = (Committee.name, Committee.code)
    return (
        _Source(Kind.PROJECT, Project.id, Project.name, Project.code, in_project, mine, Project.id),
        _Source(Kind.MILESTONE, Milestone.id, Milestone.name, literal(""), in_milestone, day=day, **of_project),
        _Source(Kind.ITEM, RaidItem.id, RaidItem.title, RaidItem.code, in_item, day=RaidItem.due, **of_project),
        _Source(Kind.PROGRAMME, Programme.id, Programme.name, Programme.code, in_programme, programme),
        _Source(Kind.COMMITTEE, Committee.id, Committee.name, Committee.code, in_committee, committee),
        _Source(
            Kind.CHANGE, ChangeRequest.id, ChangeRequest.title, ChangeRequest.code,
            (ChangeRequest.title, ChangeRequest.code, Project.code), **of_project,
        ),
        _Source(Kind.GATE, Gate.id, Gate.name, Gate.code, (Gate.name, Gate.code, Project.code), **of_project),
        _of_committee(Kind.REQUEST, DecisionRequest, DecisionRequest.question, request_seen(actor)),
        _of_committee(Kind.DECISION, Decision, Decision.text, seen(actor, Permission.DECISION_READ, Decision)),
        _of_committee(Kind.ACTION, ActionItem, ActionItem.what, action_seen(actor), ActionItem.due, ActionItem.what_key),
    )  # fmt: skip


def _of_project(query: Select[Any]) -> Select[Any]:
    return query.join(Project)


def _of_committee(kind: Kind, table: Table, name: Any, seen_by: ColumnElement[bool], day: Any = None, key: Any = None) -> _Source:
    def joined(query: Select[Any]) -> Select[Any]:
        query = query.join(Committee, Committee.id == table.committee_id)
        return query.outerjoin(Project, Project.id == table.project_id)

    about = func.coalesce(Project.code, Committee.code)
    words_in = (name if key is None else Folded(key), table.code, about)
    return _Source(kind, table.id, name, table.code, words_in, seen_by, None, about, day, joined)


def _matching(source: _Source, words: Sequence[str]) -> Select[Any]:
    """The best few of one table; those that were archived are still found, they are only not listed any more."""
    said = " ".join(words)
    starts = func.lower(source.name).startswith(name_key(said), autoescape=True)
    rank = case((func.lower(source.code) == said.lower(), 0), (starts, 1), else_=2).label("rank")
    query = select(
        literal(source.kind.value).label("kind"),
        source.id.label("id"),
        (cast(null(), source.id.type) if source.project_id is None else source.project_id).label("project_id"),
        source.name.label("name"),
        source.code.label("code"),
        (literal("") if source.belongs_to is None else source.belongs_to).label("belongs_to"),
        cast(null() if source.day is None else source.day, Date).label("day"),
        rank,
    )
    query = source.joined(query)
    return query.where(source.seen, *containing(words, *source.words_in)).order_by(rank, source.name, source.id).limit(OF_A_KIND)
