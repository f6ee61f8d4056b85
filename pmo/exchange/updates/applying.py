"""Writing one row of a sheet by the same verbs as the pages; what they refuse comes back as refused cells."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmo.db import db, transaction
from pmo.exchange.logic.update_compare import Change, Judged, Outcome, Refusal
from pmo.exchange.logic.update_sheet import COLUMNS, Table, Value
from pmo.exchange.updates.standing import Row
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Actor, Permission, may
from pmo.raid import actions as raid
from pmo.raid.logic import Confidence, Proximity, RaidStatus, Response
from pmo.raid.models import RaidItem
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import Milestone

PERMISSIONS = {Table.MILESTONES: Permission.MILESTONE_EDIT, Table.RAID: Permission.RAID_EDIT}
FIELDS = {"reason": {Table.MILESTONES: "reason", Table.RAID: "closing_reason"}}  # of the verbs' refusals, where named otherwise


class _Undo(Exception):
    """Ends a trial so that nothing of it is kept."""


def tried(rows: list[tuple[Judged, Row]], actor: Actor) -> list[Judged]:
    """The rows that change something, written in a transaction that is undone: what would be refused is refused now."""
    found: list[Judged] = []
    try:
        with transaction("trial"):
            for judged, row in rows:
                found.append(_tried(judged, row, actor))
            raise _Undo
    except _Undo:
        return found


def _tried(judged: Judged, row: Row, actor: Actor) -> Judged:
    try:
        with db.session.begin_nested():
            write(judged, row, actor, mine=True)
    except Invalid as refusal:
        return judged.refused(*(_refusal(judged, field, why) for field, why in refusal.errors.items()))
    except (Conflict, Forbidden) as refusal:
        return judged.refused(_refusal(judged, "", refusal.message))
    return judged


def _refusal(judged: Judged, field: str, why: Message) -> Refusal:
    """At the cell the verb speaks of; else at the first one that changes."""
    key = FIELDS.get(field, {}).get(judged.row.table, field)
    column = next((one for one in COLUMNS[judged.row.table] if one.key == key), judged.changes[0].column)
    return Refusal(column, judged.row.at(column.key), judged.row.cell(column.key).text[:200], why)


def write(judged: Judged, row: Row, actor: Actor, *, mine: bool, seen_version: int | None = None) -> int:
    """The changes of a row; those that somebody else changed meanwhile only if `mine`. Raises Invalid, Conflict, Forbidden."""
    changes = chosen(judged, mine=mine)
    if not changes:
        return 0
    if not may(actor, PERMISSIONS[judged.row.table], row.place):
        raise Forbidden
    said = {change.column.key: change.said for change in changes}
    if isinstance(row, Milestone):
        _milestone(row, said, dict(judged.asked), seen_version)
    else:
        _item(row, said, seen_version)
    db.session.flush()
    return len(changes)


def chosen(judged: Judged, *, mine: bool) -> tuple[Change, ...]:
    if judged.outcome is Outcome.REFUSED:
        return ()
    return tuple(change for change in judged.changes if mine or not change.is_conflict)


def _milestone(row: Milestone, said: Mapping[str, Any], asked: Mapping[str, Value], seen_version: int | None) -> None:
    reason = asked.get("reason")
    why = Why(MoveReason(str(reason)) if reason else None, str(asked.get("words") or ""))
    versions = iter([seen_version])  # only the first verb meets the row as it was seen
    if "actual" in said and said["actual"] is None:
        schedule.undo_reach(row, seen_version=next(versions, None))
    if "forecast" in said:
        schedule.reforecast(row, said["forecast"], why, seen_version=next(versions, None))
    if said.get("actual") is not None:
        schedule.reach(row, said["actual"], why, seen_version=next(versions, None))


def _item(row: RaidItem, said: Mapping[str, Any], seen_version: int | None) -> None:
    """An end and a new beginning have verbs of their own; everything else is one change."""
    versions = iter([seen_version])
    status = RaidStatus(said["status"]) if "status" in said else None
    ends = status is not None and status.is_end and row.closed_on is None
    if status is not None and not status.is_end and row.closed_on is not None:
        raid.reopen(row, seen_version=next(versions, None))
    item = _changed(raid.item_of(row), said)
    if status is not None and not ends:
        item = replace(item, status=status)
    if item != raid.item_of(row):
        raid.change(row, item, seen_version=next(versions, None))
    if ends and status is not None:
        raid.close(row, str(said.get("closing_reason") or ""), status=status, seen_version=next(versions, None))


def _changed(item: raid.Item, said: Mapping[str, Any]) -> raid.Item:
    values: dict[str, Any] = {key: said[key] for key in ("due", "response_text", "trigger") if key in said}
    values |= {key: said[key] or None for key in ("probability", "impact") if key in said}
    if "response" in said:
        values["response"] = Response(said["response"])
    if "proximity" in said:
        values["proximity"] = Proximity(said["proximity"])
    if "confidence" in said:
        values["confidence"] = Confidence(said["confidence"])
    return replace(item, **values)
