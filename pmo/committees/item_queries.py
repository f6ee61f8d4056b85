"""Reads of actions, restricted to what the actor may see and to what is theirs to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from pmo.committees.decision_queries import seen, with_about
from pmo.committees.logic.decisions import ActionState, days_late, state_of
from pmo.committees.models import ActionItem, Committee, Decision, Meeting
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.web.filters import Folded, containing
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

STILL_OPEN = and_(ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None))
IS_OVER = case((STILL_OPEN, 0), else_=1)
KEYS: Mapping[str, tuple[Key, ...]] = {
    "": (Key(IS_OVER), Key(ActionItem.due)),
    "code": (Key(ActionItem.code),),
    "what": (Key(ActionItem.what_key),),
    "owner": (Key(Person.name_key),),
    "due": (Key(ActionItem.due),),
    "about": (Key(func.coalesce(Project.code, "")),),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list is asked for; empty means all, `state` empty means open."""

    words: str = ""
    state: str = ""
    committee: str = ""
    is_mine: bool = False
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of the list; `sort` is where it stands in the order asked for."""

    item: ActionItem
    today: date
    sort: tuple[Any, ...] = ()

    @property
    def state(self) -> ActionState:
        return state_of(self.item.due, self.item.done_on, self.item.cancelled_on, self.today)

    @property
    def days_late(self) -> int | None:
        return days_late(self.item.due, self.item.done_on, self.item.cancelled_on, self.today)

    @property
    def origin(self) -> str:
        """The code of the decision, if it follows from one."""
        return self.item.decision.code if self.item.decision else ""


def item(item_id: int) -> ActionItem:
    """Raises NotFound; the caller asks for the permission."""
    found: ActionItem | None = db.session.scalar(_rows(select(ActionItem)).where(ActionItem.id == item_id))
    if found is None:
        raise NotFound
    return found


def items(actor: Actor, asked: Asked, today: date, order: tuple[Key, ...], cursor: Cursor | None, size: int) -> Page[ItemRow]:
    """One page of the list: one statement."""
    keys = (*order, Key(ActionItem.id))
    found = db.session.execute(paged(_wanted(actor, asked, today, keys), keys, cursor, size)).all()
    rows = [ItemRow(row[0], today, tuple(row[1:])) for row in found]
    return cut(rows, cursor, size, lambda row: row.sort)


def all_items(actor: Actor, asked: Asked, today: date, order: tuple[Key, ...]) -> list[ItemRow]:
    """All of it in the same order: for files."""
    keys = (*order, Key(ActionItem.id))
    return [ItemRow(row[0], today) for row in db.session.execute(ordered(_wanted(actor, asked, today, keys), keys))]


def order_of(sort: str, is_descending: bool) -> tuple[Key, ...]:
    return tuple(Key(key.column, key.is_descending != is_descending) for key in KEYS.get(sort, KEYS[""]))


def counts(actor: Actor, today: date) -> tuple[int, int, int]:
    """Open ones, those of them that are late, and those that are the actor's own."""
    late, mine = ActionItem.due < today, ActionItem.owner_id == actor.person_id
    numbers = (func.count(), func.count().filter(late), func.count().filter(mine))
    query = select(*numbers).select_from(ActionItem).join(Committee, Committee.id == ActionItem.committee_id)
    row = db.session.execute(
        query.outerjoin(Project, Project.id == ActionItem.project_id).where(action_seen(actor), STILL_OPEN)
    ).one()
    return row[0], row[1], row[2]


def given_in(meeting_id: int, actor: Actor, today: date) -> list[ItemRow]:
    """What a meeting wanted done, whatever became of it."""
    query = _rows(select(ActionItem)).where(action_seen(actor), ActionItem.meeting_id == meeting_id)
    return [ItemRow(row, today) for row in db.session.scalars(query.order_by(ActionItem.due, ActionItem.id))]


def still_open(committee_id: int, before: date, actor: Actor, today: date) -> list[ItemRow]:
    """What meetings before that day wanted done and is not done."""
    query = _rows(select(ActionItem)).join(Meeting, Meeting.id == ActionItem.meeting_id)
    chosen = query.where(action_seen(actor), STILL_OPEN, ActionItem.committee_id == committee_id, Meeting.held_on < before)
    return [ItemRow(row, today) for row in db.session.scalars(chosen.order_by(ActionItem.due, ActionItem.id))]


def open_about(project_id: int, actor: Actor, today: date) -> list[ItemRow]:
    """What is not done yet for one project: what is due first comes first."""
    query = _rows(select(ActionItem)).where(action_seen(actor), STILL_OPEN, ActionItem.project_id == project_id)
    return [ItemRow(row, today) for row in db.session.scalars(query.order_by(ActionItem.due, ActionItem.id))]


def to_do(actor: Actor, today: date) -> list[ItemRow]:
    """What this person was asked to do and has not done, what is due first on top: one statement."""
    query = _rows(select(ActionItem)).where(STILL_OPEN, ActionItem.owner_id == actor.person_id)
    return [ItemRow(row, today) for row in db.session.scalars(query.order_by(ActionItem.due, ActionItem.id))]


def following(decision_id: int, today: date) -> list[ItemRow]:
    """Of one decision; whoever sees it sees them."""
    query = _rows(select(ActionItem)).where(ActionItem.decision_id == decision_id)
    return [ItemRow(row, today) for row in db.session.scalars(query.order_by(ActionItem.due, ActionItem.id))]


def _wanted(actor: Actor, asked: Asked, today: date, keys: tuple[Key, ...]) -> Select[Any]:
    columns = [key.column.label(f"sort_{number}") for number, key in enumerate(keys)]
    words = containing(
        asked.words.split(), ActionItem.code, Folded(ActionItem.what_key), Folded(Person.name_key), Project.code, Decision.code
    )
    query = _rows(select(ActionItem, *columns)).outerjoin(Decision, Decision.id == ActionItem.decision_id)
    return query.where(action_seen(actor), *words, *_chosen(actor, asked, today))


def _chosen(actor: Actor, asked: Asked, today: date) -> list[ColumnElement[bool]]:
    pairs = (
        (asked.state == "", STILL_OPEN),
        (asked.state == ActionState.DONE, ActionItem.done_on.is_not(None)),
        (asked.state == ActionState.CANCELLED, ActionItem.cancelled_on.is_not(None)),
        (asked.committee, Committee.code == asked.committee),
        (asked.is_mine, ActionItem.owner_id == actor.person_id),
        (asked.is_overdue, and_(STILL_OPEN, ActionItem.due < today)),
    )
    return [condition for applies, condition in pairs if applies]


def _rows(query: Select[Any]) -> Select[Any]:
    """With owner, decision and what it is about."""
    return (
        with_about(query, ActionItem)
        .join(Person, Person.id == ActionItem.owner_id)
        .options(contains_eager(ActionItem.owner), joinedload(ActionItem.decision))
    )


def action_seen(actor: Actor) -> ColumnElement[bool]:
    """What the actor's grants cover, and what they were asked to do themselves."""
    return or_(seen(actor, Permission.ACTION_READ, ActionItem), ActionItem.owner_id == actor.person_id)
