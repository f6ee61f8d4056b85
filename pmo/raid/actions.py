"""What people do to the register. Each function is one verb: checked, not committed."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.db import author, db, fresh, holds_from
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission, may
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.people.queries import actor_of_person
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.raid.logic import FOLLOWS, OWN, STATUSES, Confidence, Proximity, RaidStatus, RaidType, Response, Review, first_status
from pmo.raid.models import RaidItem

CHANGED = msg("Somebody else changed this item while you were looking at it.")
NUMBERED = re.compile(r"[RAID]-(\d{1,6})")
HIGHEST = 5


@dataclass(frozen=True, slots=True)
class Item:
    """What a person or a list says about an item. `due` is when the response is done, the test is made, the thing is needed."""

    title: str
    description: str = ""
    category: str = ""
    probability: int | None = None
    impact: int | None = None
    owner_id: int | None = None
    due: date | None = None
    response: Response = Response.NONE
    response_text: str = ""
    status: RaidStatus | None = None
    other_party: str = ""
    residual_probability: int | None = None
    residual_impact: int | None = None
    trigger: str = ""
    proximity: Proximity = Proximity.NONE
    identified_by: str = ""
    raised_on: date | None = None  # when it was identified; none: as it is, or today
    confidence: Confidence = Confidence.NONE
    if_false: str = ""
    validator_id: int | None = None


def add(
    project: Project, kind: RaidType, item: Item, *, code: str = "", raised_on: date | None = None, external_id: str | None = None
) -> RaidItem:
    """A new item with the next number of its type in the project. Raises Invalid, Conflict."""
    _answers([project], item.owner_id)
    return _add(project, kind, item, code=code, raised_on=raised_on, external_id=external_id)


def _add(
    project: Project, kind: RaidType, item: Item, *, code: str = "", raised_on: date | None = None, external_id: str | None = None
) -> RaidItem:
    hold(project)
    if project.state != State.OPEN:
        raise Conflict(msg("The project is not open any more, so nothing is added to its register."))
    _fits(kind, item)
    taken = set(db.session.scalars(select(RaidItem.code).where(RaidItem.project_id == project.id)))
    if code in taken:
        raise Invalid({"code": msg("Another item of this project has this code.")})
    raid_item = RaidItem(
        project_id=project.id,
        type=kind.value,
        code=code or next_code(kind, taken),
        raised_on=raised_on or item.raised_on or clock.local(holds_from()).date(),
        external_id=external_id,
        status=first_status(kind).value,
    )
    _write(raid_item, item)
    db.session.add(raid_item)
    db.session.flush()
    touched(project.id)
    return raid_item


def change(raid_item: RaidItem, item: Item, *, seen_version: int | None = None) -> None:
    """Everything about an item but its end."""
    fresh(raid_item, seen_version, CHANGED)
    kind = RaidType(raid_item.type)
    _fits(kind, item)
    if item.owner_id != raid_item.owner_id:
        _answers([raid_item.project], item.owner_id)
    if item.status is not None and item.status.is_end != (raid_item.closed_on is not None):
        raise Invalid({"status": msg("Close the item, or open it again, with the buttons for it.")})
    _write(raid_item, item)
    touched(raid_item.project_id)


def close(
    raid_item: RaidItem,
    reason: str,
    *,
    status: RaidStatus = RaidStatus.CLOSED,
    on: date | None = None,
    seen_version: int | None = None,
) -> None:
    """Nothing more is expected: how it ended and why. Raises Conflict when it is closed already."""
    fresh(raid_item, seen_version, CHANGED)
    if raid_item.closed_on is not None:
        raise Conflict(msg("%(code)s is closed already.", code=raid_item.code))
    if not status.is_end or status not in STATUSES[RaidType(raid_item.type)]:
        raise Invalid({"status": msg("Choose how it ended.")})
    if not reason:
        raise Invalid({"reason": msg("Say in a few words how it ended.")})
    raid_item.status, raid_item.closing_reason = status.value, reason
    raid_item.closed_on = on or clock.local(holds_from()).date()
    touched(raid_item.project_id)


def review(raid_item: RaidItem, found: Review, *, reason: str = "", seen_version: int | None = None) -> None:
    """Somebody looked at an open risk: more likely, less likely, the same, or over. Raises Invalid, Conflict."""
    if found is Review.CLOSED:
        close(raid_item, reason, seen_version=seen_version)
    else:
        fresh(raid_item, seen_version, CHANGED)
        if raid_item.closed_on is not None:
            raise Conflict(msg("%(code)s is closed already.", code=raid_item.code))
        raid_item.probability = _likelihood(raid_item, found)
    raid_item.review, raid_item.reviewed_at, raid_item.reviewed_by = found.value, holds_from(), author().person_id
    touched(raid_item.project_id)


def reopen(raid_item: RaidItem, *, seen_version: int | None = None) -> None:
    """It is not over after all; the history keeps that it was closed, and why."""
    fresh(raid_item, seen_version, CHANGED)
    raid_item.status, raid_item.closed_on, raid_item.closing_reason = first_status(RaidType(raid_item.type)).value, None, ""
    touched(raid_item.project_id)


def hand_over(items: Sequence[RaidItem], owner_id: int | None) -> None:
    """Give many items to one owner. Raises Invalid where that person may not see one of their projects."""
    projects = {raid_item.project_id: raid_item.project for raid_item in items}
    _answers(projects.values(), owner_id)
    for raid_item in items:
        raid_item.owner_id = owner_id
        touched(raid_item.project_id)


def set_due(items: Sequence[RaidItem], due: date | None) -> None:
    """Give many items one due day."""
    for raid_item in items:
        raid_item.due = due
        touched(raid_item.project_id)


def become(raid_item: RaidItem, into: RaidType) -> RaidItem:
    """A risk that occurred, or an assumption that does not hold: it ends, and an item with its words takes over. Raises Conflict.

    An assumption that was closed as proved wrong may still be followed, once.
    """
    kind = RaidType(raid_item.type)
    if into not in FOLLOWS.get(kind, ()):
        raise Conflict(msg("Only a risk or an assumption becomes an issue, and only an assumption a risk."))
    db.session.refresh(raid_item, with_for_update={"of": RaidItem})
    was_refuted = raid_item.status == RaidStatus.INVALIDATED
    if raid_item.closed_on is not None and (not was_refuted or _has_follower(raid_item)):
        raise Conflict(msg("%(code)s is closed already.", code=raid_item.code))
    follower = _add(raid_item.project, into, _follower(raid_item))
    follower.source_id = raid_item.id
    if not was_refuted:
        ended = RaidStatus.CLOSED if kind is RaidType.RISK else RaidStatus.INVALIDATED
        close(raid_item, f"{follower.code}: {raid_item.title}", status=ended)
    return follower


def _has_follower(raid_item: RaidItem) -> bool:
    return db.session.scalar(select(RaidItem.id).where(RaidItem.source_id == raid_item.id).limit(1)) is not None


def _follower(raid_item: RaidItem) -> Item:
    """What is true of the item that follows: words, people, the score until somebody gives it another; it is answered anew."""
    words = [text for text in (raid_item.description, raid_item.if_false) if text]
    return Item(
        title=raid_item.title,
        description="\n\n".join(words),
        category=raid_item.category,
        probability=raid_item.probability,
        impact=raid_item.impact,
        owner_id=raid_item.owner_id,
        due=raid_item.due if raid_item.type == RaidType.RISK else None,
        response_text=raid_item.response_text,
        other_party=raid_item.other_party,
        identified_by=raid_item.identified_by,
    )


def item_of(raid_item: RaidItem) -> Item:
    """The item as it stands, for changing a part of it."""
    return Item(
        title=raid_item.title,
        description=raid_item.description,
        category=raid_item.category,
        probability=raid_item.probability,
        impact=raid_item.impact,
        owner_id=raid_item.owner_id,
        due=raid_item.due,
        response=Response(raid_item.response),
        response_text=raid_item.response_text,
        status=RaidStatus(raid_item.status),
        other_party=raid_item.other_party,
        residual_probability=raid_item.residual_probability,
        residual_impact=raid_item.residual_impact,
        trigger=raid_item.trigger,
        proximity=Proximity(raid_item.proximity),
        identified_by=raid_item.identified_by,
        raised_on=raid_item.raised_on,
        confidence=Confidence(raid_item.confidence),
        if_false=raid_item.if_false,
        validator_id=raid_item.validator_id,
    )


def next_code(kind: RaidType, taken: Collection[str]) -> str:
    same = [found for code in taken if code.startswith(kind.letter) and (found := NUMBERED.fullmatch(code))]
    return f"{kind.letter}-{max((int(found[1]) for found in same), default=0) + 1:03}"


def _likelihood(raid_item: RaidItem, found: Review) -> int | None:
    step = {Review.UP: 1, Review.DOWN: -1}.get(found, 0)
    if step == 0:
        return raid_item.probability
    if raid_item.probability is None or not 1 <= raid_item.probability + step <= HIGHEST:
        raise Invalid({"review": msg("Its likelihood cannot move that way.")})
    return raid_item.probability + step


def _write(raid_item: RaidItem, item: Item) -> None:
    raid_item.title, raid_item.title_key, raid_item.description = item.title, name_key(item.title), item.description
    raid_item.category, raid_item.probability, raid_item.impact = item.category, item.probability, item.impact
    raid_item.owner_id, raid_item.due, raid_item.other_party = item.owner_id, item.due, item.other_party
    raid_item.response, raid_item.response_text = item.response.value, item.response_text
    raid_item.residual_probability, raid_item.residual_impact = item.residual_probability, item.residual_impact
    for name, value in _own(RaidType(raid_item.type), item).items():
        setattr(raid_item, name, value)
    raid_item.raised_on = item.raised_on or raid_item.raised_on
    if item.status is not None:
        raid_item.status = item.status.value


def _own(kind: RaidType, item: Item) -> dict[str, str | int | None]:
    """The columns that only some types have; those of other types stay empty."""
    said = {"trigger": item.trigger, "proximity": item.proximity.value, "identified_by": item.identified_by}
    said |= {"confidence": item.confidence.value, "if_false": item.if_false}
    of_type: dict[str, str | int | None] = {name: value if name in OWN[kind] else "" for name, value in said.items()}
    return of_type | {"validator_id": item.validator_id if "validator_id" in OWN[kind] else None}


def _fits(kind: RaidType, item: Item) -> None:
    if item.status is not None and item.status not in STATUSES[kind]:
        raise Invalid({"status": msg("Choose one from the list.")})
    if item.raised_on is not None and item.raised_on > clock.local(holds_from()).date():
        raise Invalid({"raised_on": msg("This day is still to come.")})
    left = {"residual_probability": item.residual_probability, "residual_impact": item.residual_impact}
    for name, value in ({"probability": item.probability, "impact": item.impact} | left).items():
        if value is not None and not 1 <= value <= 5:
            raise Invalid({name: msg("Choose a number from 1 to 5.")})


def _answers(projects: Iterable[Project], owner_id: int | None) -> None:
    """An owner is somebody who is here and may see the projects; who owned an item before keeps it. Raises Invalid."""
    if owner_id is None:
        return
    owner = db.session.get(Person, owner_id)
    if owner is None or not owner.is_active:
        raise Invalid({"owner_id": msg("Choose one from the list.")})
    as_owner = actor_of_person(owner, clock.today())
    for project in projects:
        if not may(as_owner, Permission.PROJECT_READ, project.place):
            why = msg("%(name)s may not see %(project)s, so cannot answer for it.", name=owner.name, project=project.code)
            raise Invalid({"owner_id": why})
