"""A sheet that came back: compared with what stands here, shown, applied as it was shown in one transaction."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from pmo.db import acting, author, db, transaction
from pmo.exchange.files import open_file
from pmo.exchange.logic.update_compare import Judged, Outcome, Refusal, Subject, judge
from pmo.exchange.logic.update_rows import FOREIGN, Brought, Note, Returned, brought
from pmo.exchange.logic.update_sheet import Mark, Table, read_mark
from pmo.exchange.models import UpdateSheet
from pmo.exchange.runs import CHANGED_MEANWHILE
from pmo.exchange.updates.applying import tried, write
from pmo.exchange.updates.standing import Key, Row, Standing, standing
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid, Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor

LARGEST = 8 * 1024 * 1024
TOO_LARGE = msg("This file is much larger than any update sheet. Fill in the sheet as it was sent.")
NO_MARK = msg("This row was not in the sheet: it was added or pasted. Add it in the application.")
NOT_FOUND = msg("There is nothing here, or nothing you may see.")
UNKNOWN_VERSION = msg("The hidden number of this row was changed. Download a new sheet.")


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything a sheet would change, as of now."""

    sheet: UpdateSheet
    notes: tuple[Note, ...]
    rows: tuple[Judged, ...]
    there: Standing

    def of(self, outcome: Outcome) -> list[Judged]:
        return [judged for judged in self.rows if judged.outcome is outcome]


def look(content: bytes, name: str, actor: Actor) -> Looked:
    """Compares and tries; keeps nothing. Raises Refused for a file that is no update sheet of ours."""
    if len(content) > LARGEST:
        raise Refused(TOO_LARGE)
    found = brought(open_file(content, name).grids)
    sheet = _sheet(found)
    there = standing({mark for row in found.rows if (mark := read_mark(row.mark)) is not None}, actor)
    rows = list(_judged(found, there))
    changing = [(judged, there.rows[key]) for judged in rows if (key := _key(judged)) is not None]
    after = {judged.row.at(""): judged for judged in tried(changing, actor)}
    return Looked(sheet, found.notes, tuple(after.get(judged.row.at(""), judged) for judged in rows), there)


def apply(looked: Looked, name: str, actor: Actor, mine: Collection[str]) -> int:
    """Everything as it was compared; of a conflict what was chosen (`mine` holds marks). Returns how many cells changed.

    Raises Conflict when somebody was faster; then nothing is stored.
    """
    rows = {key: judged for judged in looked.rows if (key := _key(judged)) is not None}
    changed = 0
    try:
        with acting(author().person_id, "import"), transaction(f"Update sheet {looked.sheet.id}: {name}"):
            for key, judged in sorted(rows.items(), key=lambda pair: pair[0]):  # always locked in the same order
                changed += _write(looked.there.rows[key], judged, actor, mine)
            looked.sheet.applied_at = clock.now()
    except (Invalid, Forbidden, Conflict) as refusal:
        raise Conflict(CHANGED_MEANWHILE) from refusal
    return changed


def _write(row: Row, judged: Judged, actor: Actor, mine: Collection[str]) -> int:
    subject = judged.subject
    if subject is None:
        return 0
    return write(judged, row, actor, mine=str(subject.mark) in mine, seen_version=subject.version)


def _key(judged: Judged) -> Key | None:
    """Of a row that changes something here."""
    if judged.subject is None or judged.outcome not in {Outcome.APPLY, Outcome.CONFLICT}:
        return None
    return judged.subject.mark.table, judged.subject.mark.id


def _sheet(found: Brought) -> UpdateSheet:
    """The one that was sent; a workbook that only looks like it is nobody's."""
    passport = found.passport
    query = select(UpdateSheet).where(UpdateSheet.id == passport.number, UpdateSheet.key == passport.key)
    sheet = db.session.scalar(query)
    if sheet is None:
        raise Refused(FOREIGN)
    return sheet


def _judged(found: Brought, there: Standing) -> Iterator[Judged]:
    """Rows that are none of ours, or there twice, are refused whole."""
    first: dict[tuple[Table, int], int] = {}
    for row in found.rows:
        mark = read_mark(row.mark)
        if mark is None or mark.table is not row.table:
            yield Judged(row, refusals=(_whole(row, NO_MARK),))
        elif (before := first.setdefault((mark.table, mark.id), row.row)) != row.row:
            yield Judged(row, refusals=(_whole(row, msg("This row stands in the sheet twice: row %(row)s counts.", row=before)),))
        else:
            yield _against(row, mark, there)


def _against(row: Returned, mark: Mark, there: Standing) -> Judged:
    ours = there.rows.get((mark.table, mark.id))
    if ours is None:
        return Judged(row, refusals=(Refusal(None, row.at(""), "", NOT_FOUND),))
    was, here = there.was(mark), there.here(mark)
    name = f"{ours.project.code} {ours.code} {here.get('name') or here.get('title')}"
    subject = Subject(mark, ours.version, getattr(ours, "type", ""), ours.project_id, name)
    if was is None:
        return Judged(row, subject, refusals=(_whole(row, UNKNOWN_VERSION),))
    return judge(row, subject, was, here, there.codes[ours.project_id], clock.today())


def _whole(row: Returned, why: Message) -> Refusal:
    """A whole row, with what stands in it so that it can be found again."""
    return Refusal(None, row.at(""), " ".join(cell.text for cell in row.cells.values() if cell.text)[:200], why)
