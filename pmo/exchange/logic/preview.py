"""What a person looks at before a list is applied, as plain data that can be kept in the database and shown in any language."""

import hashlib
import json
from collections.abc import Mapping as Dict
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from pmo.exchange.logic import summary
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Grid
from pmo.exchange.logic.plan import Change, Outcome, Plan, Row
from pmo.exchange.logic.reading import Column, Reading
from pmo.exchange.logic.report import plan_report, reading_report
from pmo.exchange.logic.sheets import Heard
from pmo.exchange.logic.wanted import COLOURS
from pmo.kernel.languages import Amount, Message

Plain = dict[str, Any]
LONGEST_SHOWN = 1_000  # characters of a cell; the rest is counted
WRITTEN = (Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED)


def preview(heard: Heard, plan: Plan | None) -> Plain:
    """A list of projects has a plan; the smaller lists have counts only."""
    report = reading_report(heard)
    shown: Plain = {
        "report": {key: value for key, value in report.items() if key not in {"notes", "refused"}},
        "columns": [_column(column) for column in heard.readings[0].columns if not column.is_derived(heard.readings[0].table)],
        "refused": [_refused(one) for one in summary.refusals(heard.readings)],
        "sheets": [_sheet(reading) for reading in heard.readings] + [_left_out(grid) for grid in heard.left_out],
        "no_value": summary.words(heard.readings),
        "clears": heard.readings[0].mapping.clears,
        "notes": [freeze(note) for note in heard.source.notes],
    }
    if plan is not None:
        shown["plan"] = plan_report(plan)
        shown["added"] = [_added(row) for row in plan.of(Outcome.ADDED)]
        shown["changed"] = [one for row in plan.of(Outcome.CHANGED) for one in _changes(row)]
        shown["kept"] = [one for row in plan.of(Outcome.OLDER) for one in _changes(row)]
        shown["kept"] += [one for row in plan.of(*WRITTEN) for one in _declared(row, held=True)]
        shown["kept_rows"] = [
            {"code": _code(row), "name": row.wanted.name, "why": row.outcome.value}
            for row in plan.of(Outcome.OLDER, Outcome.CLOSED)
        ]
        shown["gone"] = [{"code": one.code, "name": one.name} for one in plan.gone]
        shown["asked"] = [_asked(row) for row in plan.rows if row.link.question is not None]
        shown["unknown_people"] = [
            {"at": row.wanted.at, "name": row.wanted.manager}
            for row in plan.of(*WRITTEN)
            if row.wanted.manager and row.manager_id is None
        ]
        shown["tells"] = sum(row.tells for row in plan.rows)
        shown["reports"] = sum(row.reports for row in plan.rows)
    shown["fingerprint"] = fingerprint(shown)
    return shown


def fingerprint(shown: Plain) -> str:
    """Two previews with the same one would change the same things."""
    parts = {key: shown.get(key) for key in ("added", "changed", "gone", "asked", "tells", "reports", "counts", "lines")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def freeze(message: Message) -> Plain:
    """A message as plain data."""
    values = {name: freeze(value) if isinstance(value, Message) else _plain(value) for name, value in message.values}
    return {"text": message.text, "values": values, "plural": message.plural}


def thaw(kept: Dict[str, Any]) -> Message:
    """The message again, to be said in whatever language the page is in."""
    return Message(kept["text"], tuple((name, _revived(value)) for name, value in kept["values"].items()), kept["plural"])


def _plain(value: object) -> object:
    """Days and moments are marked as such: a text may say anything, also what looks like one."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Amount):
        return {"amount": str(value.value), "currency": value.currency}
    return str(value) if isinstance(value, Decimal) else value


def _revived(value: Any) -> Any:
    match value:
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"amount": amount, "currency": currency}:
            return Amount(Decimal(amount), currency)
        case {"text": _}:
            return thaw(value)
    return value


def _column(column: Column) -> Plain:
    """`order`, `currency`, `unit` only where they say something."""
    style = column.style
    return {
        "heading": column.heading,
        "field": column.field,
        "how": column.meaning.how.value,
        "reads": style.reads.value,
        "order": style.order.value if style.reads is As.DATE else "",
        "currency": style.currency if style.reads is As.MONEY else "",
        "unit": style.unit.value if style.reads is As.MONEY else "",
        "empty": column.profile.filled == 0,
    }


def _refused(one: summary.Refusal) -> Plain:
    return asdict(one) | {"reason": freeze(one.reason)}


def _sheet(reading: Reading) -> Plain:
    """All cells of a sheet that was used, with what became of each row."""
    grid, roles = reading.table.grid, {record.position: record.role.value for record in reading.records}
    heading = set(reading.table.heading_rows)
    rows = [
        {
            "at": _at(grid, position),
            "role": "heading" if position in heading else roles.get(position, "above the list"),
            "cells": [_shown(cell.text) for cell in grid.rows[position]],
        }
        for position in range(len(grid.rows))
    ]
    return {"name": grid.sheet, "used": True, "letters": _letters(grid), "rows": rows}


def _left_out(grid: Grid) -> Plain:
    role = "hidden sheet" if grid.hidden else "another sheet"
    rows = [
        {"at": _at(grid, position), "role": role, "cells": [_shown(cell.text) for cell in row]}
        for position, row in enumerate(grid.rows)
    ]
    return {"name": grid.sheet, "used": False, "letters": _letters(grid), "rows": rows}


def _at(grid: Grid, position: int) -> str:
    row, letters = grid.place(position, 0)
    return letters if grid.transposed else str(row)


def _letters(grid: Grid) -> list[str]:
    places = [grid.place(0, column) for column in range(grid.width)]
    return [str(row) if grid.transposed else letters for row, letters in places]


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}… ({len(text)})"


def _code(row: Row) -> str:
    if row.here:
        return row.here.candidate.code
    return row.given.code if row.given else row.wanted.code or row.wanted.external_id or ""


def _added(row: Row) -> Plain:
    ends = next((promise.forecast for promise in row.wanted.promises if not promise.starts), None)
    return {
        "at": row.wanted.at,
        "code": _code(row),
        "made": row.given.made.value if row.given and row.given.made else "",
        "name": row.wanted.name,
        "programme": row.wanted.group.name,
        "end": ends.isoformat() if ends else "",
        "rating": row.wanted.reported.rating,
    }


def _changes(row: Row) -> list[Plain]:
    base: Plain = {"code": _code(row), "name": row.wanted.name}
    shown = [base | _change(row, change) for change in row.changes if change.field != "no_value"]
    shown += [base | one for change in row.changes if change.field == "no_value" for one in _reasons(change)]
    return shown + _declared(row, held=row.outcome is Outcome.OLDER)


def _reasons(change: Change) -> list[Plain]:
    """Why a value that is not known is not known, where that is new."""
    before, after = dict(cast(Dict[str, str], change.before)), dict(cast(Dict[str, str], change.after))
    return [
        {"field": key, "milestone": change.milestone, "before": _reason(before.get(key)), "after": _reason(why), "slip": {}}
        for key, why in after.items()
        if before.get(key) != why
    ]


def _reason(why: str | None) -> list[str] | None:
    return None if why is None else ["reason", why]


def _declared(row: Row, *, held: bool) -> list[Plain]:
    """What changes of the declared state; `held`: what would, were no newer status update here."""
    if row.telling is None or row.telling.held is not held:
        return []
    base: Plain = {"code": _code(row), "name": row.wanted.name, "milestone": "", "slip": {}}
    return [
        base | {"field": f"declared_{key}", "before": _stated(key, before), "after": _stated(key, after)}
        for key, before, after in row.telling.changes
    ]


def _stated(key: str, value: str | None) -> list[str] | None:
    return None if value is None else ["colour" if key in COLOURS else "text", value]


def _change(row: Row, change: Change) -> Plain:
    there = row.here.milestones.get(_key(change, row)) if row.here and change.milestone else None
    slip = {}
    if there is not None and change.field == "forecast" and isinstance(change.after, date):
        promises = {"baseline": there.baseline, "commitment": there.commitment}
        slip = {name: (change.after - day).days for name, day in promises.items() if day is not None}
    currency = str(dict(row.wanted.facts).get("currency") or (row.here.facts.get("currency") if row.here else ""))
    before, after = _value(change.before, currency), _value(change.after, currency)
    return {"field": change.field, "milestone": change.milestone, "before": before, "after": after, "slip": slip}


def _key(change: Change, row: Row) -> str:
    found = row.here.milestones if row.here else {}
    return next((key for key, dates in found.items() if dates.name == change.milestone), "")


def _value(value: object, currency: str = "") -> list[str] | None:
    """Kind, text and currency of a value, so that a page can write it in its own language."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, Decimal):
        return ["amount", str(value), currency]
    return ["text", ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)]


def _asked(row: Row) -> Plain:
    question = row.link.question
    candidates = question.candidates if question else ()
    return {
        "at": row.wanted.at,
        "name": row.wanted.name,
        "why": question.why.value if question else "",
        "candidates": [{"code": one.code, "name": one.name} for one in candidates],
        "is_new": row.outcome is Outcome.ADDED,
    }
