"""Planned, earned and spent over time as a drawing: three lines, told apart by dash and by words at their ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pmo.finance.logic.figures import Name, Unit, rounded
from pmo.finance.logic.standing import Value, plan_line
from pmo.kernel.languages import Amount, Message, msg
from pmo.schedule.logic.shapes import Circle, Dated, Look, Polyline, Rect, Shape, Text, Written, diamond, line
from pmo.schedule.logic.trend import spread

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900.0, 280.0, 8.0, 190.0, 16.0, 26.0
LABEL_GAP, TICK_ROOM = 15.0, 70.0
Points = tuple[tuple[date, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    label: Message
    shapes: tuple[Shape, ...]
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class Series:
    name: Name
    points: Points
    look: Look
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    first: date
    last: date
    most: Fraction

    def at(self, day: date, value: Fraction) -> tuple[float, float]:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        up = float(value / self.most)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1), round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * up, 1)


def curve(value: Value) -> Curve | None:
    """None while there are no two days to join."""
    drawn = [one for one in series(value) if one.points]
    days = {day for one in drawn for day, _ in one.points}
    if len(days) < 2:
        return None
    most = max([Fraction(value.base.budget or 0), *(amount for one in drawn for _, amount in one.points)])
    if most <= 0:
        return None
    on = Field(min(days), max(days), most)
    return Curve(_label(value), (*_axis(on), *_budget(on, value), *_lines(on, drawn, value.base.currency)))


def series(value: Value) -> tuple[Series, ...]:
    return (
        Series(Name.PV, plan_line(value), Look.SERIES_QUIET),
        Series(Name.EV, _of(value, Name.EV), Look.SERIES),
        Series(Name.AC, _of(value, Name.AC), Look.SERIES, (6, 3)),
    )


def _of(value: Value, name: Name) -> Points:
    known = ((one.on, one[name].exact) for one in value.standings)
    return tuple((day, amount) for day, amount in known if amount is not None)


def _axis(on: Field) -> Iterator[Shape]:
    yield line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, Look.AXIS_LINE)
    taken = -TICK_ROOM
    day = on.first.replace(day=1)
    while day <= on.last:
        x, _ = on.at(day, Fraction(0))
        if x >= LEFT and x - taken >= TICK_ROOM:
            taken = x
            yield line(x, TOP, x, HEIGHT - BOTTOM, Look.AXIS_LINE)
            yield Text(x, HEIGHT - 8, Dated(day, Written.MONTH_SHORT), Look.TEXT)
        day = (day + timedelta(days=32)).replace(day=1)


def _budget(on: Field, value: Value) -> Iterator[Shape]:
    if value.base.budget is None:
        return
    _, y = on.at(on.last, Fraction(value.base.budget))
    yield Polyline(((LEFT, y), (WIDTH - RIGHT, y)), Look.GHOST_LINE)
    yield Text(LEFT + 4, y - 4, msg("BAC %(amount)s", amount=Amount(value.base.budget, value.base.currency)), Look.TEXT)


def _lines(on: Field, drawn: Sequence[Series], currency: str) -> Iterator[Shape]:
    ends = [on.at(*one.points[-1]) for one in drawn]
    heights = spread([y for _, y in ends], LABEL_GAP, TOP + 4, HEIGHT - BOTTOM)
    for number, (one, (x, y), label_y) in enumerate(zip(drawn, ends, heights, strict=True)):
        points = tuple(on.at(*point) for point in one.points)
        yield Polyline(points, one.look, one.dash)
        for across, down in points:
            yield _mark(number, across, down)
        edge = WIDTH - RIGHT + 10
        yield line(x + 5, y, edge, label_y, Look.LEADER)
        amount = Amount(rounded(one.points[-1][1], Unit.MONEY) or Decimal(0), currency)
        words = msg("%(symbol)s %(amount)s", symbol=one.name.value, amount=amount)
        yield Text(edge + 4, label_y + 4, words, Look.TEXT_STRONG)


def _mark(number: int, x: float, y: float) -> Shape:
    """Of the plan a square, of what is earned a circle, of what is spent a diamond."""
    if number == 0:
        return Rect(x - 2, y - 2, 4, 4, Look.POINT_QUIET)
    return Circle(x, y, 3, Look.POINT) if number == 1 else diamond(x, y, 4, Look.POINT)


def _label(value: Value) -> Message:
    newest, currency = value.newest, value.base.currency
    parts = {
        name.name.lower(): Amount(found, currency) if (found := newest[name].value) is not None else msg("not known")
        for name in (Name.PV, Name.EV, Name.AC)
    }
    return msg(
        "On %(day)s: planned %(pv)s, earned %(ev)s, spent %(ac)s. The table below has every figure.", day=newest.on, **parts
    )
