"""What the pages of update sheets show: one's own sheets and uploads, and one upload row by row."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pmo.db import db
from pmo.exchange.listing import STATE_NAMES
from pmo.exchange.logic.preview import freeze, thaw
from pmo.exchange.logic.update_compare import Outcome
from pmo.exchange.models import ImportRun, UpdateSheet
from pmo.exchange.updates.keeping import KIND
from pmo.exchange.updates.looking import NOT_FOUND
from pmo.kernel import formats
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.people.queries import owners
from pmo.portfolio.queries import visible_projects
from pmo.web.downloads import Column, Shown, workbook
from pmo.web.i18n import language, say

RECENT = 20
Plain = dict[str, Any]


def overview(actor: Actor) -> Plain:
    """One's own recent sheets and uploads, and who a sheet may be made for."""
    made = select(UpdateSheet).where(UpdateSheet.made_by == actor.person_id).order_by(UpdateSheet.id.desc()).limit(RECENT)
    mine = select(ImportRun).where(ImportRun.person_id == actor.person_id, ImportRun.kind == KIND)
    return {
        "made": list(db.session.scalars(made)),
        "uploads": list(db.session.scalars(mine.order_by(ImportRun.id.desc()).limit(RECENT))),
        "people": owners(),
        "state_names": STATE_NAMES,
        "thaw": thaw,
    }


def shown(run: ImportRun, actor: Actor) -> Plain:
    """The context of the page of one upload; rows of projects one may not see any more are not found any more."""
    kept = run.preview
    rows = _visible(kept.get("rows", []), actor)
    return {
        "run": run,
        "seen": kept,
        "sentence": thaw(kept["sentence"]) if "sentence" in kept else None,
        "rows": {outcome.value: [row for row in rows if row["outcome"] == outcome] for outcome in Outcome},
        "applied": [row for row in rows if row["outcome"] in (Outcome.APPLY, Outcome.CONFLICT)],
        "state_names": STATE_NAMES,
        "thaw": thaw,
        "value": value,
        "moment": moment,
    }


def _visible(rows: list[Plain], actor: Actor) -> list[Plain]:
    ids = {row["project_id"] for row in rows if row["project_id"]}
    seen = set(db.session.scalars(visible_projects(actor))) if ids else set()
    return [row if row["project_id"] in seen or row["project_id"] is None else _hidden(row) for row in rows]


def _hidden(row: Plain) -> Plain:
    refused = {"at": row["at"], "field": None, "text": "", "why": freeze(NOT_FOUND)}
    return row | {"name": "", "outcome": Outcome.REFUSED.value, "changes": [], "refused": [refused], "why": None}


def value(kept: Plain | None) -> str:
    """A kept value as the page's language writes it."""
    if kept is None:
        return "–"
    if "day" in kept:
        return formats.day(date.fromisoformat(kept["day"]), language())
    return say(thaw(kept["word"])) if "word" in kept else str(kept["words"])


def moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def refused_workbook(run: ImportRun, actor: Actor) -> bytes:
    columns = (
        Column(msg("Cell"), Shown.TEXT, 18),
        Column(msg("Milestone or item"), Shown.TEXT, 44),
        Column(msg("Column"), Shown.TEXT, 16),
        Column(msg("Value"), Shown.TEXT, 40),
        Column(msg("Why"), Shown.TEXT, 50),
    )
    cells = [(row, one) for row in shown(run, actor)["rows"][Outcome.REFUSED] for one in row["refused"]]
    lines = ((one["at"], row["name"], _field(one), one["text"], thaw(one["why"])) for row, one in cells)
    return workbook(run.file_name, columns, lines, actor.language)


def _field(one: Plain) -> str:
    return say(thaw(one["field"])) if one["field"] else ""
