"""Reads of the register, restricted to what the actor may see."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor
from pmo.people.models import Person
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.logic import Bands, Level, RaidStatus, RaidType
from pmo.raid.models import RaidItem
from pmo.raid.register_filter import LEVEL, NEARNESS, STILL_OPEN, Asked, overdue, wanted
from pmo.rules.logic import RuleBook
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

NO_DAY, NEVER = date(9999, 12, 31), date(1, 1, 1)
DUE = func.coalesce(RaidItem.due, NO_DAY)
TYPE_ORDER = {RaidType.RISK: 1, RaidType.ISSUE: 2, RaidType.DEPENDENCY: 3, RaidType.ASSUMPTION: 4}
TYPE_RANK = case(*((RaidItem.type == kind.value, rank) for kind, rank in TYPE_ORDER.items()), else_=9)
OWNER_KEY = func.coalesce(Person.name_key, "\uffff")
KEYS: Mapping[str, tuple[Key, ...]] = {
    "": (Key(TYPE_RANK), Key(LEVEL, is_descending=True), Key(DUE)),
    "level": (Key(LEVEL),),
    "item": (Key(RaidItem.title_key),),
    "project": (Key(Project.code),),
    "owner": (Key(OWNER_KEY),),
    "due": (Key(DUE),),
    "raised": (Key(RaidItem.raised_on),),
    "state": (Key(RaidItem.status),),
    "proximity": (Key(NEARNESS),),
}


@dataclass(frozen=True, slots=True)
class RaidRow:
    """A line of the register; `sort` is where it stands in the order asked for."""

    item: RaidItem
    project: Project
    programme: Programme
    owner: str
    sort: tuple[Any, ...]

    @property
    def type(self) -> RaidType:
        return RaidType(self.item.type)

    @property
    def status(self) -> RaidStatus:
        return RaidStatus(self.item.status)

    def days_late(self, today: date) -> int | None:
        """Calendar days after its due day, while it is open."""
        if self.item.closed_on is not None or self.item.due is None or self.item.due >= today:
            return None
        return (today - self.item.due).days

    def days_open(self, today: date) -> int:
        return ((self.item.closed_on or today) - self.item.raised_on).days


def item(item_id: int) -> RaidItem:
    """With its project, in one statement. Raises NotFound."""
    query = select(RaidItem).join(RaidItem.project).options(contains_eager(RaidItem.project)).where(RaidItem.id == item_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def lineage(raid_item: RaidItem) -> tuple[RaidItem | None, list[RaidItem]]:
    """The item it came from, and what came of it: all in one project, in one statement."""
    came = RaidItem.source_id == raid_item.id
    near = or_(RaidItem.id == raid_item.source_id, came) if raid_item.source_id else came
    found = list(db.session.scalars(select(RaidItem).where(near).order_by(RaidItem.id)))
    source = next((one for one in found if one.id == raid_item.source_id), None)
    return source, [one for one in found if one.source_id == raid_item.id]


def escalated_in(project_ids: Collection[int]) -> list[RaidRow]:
    """Open items that these projects escalated: what waits for an answer first, then the oldest."""
    keys = (Key(func.coalesce(RaidItem.answered_on, NEVER)), Key(RaidItem.escalated_on), Key(RaidItem.id))
    query = _joined(keys).where(RaidItem.project_id.in_(project_ids), RaidItem.escalated_to != Level.PROJECT.value, STILL_OPEN)
    return [_row(row, len(keys)) for row in db.session.execute(ordered(query, keys))]


def items(ids: Collection[int], actor: Actor) -> list[RaidItem]:
    """Those of `ids` that the actor may see, with their projects, locked until the transaction ends."""
    query = select(RaidItem).join(RaidItem.project).options(contains_eager(RaidItem.project))
    seen = query.where(RaidItem.id.in_(ids), RaidItem.project_id.in_(visible_projects(actor))).order_by(RaidItem.id)
    return list(db.session.scalars(seen))


def register(actor: Actor, asked: Asked, today: date, order: tuple[Key, ...], cursor: Cursor | None, size: int) -> Page[RaidRow]:
    """One page of the register: one statement."""
    keys = (*order, Key(RaidItem.id))
    found = db.session.execute(paged(_rows(actor, asked, today, keys), keys, cursor, size)).all()
    rows = [_row(row, len(keys)) for row in found]
    return cut(rows, cursor, size, lambda row: row.sort)


def whole(actor: Actor, asked: Asked, today: date, order: tuple[Key, ...]) -> list[RaidRow]:
    """All of it in the same order: for files."""
    keys = (*order, Key(RaidItem.id))
    return [_row(row, len(keys)) for row in db.session.execute(ordered(_rows(actor, asked, today, keys), keys))]


def order_of(sort: str, is_descending: bool) -> tuple[Key, ...]:
    """The keys of a column; the other way round on request."""
    return tuple(Key(key.column, key.is_descending != is_descending) for key in KEYS.get(sort, KEYS[""]))


def counts(actor: Actor, asked: Asked, today: date) -> dict[str, int]:
    """How many there are of each type under the other filters, of all, and of those overdue; in how many projects."""
    others = replace(asked, type="", probability=None, impact=None, left=None)
    numbers = (func.count(), func.count().filter(overdue(today)))
    query = _from(RaidItem.type, Project.id, *numbers).where(*wanted(actor, others, today)).group_by(RaidItem.type, Project.id)
    rows = db.session.execute(query).all()
    found = Counter[str]()
    for kind, _project, number_of, late in rows:
        found += Counter({kind: number_of, "all": number_of, "overdue": late})
    return {**found, "projects": len({row[1] for row in rows})}


def heat(actor: Actor, asked: Asked, today: date, *, residual: bool = False) -> Counter[tuple[int | None, int | None]]:
    """Risks by likelihood and impact, under the other filters; what lacks one of them is counted too, outside the map.

    `residual`: by what is left of them after their response.
    """
    others = replace(asked, type=RaidType.RISK.value, probability=None, impact=None, left=None)
    cell = (RaidItem.residual_probability, RaidItem.residual_impact) if residual else (RaidItem.probability, RaidItem.impact)
    query = _from(*cell, func.count()).where(*wanted(actor, others, today)).group_by(*cell)
    return Counter({(row[0], row[1]): row[2] for row in db.session.execute(query)})


def top_of(project_id: int, limit: int = 5) -> list[RaidRow]:
    """The open items of a project that matter most: by level, then by due day."""
    keys = (Key(LEVEL, is_descending=True), Key(DUE), Key(RaidItem.id))
    query = _joined(keys).where(RaidItem.project_id == project_id, STILL_OPEN)
    return [_row(row, len(keys)) for row in db.session.execute(ordered(query, keys).limit(limit))]


def recent(project_id: int, limit: int) -> list[RaidItem]:
    """Items raised or ended last."""
    last = func.coalesce(RaidItem.closed_on, RaidItem.raised_on)
    query = select(RaidItem).where(RaidItem.project_id == project_id).order_by(last.desc(), RaidItem.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def count_open(project_id: int) -> int:
    query = select(func.count()).select_from(RaidItem).where(RaidItem.project_id == project_id, STILL_OPEN)
    return db.session.scalar(query) or 0


def places(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Programmes and projects to filter by, as (code, name): those with something the actor may see."""
    query = select(Programme.code, Programme.name, Project.code, Project.name).join(Project, Project.programme_id == Programme.id)
    seen = query.where(Project.id.in_(visible_projects(actor)), Project.id.in_(select(RaidItem.project_id)))
    rows = db.session.execute(seen.order_by(Programme.position, Programme.id, Project.code)).all()
    programmes = dict.fromkeys((row[0], row[1]) for row in rows)
    return list(programmes), [(row[2], row[3]) for row in rows]


def owner_names(actor: Actor) -> list[tuple[str, str]]:
    """Owners of items the actor may see, as (id, name)."""
    query = select(Person.id, Person.name).join(RaidItem, RaidItem.owner_id == Person.id).distinct()
    rows = db.session.execute(query.where(RaidItem.project_id.in_(visible_projects(actor))).order_by(Person.name, Person.id))
    return [(str(row[0]), row[1]) for row in rows]


def bands_of(rules: RuleBook) -> Bands:
    names = ("risk.band.green_to", "risk.band.red_from", "risk.committee_from")
    return Bands(*(rules.days(name) for name in names))


def _rows(actor: Actor, asked: Asked, today: date, keys: tuple[Key, ...]) -> Select[Any]:
    return _joined(keys).where(*wanted(actor, asked, today))


def _joined(keys: tuple[Key, ...]) -> Select[Any]:
    columns = [key.column.label(f"sort_{number}") for number, key in enumerate(keys)]
    return _from(RaidItem, Project, Programme, Person.name, *columns)


def _from(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(RaidItem)
        .join(Project, Project.id == RaidItem.project_id)
        .join(Programme, Programme.id == Project.programme_id)
        .outerjoin(Person, Person.id == RaidItem.owner_id)
    )


def _row(row: Any, width: int) -> RaidRow:
    return RaidRow(row[0], row[1], row[2], row[3] or "", tuple(row[-width:]))
