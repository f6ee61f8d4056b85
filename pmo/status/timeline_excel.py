"""The timeline as a sheet: the same rows in the same order, with real dates and numbers."""

from collections.abc import Iterable

from pmo.kernel.languages import Message, msg
from pmo.kernel.working_days import Calendar
from pmo.schedule.logic.gantt_rows import Kind, Row
from pmo.schedule.logic.slippage import slip
from pmo.status.columns import colour_name
from pmo.status.timeline import days_of
from pmo.web.downloads import Column, Shown, Value

KIND_NAMES: dict[Kind, Message] = {
    Kind.PROGRAMME: msg("Programme"),
    Kind.PROJECT: msg("Project"),
    Kind.PHASE: msg("Phase"),
    Kind.TASK: msg("Task"),
    Kind.MILESTONE: msg("Milestone"),
}
COLUMNS = (
    Column(msg("Kind")),
    Column(msg("ID")),
    Column(msg("Name"), width=44),
    Column(msg("Start"), Shown.DATE),
    Column(msg("Finish"), Shown.DATE),
    Column(msg("Working days"), Shown.NUMBER),
    Column(msg("Progress"), Shown.PERCENT),
    Column(msg("Status")),
    Column(msg("Baseline"), Shown.DATE),
    Column(msg("Slip to baseline"), Shown.DAYS),
    Column(msg("Committee was told"), Shown.DATE),
    Column(msg("Slip to commitment"), Shown.DAYS),
    Column(msg("Reached")),
)


def cells(rows: Iterable[Row], calendar: Calendar) -> Iterable[list[Value]]:
    for row in rows:
        has_status = row.kind in (Kind.PROGRAMME, Kind.PROJECT, Kind.MILESTONE)
        yield [
            KIND_NAMES[row.kind],
            row.code,
            row.name,
            row.start,
            row.finish,
            days_of(row, calendar),
            row.percent,
            colour_name(row.colour) if has_status else None,
            row.baseline,
            slip(row.baseline, row.finish),
            row.commitment,
            slip(row.commitment, row.finish),
            msg("yes") if row.is_reached else None,
        ]
