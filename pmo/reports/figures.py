"""Milestones against what the committee was told: baseline, commitment and forecast of each on one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, render
from pmo.portfolio.logic import Colour
from pmo.reports.charts import PAPER, SLIP_INK, Canvas, Picture
from pmo.reports.inks import TEXT, TEXT_2, Ink
from pmo.reports.logic.content import Promise
from pmo.schedule.logic.gantt_bars import mark_look
from pmo.schedule.logic.shapes import Anchor, Look, Shape, diamond, line

ROW, HEAD = 17.0, 20.0
NAMES, SLIPS, MARGIN = 208.0, 40.0, 10.0  # pt left and right of the drawing
MONTH_ROOM = 34.0
AXIS = Ink(TEXT_2, size=8)


@dataclass(frozen=True, slots=True)
class Told:
    """One milestone of the chart."""

    name: str
    promise: Promise
    colour: Colour | None


def against_commitment(rows: Sequence[Told], today: date, lang: str) -> Picture:
    """As wide as the text; names and slips stand in columns of their own."""
    canvas = Canvas(PAPER, HEAD + len(rows) * ROW + 4, lang)
    axis = _Axis(rows, today)
    canvas.paint(_months(axis, canvas.height), 0, 0, 1)
    for month in axis.months:
        canvas.write(formats.month(month, lang), (axis.x(month) + 3, 10), AXIS)
    canvas.paint([line(axis.x(today), HEAD - 6, axis.x(today), canvas.height, Look.TODAY_LINE)], 0, 0, 1)
    for number, row in enumerate(rows):
        middle = HEAD + (number + 0.5) * ROW
        canvas.paint(_row(row, axis, middle), 0, 0, 1)
        canvas.write(row.name, (0, middle + 3), Ink(TEXT, size=8.2), room=NAMES - MARGIN)
        _slip(canvas, row.promise, middle, lang)
    return canvas.picture("; ".join(render(_words(row), lang) for row in rows))


class _Axis:
    """From the first of the month of the earliest date to the last of the month of the latest."""

    def __init__(self, rows: Sequence[Told], today: date) -> None:
        days = [today]
        for row in rows:
            promise = row.promise
            days += [day for day in (promise.baseline, promise.commitment, promise.forecast) if day]
        self.first = (min(days) - timedelta(days=4)).replace(day=1)
        self.last = _next_month(max(days) + timedelta(days=4), 1)
        step, room = 1, PAPER - NAMES - SLIPS
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        while count / step * MONTH_ROOM > room:
            step += 1
        self.months = [_next_month(self.first, ahead) for ahead in range(0, count, step)]

    def x(self, day: date) -> float:
        room = PAPER - NAMES - SLIPS - MARGIN
        return NAMES + room * (day - self.first).days / (self.last - self.first).days


def _next_month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _months(axis: _Axis, height: float) -> list[Shape]:
    upright = [line(axis.x(month), HEAD - 6, axis.x(month), height, Look.GRID) for month in axis.months]
    return [*upright, line(NAMES, HEAD - 6, PAPER - SLIPS, HEAD - 6, Look.HEAD_LINE_STRONG)]


def _row(row: Told, axis: _Axis, middle: float) -> list[Shape]:
    """Dashes from baseline to commitment or forecast, a full line for what the committee does not know yet."""
    promise, shapes = row.promise, list[Shape]()
    now = promise.forecast
    if promise.baseline and now:
        shapes.append(line(axis.x(promise.baseline), middle, axis.x(now), middle, Look.GHOST_LINE))
    if promise.commitment and now:
        shapes.append(line(axis.x(promise.commitment), middle, axis.x(now), middle, Look.LINK_CRITICAL))
    if promise.baseline:
        shapes.append(diamond(axis.x(promise.baseline), middle, 4, Look.MILESTONE_BASELINE))
    if promise.commitment:
        x = axis.x(promise.commitment)
        shapes.append(line(x, middle - 6, x, middle + 6, Look.COMMITMENT))
    if now:
        shapes.append(diamond(axis.x(now), middle, 4.6, mark_look(row.colour, False, False)))
    return shapes


def _slip(canvas: Canvas, promise: Promise, middle: float, lang: str) -> None:
    tone = promise.commitment_tone.band if promise.commitment_tone else None
    ink = Ink(SLIP_INK.get(tone, TEXT) if tone else TEXT, size=8.4, bold=tone in SLIP_INK)
    canvas.write(formats.delta(promise.to_commitment, lang), (PAPER, middle + 3), ink, Anchor.END)


def _words(row: Told) -> Message:
    promise = row.promise
    return msg(
        "%(name)s: baseline %(baseline)s, committee was told %(commitment)s, forecast %(forecast)s",
        name=row.name,
        baseline=promise.baseline or "–",
        commitment=promise.commitment or "–",
        forecast=promise.forecast or "–",
    )
