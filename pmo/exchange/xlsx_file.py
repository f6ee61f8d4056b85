"""Workbooks (.xlsx, .xlsm) as grids of cells, read in a limited process of their own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pmo.exchange.logic.grid import Cell, Grid, Span, compact
from pmo.exchange.xlsx.problems import SENTENCES, Problem
from pmo.kernel.confined import Exhausted, ask
from pmo.kernel.errors import Refused

SECONDS = 9


def read(content: bytes) -> tuple[Grid, ...]:
    """Every sheet of the workbook, hidden ones marked. Raises Refused."""
    answer = _ask(content)
    if "problem" in answer:
        raise Refused(SENTENCES[Problem(answer["problem"])])
    grids = tuple(_grid(sheet) for sheet in answer["sheets"])
    if not any(grid.rows for grid in grids):
        raise Refused(SENTENCES[Problem.NO_SHEETS])
    return grids


def _ask(content: bytes) -> dict[str, Any]:
    """The child's answer; a child that dies or hangs has met its limits."""
    try:
        return ask("pmo.exchange.xlsx.child", content, seconds=SECONDS)
    except Exhausted:
        return {"problem": Problem.LIMITS}


def _grid(sheet: dict[str, Any]) -> Grid:
    cells = ((row, column, _cell(text, kind, number_format)) for row, column, text, kind, number_format in sheet["cells"])
    return compact(sheet["name"], cells, [Span(*span) for span in sheet["merged"]], hidden=sheet["hidden"])


def _cell(text: str, kind: str, number_format: str) -> Cell:
    if kind == "moment":
        moment = datetime.fromisoformat(text)
        return Cell(text, moment=date.fromisoformat(text) if len(text) == 10 else moment, format=number_format)
    number = Decimal(kind.removeprefix("number ")) if kind.startswith("number ") else None
    return Cell(text, number=number, format=number_format)
