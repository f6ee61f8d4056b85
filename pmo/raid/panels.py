"""The panel of one item, and what every view that changes an item does before and after."""

from typing import Any

from flask import Response, g, request, url_for

from pmo.db import db
from pmo.kernel.languages import Message, msg, plain
from pmo.kernel.permissions import Permission
from pmo.people.queries import names
from pmo.portfolio.logic import State
from pmo.raid import queries
from pmo.raid.agreement_queries import of_item
from pmo.raid.escalation_actions import answerers, place_of
from pmo.raid.logic import (
    BAND_NAMES,
    CATEGORY_NAMES,
    CONFIDENCE_NAMES,
    FOLLOWS,
    LEVEL_NAMES,
    OWN,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    Level,
    RaidStatus,
    RaidType,
    end_statuses,
)
from pmo.raid.models import RaidItem
from pmo.rules.queries import rule_book
from pmo.web.access import can, require
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

ITEM = "raid/item.html"
CHANGED = "raid-changed"  # the list and the heads of pages listen for it


def announce(response: Response) -> Response:
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def mine(item_id: int) -> RaidItem:
    """An item that the actor may change, now."""
    found = queries.item(item_id)
    require(Permission.RAID_EDIT, found.place)
    only_now()
    return found


def done(found: RaidItem, message: Message, undo: str = "") -> Response:
    """The panel with the item as it is now; the page of the item without script."""
    if not wants_fragment():
        return see_other(url_for("raid.item", item_id=found.id))
    return announce(toast(panel(found), message, undo))


def panel(
    found: RaidItem,
    *,
    doing: str = "",
    errors: dict[str, Message] | None = None,
    status: int = 200,
    note: Message | None = None,
) -> Response:
    db.session.rollback()
    is_now = g.get("as_of") is None
    may_edit = is_now and can(Permission.RAID_EDIT, found.place)
    can_go_up = is_now and found.closed_on is None and found.project.state == State.OPEN
    people = names([who for who in (found.owner_id, found.validator_id, found.answerer_id, found.answered_by) if who])
    source, followers = queries.lineage(found)
    return page(
        ITEM,
        "panel",
        status=status,
        item=found,
        kind=RaidType(found.type),
        project=found.project,
        people=people,
        source=source,
        followers=followers,
        follows=_may_follow(found, followers) if may_edit else (),
        may_escalate=may_edit and can_go_up and found.escalated_to != Level.PORTFOLIO,
        may_answer=can_go_up and can(Permission.RAID_ANSWER, place_of(Level(found.escalated_to), found)),
        may_take_back=may_edit and can_go_up,
        offered=_offered(found) if doing == "escalate" else [],
        doing=doing,
        note=note,
        errors=errors or {},
        typed=request.form if errors else {},
        bands=queries.bands_of(rule_book()),
        may_edit=may_edit,
        agreement=of_item(found.id) if found.type == RaidType.DEPENDENCY else None,
        ends=[(end, STATUS_NAMES[end]) for end in end_statuses(RaidType(found.type))],
        **WORDS,
    )


def _offered(found: RaidItem) -> list[tuple[str, Message]]:
    """Whom one may ask, each with the level they answer for."""
    return [
        (f"{level.value}:{person_id}", msg("%(level)s: %(name)s", level=LEVEL_NAMES[level], name=plain(name)))
        for (level, person_id), name in answerers(found).items()
    ]


def _may_follow(found: RaidItem, followers: list[RaidItem]) -> tuple[RaidType, ...]:
    """What may still be made of it: of an open item, and of an assumption that was refuted and left at that."""
    is_left = found.status == RaidStatus.INVALIDATED and not followers
    return FOLLOWS.get(RaidType(found.type), ()) if found.closed_on is None or is_left else ()


WORDS: dict[str, Any] = {
    "type_names": TYPE_NAMES,
    "status_names": STATUS_NAMES,
    "response_names": RESPONSE_NAMES,
    "category_names": CATEGORY_NAMES,
    "band_names": BAND_NAMES,
    "proximity_names": PROXIMITY_NAMES,
    "confidence_names": CONFIDENCE_NAMES,
    "level_names": LEVEL_NAMES,
    "own": OWN,
}
