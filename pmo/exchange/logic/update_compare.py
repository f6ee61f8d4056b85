"""A row that came back beside the row as it left and as it stands: what changes, what is refused, what two people changed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pmo.exchange.logic.update_rows import Returned
from pmo.exchange.logic.update_sheet import COLUMNS, Column, Mark, Reads, Value, Values, belongs
from pmo.exchange.logic.update_values import Said, said, tidy
from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key

ONLY_SHOWN = msg("This column is only shown. Change it in the application, then download a new sheet.")
NOTHING_MOVES = msg("No date of this row changes, so there is nothing to explain.")
NOT_CLOSED = msg("This is filled in only when the state says that the item ends.")
NOT_OF_TYPE = msg("An item of this type has no such field.")
REASONS_OF = {"reason": ("forecast", "actual"), "words": ("forecast", "actual")}


class Outcome(StrEnum):
    APPLY = "apply"
    REFUSED = "refused"
    CONFLICT = "conflict"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that says something new: what it held when the sheet left, what stands here, what it says."""

    column: Column
    at: str
    was: Value
    here: Value
    said: Value

    @property
    def is_conflict(self) -> bool:
        return self.was != self.here


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that cannot be taken over, with the text that stands in it."""

    column: Column | None
    at: str
    text: str
    why: Message


@dataclass(frozen=True, slots=True)
class Subject:
    """The row of ours that a row of the sheet speaks of, as it was when it was compared."""

    mark: Mark
    version: int
    kind: str  # type of a RAID item, "" of a milestone
    project_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row: of a row with a refused cell, nothing."""

    row: Returned
    subject: Subject | None = None
    changes: tuple[Change, ...] = ()
    asked: tuple[tuple[str, Value], ...] = ()  # reason and words
    refusals: tuple[Refusal, ...] = ()

    @property
    def outcome(self) -> Outcome:
        if self.refusals:
            return Outcome.REFUSED
        if any(change.is_conflict for change in self.changes):
            return Outcome.CONFLICT
        return Outcome.APPLY if self.changes else Outcome.UNCHANGED

    def refused(self, *refusals: Refusal) -> "Judged":
        return replace(self, refusals=(*self.refusals, *refusals))


def judge(row: Returned, subject: Subject, was: Values, here: Values, codes: Collection[str], today: date) -> Judged:
    """`codes` are those the project has carried: the column with the project may hold any of them."""
    changes: list[Change] = []
    asked: list[tuple[str, Value]] = []
    refusals = list(_moved_context(row, was, codes, today))
    for column in COLUMNS[row.table]:
        if not column.is_open or column.key not in row.cells:
            continue
        if not belongs(column.key, subject.kind):
            refusals += [_refusal(row, column, NOT_OF_TYPE)] if tidy(row.cell(column.key).text) else []
            continue
        found = said(column, row.cell(column.key), subject.kind, today, was.get(column.key))
        before = _plain(was.get(column.key), column)
        if column.is_asked:
            asked += [(column.key, found.value)] if found.value else []
        if found.refused is not None and (row.cell(column.key).text or before not in (None, "")):
            refusals.append(_refusal(row, column, found.refused))
        elif not column.is_asked and found.refused is None and _plain(found.value, column) != before:
            now = _plain(here.get(column.key), column)
            if _plain(found.value, column) != now:
                changes.append(Change(column, row.at(column.key), before, now, _plain(found.value, column)))
    judged = Judged(row, subject, tuple(changes), tuple(asked), tuple(refusals))
    return judged.refused(*_idle(judged, was))


def _plain(value: Value, column: Column) -> Value:
    """Comparable: texts as a cell can hold them, an empty choice like an empty cell."""
    if isinstance(value, str) and not isinstance(value, date):
        return tidy(value)
    return "" if value is None and column.reads is not Reads.DAY else value


def _moved_context(row: Returned, was: Values, codes: Collection[str], today: date) -> Iterator[Refusal]:
    """Columns that are only shown and say something else than when they left."""
    for column in COLUMNS[row.table]:
        text = tidy(row.cell(column.key).text)
        if column.is_open or column.key not in row.cells:
            continue
        if column.reads is Reads.DAY:
            same = said(column, row.cell(column.key), "", today) == Said(was.get(column.key))
        else:
            known = codes if column.key == "project" else (str(was.get(column.key) or ""),)
            same = name_key(text) in {name_key(tidy(one)) for one in known}
        if not same:
            yield _refusal(row, column, ONLY_SHOWN)


def _idle(judged: Judged, was: Values) -> Iterator[Refusal]:
    """A reason without a move, an ending without an end."""
    changed = {change.column.key for change in judged.changes}
    told = {key for key, _ in judged.asked}
    unread = {refusal.column.key for refusal in judged.refusals if refusal.column}
    for column in COLUMNS[judged.row.table]:
        explains = REASONS_OF.get(column.key, ())
        if column.key in told and not changed & set(explains) and not unread & set(explains) and not _same_again(judged, was):
            yield _refusal(judged.row, column, NOTHING_MOVES)
        if column.key == "closing_reason" and column.key in changed and not {"status"} & (changed | unread):
            yield _refusal(judged.row, column, NOT_CLOSED)


def _same_again(judged: Judged, was: Values) -> bool:
    """The move it explains stands here already: the sheet comes back a second time."""
    row = judged.row
    return any(row.cell(key).text and tidy(row.cell(key).text) != _text(was.get(key)) for key in ("forecast", "actual"))


def _text(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _refusal(row: Returned, column: Column, why: Message) -> Refusal:
    return Refusal(column, row.at(column.key), row.cell(column.key).text[:200], why)
