"""The Pareto of slippage as shapes: a bar of days per reason, and over the bars the line of what they explain together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmo.kernel.languages import Message, msg, nmsg
from pmo.reports.logic.slips import Share, SlipLine, pareto, reason_name
from pmo.schedule.logic.shapes import Anchor, Circle, Look, Polyline, Rect, Shape, Text, line

WIDTH, ROW, HEAD = 720.0, 30.0, 26.0
NAMES, NUMBERS = 190.0, 150.0  # left and right of the bars
BAR = 14.0
STEPS = (0, 50, 80, 100)  # percent, of the scale of the line


@dataclass(frozen=True, slots=True)
class SlipChart:
    title: Message  # the finding
    label: Message  # for those who do not see it
    shapes: tuple[Shape, ...]
    width: float
    height: float


def layout(lines: Sequence[SlipLine]) -> SlipChart | None:
    """None where nothing slipped."""
    shares = pareto(lines)
    if not shares:
        return None
    height = HEAD + len(shares) * ROW + 6
    shapes = (*_scale(height), *_bars(shares), *_line(shares))
    return SlipChart(finding(lines), _label(shares), shapes, WIDTH, height)


def finding(lines: Sequence[SlipLine]) -> Message:
    """The heaviest reason and how much of the whole it explains."""
    if not lines:
        return msg("No forecast has moved later")
    first = pareto(lines)[0]
    days = sum(line.days for line in lines)
    reason = reason_name(first.line.reason)
    return msg("%(percent)s %% of %(days)s d later: %(reason)s", percent=first.percent, days=days, reason=reason)


def _label(shares: Sequence[Share]) -> Message:
    """Every line in words, one after the other."""
    said: Message | None = None
    for share in shares:
        one = nmsg(
            "%(reason)s: %(num)s move, %(days)s d, together %(percent)s %%",
            "%(reason)s: %(num)s moves, %(days)s d, together %(percent)s %%",
            share.line.count,
            reason=reason_name(share.line.reason),
            days=share.line.days,
            percent=share.cumulative,
        )
        said = one if said is None else msg("%(before)s; %(next)s", before=said, next=one)
    return said or msg("No forecast has moved later")


def _x(percent: float) -> float:
    return round(NAMES + (WIDTH - NAMES - NUMBERS) * percent / 100, 1)


def _middle(number: int) -> float:
    return HEAD + (number + 0.5) * ROW


def _scale(height: float) -> Iterator[Shape]:
    for percent in STEPS:
        yield line(_x(percent), HEAD, _x(percent), height, Look.AXIS_LINE)
        yield Text(_x(percent), HEAD - 8, f"{percent} %", Look.TEXT, Anchor.MIDDLE)


def _bars(shares: Sequence[Share]) -> Iterator[Shape]:
    for number, share in enumerate(shares):
        middle = _middle(number)
        look = Look.TEXT_STRONG if number == 0 else Look.TEXT
        yield Text(NAMES - 10, middle + 4, reason_name(share.line.reason), look, Anchor.END)
        yield Rect(NAMES, middle - BAR / 2, round(_x(share.percent) - NAMES, 1), BAR, Look.BAR_DONE)
        said = nmsg("%(num)s move, +%(days)s d", "%(num)s moves, +%(days)s d", share.line.count, days=share.line.days)
        yield Text(WIDTH - NUMBERS + 24, middle + 4, said, look)


def _line(shares: Sequence[Share]) -> Iterator[Shape]:
    points = tuple((_x(share.cumulative), _middle(number)) for number, share in enumerate(shares))
    if len(points) > 1:
        yield Polyline(points, Look.SERIES_AMBER)
    for x, y in points:
        yield Circle(x, y, 3.5, Look.POINT_AMBER)
