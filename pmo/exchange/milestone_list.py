"""Lists of milestones: dates as the list has them, moves in the ledger with the reason it gives."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from pmo.db import author, db, holds_from
from pmo.exchange.lists import Found, Refused, Tally, people, person, standing_since, strangers
from pmo.exchange.logic.entries import Entry
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.schedule.actions import next_code
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.models import DateMove, Milestone


def write(found: Sequence[Found], moment: datetime) -> Tally:
    """All rows of one day, which hold from `moment`. A milestone is known by its code, else by its name."""
    tally, known = Tally(), people()
    there = _there({one.project.id for one in found})
    newest = standing_since("milestone", there)
    for one in found:
        if one.is_over:
            tally.older += 1
            continue
        code, key = one.entry.text("code"), name_key(one.entry.text("name"))
        tally.refused += strangers(known, one.entry, "owner")
        own = there[one.project.id]
        milestone = next((row for row in own if code and row.code.upper() == code.upper()), None)
        milestone = milestone or next((row for row in own if row.name_key == key and not code), None)
        if milestone is None:
            milestone = Milestone(
                project_id=one.project.id, code=code or next_code([row.code for row in own]), position=len(own) + 1
            )
            milestone.no_value = {}
            _describe(milestone, one.entry, known)
            _dates(milestone, one.entry)
            own.append(milestone)
            db.session.add(milestone)
            tally.count(one.project.id, is_new=True)
            continue
        if milestone.id and newest.get(milestone.id, moment) > moment:
            tally.older += 1
            continue
        if not _ordered(one.entry):
            tally.refused.append(Refused(one.entry.at, key, msg("it was reached after the day this list shows")))
            continue
        before = _state(milestone)
        promised = milestone.baseline is not None or milestone.commitment is not None
        _describe(milestone, one.entry, known)
        moves = _dates(milestone, one.entry)
        if promised:
            db.session.add_all(_ledger(milestone, one.entry, moves))
        tally.count(one.project.id, differs=_state(milestone) != before)
    db.session.flush()
    return tally


def _there(project_ids: set[int]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {project_id: [] for project_id in project_ids}
    for row in db.session.scalars(select(Milestone).where(Milestone.project_id.in_(project_ids)).order_by(Milestone.id)):
        found[row.project_id].append(row)
    return found


def _state(row: Milestone) -> tuple[object, ...]:
    dates = (row.baseline, row.commitment, row.forecast, row.actual, tuple(sorted(row.no_value.items())))
    return (row.name, row.description, row.owner_id, row.weight, row.is_gate, *dates)


def _describe(row: Milestone, entry: Entry, known: Dict[str, int]) -> None:
    name = entry.text("name")
    if name_key(name) != row.name_key:
        row.name, row.name_key = name, name_key(name)
    row.description = entry.text("description") or row.description or ""
    row.owner_id = person(known, entry, "owner", row.owner_id)
    row.weight = entry.get("weight", Decimal, row.weight) or Decimal(1)
    row.is_gate = bool(entry.get("gate", bool, bool(row.is_gate)))


def _ordered(entry: Entry) -> bool:
    actual = entry.get("actual", date, None)
    return actual is None or actual <= entry.on


def _dates(row: Milestone, entry: Entry) -> list[tuple[DateField, date | None, date | None]]:
    """Sets what the row says; returns the dates that moved. The first forecast of a list without baselines is the baseline."""
    moves = []
    reasons = dict(row.no_value)
    for name in DateField:
        before: date | None = getattr(row, name.value)
        after = entry.get(name.value, date, before)
        why = entry.why_missing(name.value)
        reasons = {key: word for key, word in reasons.items() if key != name.value} if after else reasons
        if why and after is None:
            reasons[name.value] = why
        if before != after:
            setattr(row, name.value, after)
            if name is DateField.FORECAST:
                row.confirmed_on, row.confirmed_by = None, None
            moves.append((name, before, after))
    if row.baseline is None and "baseline" not in entry.cells:
        row.baseline = row.forecast
    if reasons != row.no_value:
        row.no_value = reasons
    return moves


def _ledger(row: Milestone, entry: Entry, moves: list[tuple[DateField, date | None, date | None]]) -> list[DateMove]:
    reason = entry.text("reason") or MoveReason.IMPORTED.value
    return [
        DateMove(
            milestone_id=row.id,
            project_id=row.project_id,
            field=name.value,
            before=before,
            after=after,
            reason=reason if name in {DateField.BASELINE, DateField.FORECAST} else "",
            words=entry.text("words"),
            moved_by=author().person_id,
            moved_at=holds_from(),
        )
        for name, before, after in moves
    ]
