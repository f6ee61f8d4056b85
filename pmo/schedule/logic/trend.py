"""Milestone trend: what was forecast at each report. Flat is on plan, rising is slipping, on the diagonal the date is reached."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from pmo.kernel.languages import Message, msg, nmsg
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.shapes import (
    Anchor,
    Circle,
    Dated,
    Look,
    Point,
    Polygon,
    Polyline,
    Rect,
    Shape,
    Text,
    Written,
    diamond,
    line,
)

MOST = 8  # lines one can follow; the DIN 69901 practice is 8 to 15
LABEL_GAP = 31.0  # px between two labels: a name and a note
LEFT, RIGHT, TOP, BOTTOM = 44.0, 200.0, 12.0, 26.0
WIDTH, HEIGHT = 800.0, 262.0
TICK_ROOM = 58.0  # px between two report dates
TICKS = 9  # dates on the upright axis, at most
DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (2, 3), (9, 3, 2, 3), (12, 4), (1, 4), (5, 2, 1, 2, 1, 2), (14, 3, 4, 3))
TONES = {
    Colour.RED: (Look.SERIES_RED, Look.POINT_RED, Look.TEXT_RED),
    Colour.AMBER: (Look.SERIES_AMBER, Look.POINT_AMBER, Look.TEXT_AMBER),
}
STRONG = (Look.SERIES, Look.POINT, Look.TEXT)
QUIET = (Look.SERIES_QUIET, Look.POINT_QUIET, Look.TEXT)


@dataclass(frozen=True, slots=True)
class Report:
    """What one report said about one milestone."""

    on: date
    forecast: date


@dataclass(frozen=True, slots=True)
class Track:
    """A milestone through its reports, oldest first. Once reached, its last forecast is the day it happened."""

    key: str
    name: str
    reports: tuple[Report, ...]
    colour: Colour | None = None
    is_reached: bool = False

    @property
    def moved(self) -> int:
        """Calendar days the forecast has moved since the first report; negative when it came nearer."""
        return (self.reports[-1].forecast - self.reports[0].forecast).days


@dataclass(frozen=True, slots=True)
class Trend:
    title: Message  # the finding
    measure: Message  # what is drawn, and how much of it
    label: Message  # for those who do not see it
    shapes: tuple[Shape, ...]
    width: float
    height: float
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """Both axes: reports from left to right, forecasts from the earliest at the bottom to the latest on top."""

    first: date
    last: date
    earliest: date
    latest: date
    width: float
    height: float

    def x(self, on: date) -> float:
        share = (on - self.first).days / max(1, (self.last - self.first).days)
        return round(LEFT + (self.width - LEFT - RIGHT) * share, 1)

    def y(self, forecast: date) -> float:
        share = (forecast - self.earliest).days / max(1, (self.latest - self.earliest).days)
        return round(self.height - BOTTOM - (self.height - TOP - BOTTOM) * share, 1)


def forecasts(current: date | None, moves: Iterable[tuple[date, date | None]], reports: Iterable[date]) -> tuple[Report, ...]:
    """What each report said: `moves` are the days on which the forecast moved and what it was before, oldest first."""
    ledger = list(moves)
    said = []
    for on in reports:
        forecast = next((before for moved_on, before in ledger if moved_on > on), current)
        if forecast is not None:
            said.append(Report(on, forecast))
    return tuple(said)


def layout(tracks: Sequence[Track], today: date, width: float = WIDTH) -> Trend | None:
    """The chart, or None when there are not yet two reports to compare."""
    known = [track for track in tracks if track.reports]
    drawn = _chosen(known)
    if len({report.on for track in drawn for report in track.reports}) < 2:
        return None
    height = max(HEIGHT, len(drawn) * LABEL_GAP + TOP + BOTTOM)
    on = _field(drawn, today, width, height)
    title = finding(known)
    shapes = (*_axes(on, drawn), *_diagonal(on), *_lines(on, drawn))
    return Trend(title, _measure(len(drawn), len(known)), _label(title, drawn), shapes, width, height, drawn)


def finding(tracks: Sequence[Track]) -> Message:
    """The sentence above the chart: how many milestones moved, which way, how far."""
    since = min(track.reports[0].on for track in tracks)
    later = [track.moved for track in tracks if track.moved > 0]
    earlier = [-track.moved for track in tracks if track.moved < 0]
    if later:
        return nmsg(
            "%(num)s milestone has moved %(days)s d later since %(day)s",
            "%(num)s milestones have moved later since %(day)s, half of them by %(days)s d or more",
            len(later),
            days=median_low(sorted(later, reverse=True)),
            day=since,
        )
    if earlier:
        return nmsg(
            "%(num)s milestone has moved %(days)s d earlier since %(day)s",
            "%(num)s milestones have moved earlier since %(day)s, none later",
            len(earlier),
            days=median_low(earlier),
            day=since,
        )
    return msg("No milestone has moved since %(day)s", day=since)


def spread(heights: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Label positions as near as possible to `heights`, at least `gap` apart, in the same order, between top and bottom."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = [min(max(heights[i], top), bottom) for i in order]
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    limit = max(bottom, top + gap * (len(placed) - 1))
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], limit - gap * (len(placed) - 1 - i))
    at = dict(zip(order, placed, strict=True))
    return [at[i] for i in range(len(heights))]


def _chosen(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """At most so many lines: what is still ahead before what is reached, what moved most before what stood still."""
    by_weight = sorted(tracks, key=lambda track: (track.is_reached, -abs(track.moved), track.key))[:MOST]
    return tuple(track for track in tracks if track in by_weight)


def _field(tracks: Sequence[Track], today: date, width: float, height: float) -> Field:
    reports = [report.on for track in tracks for report in track.reports]
    dates = [report.forecast for track in tracks for report in track.reports]
    first, last = min(reports), max(reports)
    margin = max(timedelta(days=5), (max(dates) - min(dates)) / 12)
    return Field(first, min(max(last, first + timedelta(days=1)), today), min(dates) - margin, max(dates) + margin, width, height)


def _axes(on: Field, tracks: Sequence[Track]) -> Iterator[Shape]:
    right = on.width - RIGHT
    for month in _months(on.earliest, on.latest):
        form = Written.MONTH if (on.latest - on.earliest).days <= 300 else Written.MONTH_SHORT
        yield line(LEFT, on.y(month), right, on.y(month), Look.AXIS_LINE)
        yield Text(LEFT - 8, on.y(month) + 4, Dated(month, form), Look.TEXT, Anchor.END)
    taken = -TICK_ROOM
    for day in sorted({report.on for track in tracks for report in track.reports}, reverse=True):
        if abs(on.x(day) - taken) >= TICK_ROOM:
            taken = on.x(day)
            yield Text(taken, on.height - 6, Dated(day), Look.TEXT, Anchor.MIDDLE)


def _months(earliest: date, latest: date) -> Iterator[date]:
    """First days of every month, second, quarter, half year, year, ... whatever gives few enough lines."""
    count = (latest.year - earliest.year) * 12 + latest.month - earliest.month + 1
    step = next((months for months in (1, 2, 3, 6, 12, 24, 60) if count / months <= TICKS), 120)
    for number in range(earliest.year * 12 + earliest.month - 1, latest.year * 12 + latest.month):
        first = date(number // 12, number % 12 + 1, 1)
        if number % step == 0 and earliest <= first <= latest:
            yield first


def _diagonal(on: Field) -> Iterator[Shape]:
    """Where a forecast equals the day of its report: the milestone is due that day."""
    start, end = max(on.first, on.earliest), min(on.last, on.latest)
    if start >= end:
        return
    yield line(on.x(start), on.y(start), on.x(end), on.y(end), Look.GHOST_LINE)
    if on.x(start) - LEFT > 2 * TICK_ROOM:
        yield Text(on.x(start) - 8, on.y(start) - 2, msg("date reached"), Look.TEXT, Anchor.END)


def _lines(on: Field, tracks: Sequence[Track]) -> Iterator[Shape]:
    """Each milestone with its own dash and its own points, so that no line needs a colour to be told apart."""
    label_at = spread([on.y(track.reports[-1].forecast) for track in tracks], LABEL_GAP, TOP + 12, on.height - BOTTOM - 12)
    strongest = max(tracks, key=lambda track: abs(track.moved))
    for number, (track, label_y) in enumerate(zip(tracks, label_at, strict=True)):
        series, point, note = _looks(track, strongest)
        points = [(on.x(report.on), on.y(report.forecast)) for report in track.reports]
        yield Polyline(tuple(points), series, DASHES[number % len(DASHES)])
        for x, y in points:
            yield _point(number, x, y, point)
        x, y = points[-1]
        edge = on.width - RIGHT + 12
        yield line(x + 6, y, edge, label_y, Look.LEADER)
        yield _point(number, edge + 8, label_y - 4, point)
        yield Text(edge + 18, label_y, track.name, Look.TEXT_STRONG)
        yield Text(edge + 18, label_y + 13, _note(track), note)


def _looks(track: Track, strongest: Track) -> tuple[Look, Look, Look]:
    """Of the line, its points and its note."""
    if not track.is_reached and track.colour is not None and track.colour.band in TONES:
        return TONES[track.colour.band]
    return STRONG if track is strongest else QUIET


def _point(number: int, x: float, y: float, look: Look) -> Shape:
    """Circle, square, diamond, triangle, in turn."""
    match number % 4:
        case 0:
            return Circle(x, y, 3, look)
        case 1:
            return Rect(x - 2.75, y - 2.75, 5.5, 5.5, look)
        case 2:
            return diamond(x, y, 4, look)
        case _:
            return Polygon(_triangle(x, y), look)


def _triangle(x: float, y: float) -> tuple[Point, ...]:
    return (x, y - 4), (x + 3.8, y + 3), (x - 3.8, y + 3)


def _note(track: Track) -> Message:
    last = track.reports[-1].forecast
    if track.is_reached:
        return msg("reached %(day)s", day=last)
    if track.moved > 0:
        return msg("%(day)s, %(days)s d later", day=last, days=track.moved)
    if track.moved < 0:
        return msg("%(day)s, %(days)s d earlier", day=last, days=-track.moved)
    return msg("%(day)s, not moved", day=last)


def _measure(drawn: int, known: int) -> Message:
    if drawn < known:
        return msg("Forecast date at each report, %(drawn)s of %(known)s milestones", drawn=drawn, known=known)
    return msg("Forecast date at each report")


def _label(title: Message, tracks: Sequence[Track]) -> Message:
    said = title
    for track in tracks:
        said = msg("%(sentence)s. %(name)s: %(note)s", sentence=said, name=track.name, note=_note(track))
    return said
