"""The time axis of a timeline: where a date stands, what the header says, what is shaded behind the rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from pmo.kernel.languages import msg
from pmo.schedule.logic.shapes import Anchor, Dated, Look, Polyline, Rect, Shape, Text, Words, Written, diamond, line

HEAD_HEIGHT = 62
BAND = (15.0, 35.0, 56.0)  # text baselines of the three lines of the header
RULES = (21.5, 42.5)  # lines between them
MONTH_ROOM = 40  # px a month needs to write its short name beside its line
WEEK_ROOM = 26  # px between two week numbers
SHADED_FROM = 3  # px per day from which weekends and holidays can be told apart
MARGIN_DAYS = {"day": 3, "week": 7, "month": 14, "quarter": 30, "year": 60}
FIT_WIDTH = 840  # px
NARROWEST = 880  # px: a short plan still fills its window
WIDEST = 24_000  # px: beyond it browsers and people lose the thread
QUARTER_ROOM, QUARTER_WIDTH, YEAR_WIDTH = 66, 50, 26  # px between two names of quarters; what a name takes
LINE_ROOM = 9  # px between two lines
SPANS = (1, 3, 12, 24, 60, 120, 240)  # months
SPARSEST_WEEKS = 5  # every fifth week at least, or none
HALF_MARK = 8  # px a milestone at the edge of the paper needs
HALF_DATE, HALF_TODAY, HALF_WEEK = 20, 27, 13  # px, half of what a date, the box of today, a week number takes
CLEAR = 5  # px between the box of today and a name: on paper letters are larger than on the screen
ONE_DAY = timedelta(days=1)


class Zoom(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FIT = "fit"  # everything beside the columns, also on A4 landscape


PX_PER_DAY = {Zoom.DAY: 30.0, Zoom.WEEK: 14.0, Zoom.MONTH: 4.0, Zoom.QUARTER: 1.6, Zoom.YEAR: 0.8}


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `start` up to but not including `end`, `px` pixels each."""

    start: date
    end: date
    px: float

    @property
    def width(self) -> float:
        return round((self.end - self.start).days * self.px, 1)

    def x(self, day: date) -> float:
        """Where a day begins. Outside the axis the nearest edge, so that nothing is drawn beyond it."""
        return self._at((day - self.start).days)

    def past(self, day: date) -> float:
        """Where a day is over: the right end of a bar that finishes on it."""
        return self._at((day - self.start).days + 1)

    def shows(self, day: date) -> bool:
        return self.start <= day < self.end

    def _at(self, days: int) -> float:
        return round(min(max(days, 0), (self.end - self.start).days) * self.px, 1)


def axis(days: Iterable[date], today: date, zoom: Zoom) -> Axis:
    """An axis with room for all these days and today, in whole months.

    Where that would be too wide to be drawn, a window around today, a third of it in the past: rows outside it
    are shown at its edges.
    """
    if zoom is Zoom.FIT:
        return fitted(days, today, FIT_WIDTH)
    px, known = PX_PER_DAY[zoom], [today, *days]
    margin, allowed = MARGIN_DAYS[zoom], int(WIDEST / PX_PER_DAY[zoom])
    first = max(min(known), today - timedelta(days=allowed // 3))
    last = min(max(known), first + timedelta(days=allowed)) + timedelta(days=margin)
    start = _first_of_month(first - timedelta(days=margin))
    return Axis(start, _next_month(max(last, start + timedelta(days=int(NARROWEST / px)))), px)


def fitted(days: Iterable[date], today: date, width: float) -> Axis:
    """The same, as wide as the paper allows."""
    known = [today, *days]
    allowed = timedelta(days=int(WIDEST / PX_PER_DAY[Zoom.YEAR]))
    first = max(min(known), today - allowed / 3)
    last = min(max(known), first + allowed)
    margin = (last - first) * (HALF_MARK / (width - 2 * HALF_MARK)) + ONE_DAY
    start, end = _first_of_month(first - margin), _next_month(last + margin)
    return Axis(start, end, width / (end - start).days)


def header(on: Axis, today: date, committees: Iterable[date]) -> tuple[Shape, ...]:
    """Three lines: quarters with committees and today, months, ISO weeks (days when they have the room)."""
    shapes: list[Shape] = [*_months(on), *(_days(on) if on.px >= WEEK_ROOM else _weeks(on))]
    shapes += [line(0, y, on.width, y, Look.HEAD_LINE) for y in RULES]
    shapes.append(line(0, HEAD_HEIGHT - 0.5, on.width, HEAD_HEIGHT - 0.5, Look.HEAD_LINE_STRONG))
    shapes += _events(on, today, sorted(committees))
    return tuple(shapes)


def background(on: Axis, today: date, committees: Iterable[date], holidays: Iterable[date], height: float) -> tuple[Shape, ...]:
    """Behind the rows: months, weekends, public holidays, committees, today."""
    shapes: list[Shape] = []
    if on.px >= SHADED_FROM:
        shapes += [Rect(on.x(day), 0, on.past(day + ONE_DAY) - on.x(day), height, Look.WEEKEND) for day in _weekly(on, weekday=5)]
        shapes += [Rect(on.x(day), 0, on.px, height, Look.HOLIDAY) for day in sorted(holidays) if on.shows(day)]
    shapes += [line(on.x(day) + 0.5, 0, on.x(day) + 0.5, height, Look.GRID) for day in _month_starts(on, _step(on, LINE_ROOM))]
    shapes += [line(on.x(day), 0, on.x(day), height, Look.COMMITTEE_LINE) for day in sorted(committees) if on.shows(day)]
    if on.shows(today):
        shapes.append(line(on.x(today), 0, on.x(today), height, Look.TODAY_LINE))
    return tuple(shapes)


def _months(on: Axis) -> Iterator[Shape]:
    """Lines as dense as they can be told apart, and the names of the months as long as they fit."""
    step, room = _step(on, LINE_ROOM), on.px * 28
    for day in _month_starts(on, step):
        opens_quarter = day.month % 3 == 1
        x = on.x(day)
        look = Look.HEAD_LINE_STRONG if opens_quarter else Look.HEAD_LINE
        yield line(x + 0.5, 0 if opens_quarter else RULES[0] - 0.5, x + 0.5, HEAD_HEIGHT, look)
        if room >= MONTH_ROOM:
            yield Text(x + 6, BAND[1], Dated(day, Written.MONTH), Look.HEAD_TEXT)
        elif step == 1:
            yield Text(x + room / 2, BAND[1], Dated(day, Written.LETTER), Look.HEAD_TEXT, Anchor.MIDDLE)


def _periods(on: Axis, today: date) -> Iterator[Text]:
    """Quarters (years, on a long axis) named where they begin, and at the left edge; beside the box of today, not under it."""
    step = max(3, _step(on, QUARTER_ROOM))
    width = QUARTER_WIDTH if step == 3 else YEAR_WIDTH
    opening = [day for day in _month_starts(on, step)]
    if not opening or on.x(opening[0]) >= width + 10:
        opening.insert(0, on.start)
    now = _middle_of_today(on, today) if on.shows(today) else -on.width
    for day, ends in zip(opening, [*map(on.x, opening[1:]), on.width], strict=True):
        x, room = on.x(day) + 6, on.width
        if x - HALF_TODAY - CLEAR < now < x + width + HALF_TODAY + CLEAR:
            x, room = now + HALF_TODAY + CLEAR, ends
        if x + width <= room:
            yield Text(x, BAND[0], _quarter(day) if step == 3 else str(day.year), Look.HEAD_TEXT_STRONG)


def _quarter(day: date) -> Words:
    return msg("Q%(quarter)s %(year)s", quarter=str((day.month + 2) // 3), year=str(day.year))


def _step(on: Axis, room: float) -> int:
    """The shortest of these spans of months that takes this many pixels."""
    return next((months for months in SPANS if months * 30 * on.px >= room), SPANS[-1])


def _weeks(on: Axis) -> Iterator[Shape]:
    every = max(1, ceil(WEEK_ROOM / (on.px * 7)))
    if every > SPARSEST_WEEKS:
        return
    for day in _weekly(on, weekday=0):
        week = day.isocalendar().week
        x = round(on.x(day) + on.px * 3.5, 1)
        if week % every == 0 and HALF_WEEK <= x <= on.width - HALF_WEEK:
            yield Text(x, BAND[2], msg("W%(week)s", week=str(week)), Look.HEAD_TEXT_SMALL, Anchor.MIDDLE)


def _days(on: Axis) -> Iterator[Shape]:
    for offset in range((on.end - on.start).days):
        day = on.start + timedelta(days=offset)
        yield Text(on.x(day) + on.px / 2, BAND[2], Dated(day, Written.NUMBER), Look.HEAD_TEXT_SMALL, Anchor.MIDDLE)


def _events(on: Axis, today: date, committees: list[date]) -> Iterator[Shape]:
    """Quarters, committees and today on the first line; a date that would be written over another keeps only its mark."""
    periods = list(_periods(on, today))
    yield from periods
    taken = [(text.x, text.x + QUARTER_WIDTH) for text in periods]
    if on.shows(today):
        taken.append((on.x(today) - HALF_TODAY, on.x(today) + HALF_TODAY))
    for day in (day for day in committees if on.shows(day)):
        x = on.x(day)
        yield diamond(x, 45.5, 4, Look.HEAD_COMMITTEE_MARK)
        left, right = x - HALF_DATE, x + HALF_DATE
        if left >= 0 and right <= on.width and all(right <= start or end <= left for start, end in taken):
            taken.append((left, right))
            yield Text(x, BAND[0], Dated(day), Look.HEAD_COMMITTEE, Anchor.MIDDLE)
    if on.shows(today):
        yield from _today(on, today)


def _today(on: Axis, today: date) -> Iterator[Shape]:
    x, middle = on.x(today), _middle_of_today(on, today)
    yield Rect(middle - HALF_TODAY, 2, 2 * HALF_TODAY, 17, Look.HEAD_TODAY_BOX, radius=3)
    yield Text(middle, 14.5, Dated(today), Look.HEAD_TODAY, Anchor.MIDDLE)
    yield Polyline(((x, 19), (x, HEAD_HEIGHT)), Look.TODAY_LINE)


def _middle_of_today(on: Axis, today: date) -> float:
    """Of its box, which stays on the axis."""
    return min(max(on.x(today), HALF_TODAY), on.width - HALF_TODAY)


def _month_starts(on: Axis, step: int) -> Iterator[date]:
    """The first days of every month, quarter, year, ... of the axis; it begins with a month itself."""
    day = on.start
    while day < on.end:
        if (day.year * 12 + day.month - 1) % step == 0:
            yield day
        day = _next_month(day)


def _weekly(on: Axis, weekday: int) -> Iterator[date]:
    day = on.start + timedelta(days=(weekday - on.start.weekday()) % 7)
    while day < on.end:
        yield day
        day += timedelta(days=7)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
