"""Lists of amounts for earned value: one row per project and status day, entered today whatever day it is about."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.db import db
from pmo.exchange.lists import Found, Line, Refused, Tally
from pmo.exchange.logic.amounts import Amount
from pmo.exchange.logic.entries import Entry
from pmo.exchange.logic.fields import VALUE
from pmo.finance.actions import Amounts, fill, wrong_with
from pmo.finance.logic.figures import Unit, rounded
from pmo.finance.logic.standing import Value, earned_on
from pmo.finance.models import ValueEntry
from pmo.finance.queries import values
from pmo.kernel import clock, languages
from pmo.kernel.languages import Message, msg
from pmo.portfolio.actions import hold
from pmo.portfolio.logic import State
from pmo.status.actions import HOUSE

TYPED = ("planned", "actual", "to_complete")
NEW = 0  # the version a day leaves with that is still to be filled in
FILE = "file"  # the answer of who wants the amounts of the file although they changed here meanwhile
COLUMNS = {field.key: field.label for field in VALUE}
CLOSED = msg("this project is not open any more: its amounts stand still")
NO_DAY = msg("no status day is given")
TWICE = msg("the list has this project and day twice: the first row counts")
UNMEASURED = msg("what is earned is measured here, not entered; nothing can be measured for that day")


@dataclass(slots=True)
class _Here:
    """What is known of the projects of the list before it is brought in."""

    entries: dict[tuple[int, date], ValueEntry]
    standing: dict[int, Value]
    seen: set[tuple[int, date]]


def write(found: Sequence[Found], answers: Dict[str, str]) -> Tally:
    """A cell left empty leaves what is here; what changed here since the sheet left stays, unless an answer says otherwise."""
    tally, here = Tally(), _here(found)
    for one in found:
        refused = _row_refused(one, here)
        if refused is not None:
            tally.refused.append(refused)
            continue
        here.seen.add((one.project.id, one.entry.on))
        tally.refused += _cells_refused(one, here)
        _bring(one, here, tally, answers)
    db.session.flush()
    return tally


def _here(found: Sequence[Found]) -> _Here:
    projects = {one.project.id: one.project for one in found}
    for project_id in sorted(projects):
        hold(projects[project_id])
    kept = select(ValueEntry).where(ValueEntry.project_id.in_(projects), ValueEntry.voided_on.is_(None)).order_by(ValueEntry.id)
    entries = {(row.project_id, row.on_day): row for row in db.session.scalars(kept.execution_options(populate_existing=True))}
    return _Here(entries, values(HOUSE, list(projects), clock.today()), set())


def _bring(one: Found, here: _Here, tally: Tally, answers: Dict[str, str]) -> None:
    row = here.entries.get((one.project.id, one.entry.on))
    before = _amounts(row, one.entry.on)
    after = _said(one, before)
    wrong = wrong_with(after, clock.today()) if after != before else {}
    if wrong:
        tally.refused += [_refused(one, "on_day" if key == "on_day" else "actual", why) for key, why in wrong.items()]
        return
    differs = after != before
    is_conflict = differs and _changed_here(row, one.entry) and answers.get(one.entry.at) != FILE
    if differs:
        tally.lines += _lines(one, before, after, is_new=row is None, is_conflict=is_conflict)
    if is_conflict:
        tally.conflicts += 1
        return
    if not differs:
        tally.unchanged += 1
        return
    is_new = row is None
    if row is None:
        row = ValueEntry(project_id=one.project.id, on_day=one.entry.on, currency=one.project.currency)
        db.session.add(row)
    fill(row, after, here.standing[one.project.id])
    tally.count(one.project.id, is_new=is_new, differs=True)


def _amounts(row: ValueEntry | None, on: date) -> Amounts:
    return Amounts(on, row.planned, row.actual, row.to_complete, row.note) if row is not None else Amounts(on)


def _said(one: Found, before: Amounts) -> Amounts:
    """What is here, with what the row says in place of it; an amount in another currency says nothing."""
    said = {key: found for key in TYPED if (found := _amount(one, key)) is not None}
    return replace(
        before,
        planned=said.get("planned", before.planned),
        actual=said.get("actual", before.actual),
        to_complete=said.get("to_complete", before.to_complete),
        note=one.entry.text("note") or before.note,
    )


def _amount(one: Found, key: str) -> Decimal | None:
    found = one.entry.get(key, Amount, None)
    if found is None or (found.currency and found.currency != one.project.currency):
        return None
    return round(found.exact, 2)


def _changed_here(row: ValueEntry | None, entry: Entry) -> bool:
    """The sheet knows which version it left with; a list that knows none is no answer to anything."""
    version = entry.get("entry_version", int, None)
    return version is not None and version != (row.version if row is not None else NEW)


def _lines(one: Found, before: Amounts, after: Amounts, *, is_new: bool, is_conflict: bool) -> Iterator[Line]:
    for key in (field.name for field in fields(Amounts) if field.name in TYPED):
        was, now = getattr(before, key), getattr(after, key)
        if was != now:
            where = (one.entry.at, one.project.code, one.project.name, one.entry.on)
            yield Line(*where, key, was, now, one.project.currency, is_new, is_conflict)


def _row_refused(one: Found, here: _Here) -> Refused | None:
    if one.project.state != State.OPEN:
        return Refused(one.entry.at, one.project.code, CLOSED)
    if one.entry.get("on_day", date, None) is None:
        return Refused(one.entry.at, one.project.code, NO_DAY)
    if (one.project.id, one.entry.on) in here.seen:
        return Refused(one.entry.at, one.project.code, TWICE)
    return None


def _cells_refused(one: Found, here: _Here) -> list[Refused]:
    """Amounts of another currency, and an earned value that is not what was measured."""
    found = []
    for key in (*TYPED, "earned"):
        said = one.entry.get(key, Amount, None)
        if said is not None and said.currency and said.currency != one.project.currency:
            found.append(
                _refused(one, key, msg("the amounts of this project are in %(currency)s", currency=one.project.currency))
            )
        elif said is not None and key == "earned" and (why := _not_earned(said, here.standing[one.project.id], one)):
            found.append(_refused(one, key, why))
    return found


def _not_earned(said: Amount, standing: Value, one: Found) -> Message | None:
    measured = rounded(earned_on(standing, one.entry.on), Unit.MONEY)
    if measured is None:
        return UNMEASURED
    if abs(said.exact - measured) < 1:
        return None
    amount = languages.Amount(measured, one.project.currency)
    return msg("what is earned is measured here, not entered: %(amount)s on that day", amount=amount)


def _refused(one: Found, key: str, why: Message) -> Refused:
    written = one.entry.cells[key].text if key in one.entry.cells else ""
    return Refused(one.entry.at, written, why, one.entry.places.get(key, ""), COLUMNS[key])
