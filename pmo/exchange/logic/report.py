"""The outcome of reading and planning as plain data: what `--json` prints and the preview shows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pmo.exchange.logic import summary
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Grid
from pmo.exchange.logic.matching import By
from pmo.exchange.logic.plan import Outcome, Plan
from pmo.exchange.logic.reading import Column, Reading
from pmo.exchange.logic.rows import Role
from pmo.exchange.logic.sheets import Heard
from pmo.exchange.logic.words import squeeze
from pmo.kernel.languages import Message

Plain = dict[str, Any]


def reading_report(heard: Heard) -> Plain:
    """What was read, before anything is compared with what is there."""
    readings, first = heard.readings, heard.readings[0]
    records = [record for reading in readings for record in reading.records]
    counted = {role: sum(record.role is role for record in records) for role in Role}
    return {
        "file": heard.source.file_name,
        "rows": len(records) - counted[Role.NOTE] - counted[Role.REPEATED],
        "projects": counted[Role.RECORD],
        "subtotal_rows": counted[Role.SUBTOTAL],
        "duplicate_rows": counted[Role.DUPLICATE],
        "refused": [_refusal(one) for one in summary.refusals(readings)],
        "rag": dict(summary.ratings(readings)),
        "ratings": {column.heading: dict(summary.rating_column(first, column)) for column in first.columns if _rates(column)},
        "no_value": dict(summary.reasons(readings)),
        "no_value_words": summary.words(readings),
        "totals": {one.column: _total(one) for one in summary.totals(readings)},
        "dates": {one.column: _days(one) for one in summary.days(readings)},
        "encoding": heard.source.encoding,
        "separator": heard.source.separator,
        "header_row": first.table.heading_row,
        "transposed": first.table.grid.transposed,
        "position_date": _iso(heard.position.on),
        "position_from": heard.position.source.value,
        "mapping": first.mapping.name or None,
        "columns": [_column(column) for column in first.columns if not column.is_derived(first.table)],
        "sheets": [{"name": reading.table.grid.sheet, "used": True} for reading in readings]
        + [{"name": grid.sheet, "used": False, "hidden": grid.hidden} for grid in heard.left_out],
        "notes": [*_notes(readings), *(note for grid in heard.left_out for note in _sheet(grid))],
    }


def plan_report(plan: Plan) -> Plain:
    """What bringing it in does: counts, questions, projects that are gone."""
    older = plan.of(Outcome.OLDER, Outcome.CLOSED)
    return {
        "created": len(plan.of(Outcome.ADDED)),
        "updated": len(plan.of(Outcome.CHANGED)),
        "unchanged": len(plan.of(Outcome.UNCHANGED)) + len(older),
        "reported_only": len(older),
        "older_list": plan.is_older,
        "made_codes": [
            {"row": row.wanted.at, "name": row.wanted.name, "code": row.given.code, "why": row.given.made.value}
            for row in plan.of(Outcome.ADDED)
            if row.given is not None and row.given.made is not None
        ],
        "gone": len(plan.gone),
        "gone_projects": [one.code for one in plan.gone],
        "linked_by_id": plan.linked(By.IDENTIFIER),
        "linked_by_name": plan.linked(By.NAME),
        "left_out": [row.wanted.name for row in plan.of(Outcome.LEFT_OUT)],
        "questions": [
            {
                "row": row.link.at,
                "name": row.wanted.name,
                "question": row.link.question.why.value,
                "candidates": [one.code for one in row.link.question.candidates],
                "taken_as": "new project" if row.outcome is Outcome.ADDED else "left out",
            }
            for row in plan.rows
            if row.link.question is not None
        ],
    }


def refused_rows(rows: Iterable[tuple[str, str, Message, str, str]]) -> list[Plain]:
    """Rows, or a cell of them, that cannot be brought in (place, what it says, why, cell, column), as refused cells are said."""
    found = []
    for at, what, why, cell, column in rows:
        sheet, _, row = at.rpartition("!")
        number = int(row) if row.isdigit() else row
        said = {"sheet": sheet, "row": number, "column": column, "cell": cell or f"row {row}", "value": what}
        found.append(said | {"reason": str(why)})
    return found


def _rates(column: Column) -> bool:
    return column.style.reads is As.RATING


def _refusal(one: summary.Refusal) -> Plain:
    cell = f"{one.letters}{one.row}"
    return {"sheet": one.sheet, "row": one.row, "column": one.column, "cell": cell, "value": one.value, "reason": str(one.reason)}


def _total(one: summary.Total) -> Plain:
    counted = {"field": one.field, "known": one.known, "unknown": one.unknown}
    return {**counted, "sum": _number(one.sum), "currency": one.currency or None, "unit": one.unit}


def _days(one: summary.Days) -> Plain:
    counted = {"field": one.field, "order": one.order, "known": one.known, "unknown": one.unknown}
    return {**counted, "earliest": _iso(one.earliest), "latest": _iso(one.latest)}


def _column(column: Column) -> Plain:
    return {"heading": column.heading, "field": column.field or None, "how": column.meaning.how.value}


def _notes(readings: Sequence[Reading]) -> Iterator[Plain]:
    """Cells around the list: titles above, footnotes below, subtotals."""
    for reading in readings:
        grid = reading.table.grid
        above = range(reading.table.heading_rows[0])
        around = {
            record.position: record.role for record in reading.having(Role.NOTE, Role.SUBTOTAL, Role.REPEATED, Role.DUPLICATE)
        }
        for position in (*above, *around):
            kind = around[position].value if position in around else "above the list"
            yield from _cells(grid, position, kind)


def _sheet(grid: Grid) -> Iterator[Plain]:
    kind = "hidden sheet" if grid.hidden else "another sheet"
    for position in range(len(grid.rows)):
        yield from _cells(grid, position, kind)


def _cells(grid: Grid, position: int, kind: str) -> Iterator[Plain]:
    for at, cell in enumerate(grid.rows[position]):
        if cell.text:
            row, letters = grid.place(position, at)
            yield {"sheet": grid.sheet, "row": row, "cell": f"{letters}{row}", "value": squeeze(cell.text), "kind": kind}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: Decimal) -> float:
    return float(round(value, 6))
