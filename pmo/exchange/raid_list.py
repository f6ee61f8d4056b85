"""RAID registers: one row per item, known by the sender's identifier, else by its title."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from pmo.db import db
from pmo.exchange.lists import Found, Refused, Tally, people, person, standing_since, strangers
from pmo.exchange.logic.entries import Entry
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.raid.actions import next_code
from pmo.raid.logic import OWN, STATUSES, RaidStatus, RaidType, first_status
from pmo.raid.models import RaidItem

TEXTS = ("description", "category", "response", "response_text", "other_party", "closing_reason")
OF_SOME = ("trigger", "proximity", "identified_by", "confidence", "if_false")  # each only of the types that have it
SCORES = ("probability", "impact", "residual_probability", "residual_impact")


def write(found: Sequence[Found], moment: datetime) -> Tally:
    """All rows of one day, which hold from `moment`."""
    tally, known = Tally(), people()
    there = _there({one.project.id for one in found})
    newest = standing_since("raid_item", there)
    for one in found:
        if one.is_over:
            tally.older += 1
            continue
        own = there[one.project.id]
        row = _same(own, one.entry)
        kind = RaidType(row.type if row else one.entry.text("type") or RaidType.RISK)
        status = RaidStatus(one.entry.text("status") or (row.status if row else first_status(kind)))
        if status not in STATUSES[kind]:
            tally.refused.append(
                Refused(one.entry.at, one.entry.text("title"), msg("this status does not exist for this type of item"))
            )
            continue
        if row is not None and row.id and newest.get(row.id, moment) > moment:
            tally.older += 1
            continue
        is_new = row is None
        if row is None:
            row = _new(one, kind, [item.code for item in own])
            own.append(row)
            db.session.add(row)
        tally.refused += [*strangers(known, one.entry, "owner"), *_unsaid(row, one.entry, status)]
        before = _state(row)
        _change(row, one.entry, status, known)
        tally.count(one.project.id, is_new=is_new, differs=_state(row) != before)
    db.session.flush()
    return tally


def _there(project_ids: set[int]) -> dict[int, list[RaidItem]]:
    found: dict[int, list[RaidItem]] = {project_id: [] for project_id in project_ids}
    for row in db.session.scalars(select(RaidItem).where(RaidItem.project_id.in_(project_ids)).order_by(RaidItem.id)):
        found[row.project_id].append(row)
    return found


def _same(own: Sequence[RaidItem], entry: Entry) -> RaidItem | None:
    identifier, key = entry.text("external_id").casefold(), name_key(entry.text("title"))
    if identifier:
        found = next((row for row in own if (row.external_id or row.code).casefold() == identifier), None)
        return found or next((row for row in own if row.code.casefold() == identifier), None)
    return next((row for row in own if row.title_key == key), None)


def _new(one: Found, kind: RaidType, taken: Sequence[str]) -> RaidItem:
    return RaidItem(
        project_id=one.project.id,
        code=next_code(kind, taken),
        type=kind.value,
        raised_on=one.entry.get("raised_on", date, one.entry.on),
        external_id=one.entry.text("external_id") or None,
        **dict.fromkeys((*TEXTS, *OF_SOME), ""),
    )


def _state(row: RaidItem) -> tuple[object, ...]:
    texts = tuple(getattr(row, key) for key in (*TEXTS, *OF_SOME, *SCORES))
    return (row.title, row.owner_id, row.due, row.status, row.raised_on, row.closed_on, *texts)


def _unsaid(row: RaidItem, entry: Entry, status: RaidStatus) -> list[Refused]:
    """What the row says and the item cannot take: another type than it has, an end while it goes on."""
    found = []
    if entry.text("type") not in ("", row.type):
        found.append(Refused(entry.at, entry.text("type"), msg("here it is of another type, which stays")))
    foreign = [key for key in (*OF_SOME, "residual_probability", "residual_impact") if entry.text(key) and not _has(row, key)]
    found += [Refused(entry.at, entry.text(key), msg("an item of this type has no such field")) for key in foreign]
    closed = entry.get("closed_on", date, None)
    if closed is not None and not status.is_end:
        found.append(Refused(entry.at, closed.isoformat(), msg("closed on a day, yet its state says that it goes on")))
    return found


def _has(row: RaidItem, key: str) -> bool:
    kind = RaidType(row.type)
    return kind is RaidType.RISK if key.startswith("residual") else key in OWN[kind]


def _change(row: RaidItem, entry: Entry, status: RaidStatus, known: Dict[str, int]) -> None:
    title = entry.text("title")
    if name_key(title) != row.title_key:
        row.title, row.title_key = title, name_key(title)
    for key in (*TEXTS, *(key for key in OF_SOME if _has(row, key))):
        setattr(row, key, entry.text(key) or getattr(row, key))
    for key in SCORES if row.type == RaidType.RISK else SCORES[:2]:
        said = entry.get(key, str, None)
        setattr(row, key, int(said) if said else getattr(row, key))
    row.owner_id = person(known, entry, "owner", row.owner_id)
    row.due, row.raised_on = entry.get("due", date, row.due), entry.get("raised_on", date, row.raised_on) or row.raised_on
    row.status = status.value
    row.closed_on = (entry.get("closed_on", date, None) or row.closed_on or entry.on) if status.is_end else None
