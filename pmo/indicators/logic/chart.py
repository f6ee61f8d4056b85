"""A series as a small picture: the band of good values, the line with its gaps, the last value marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pmo.indicators.logic.definition import Direction, Limits

LEFT, RIGHT, TOP, BASE = 2.0, 250.0, 8.0, 69.0
ROOM = 0.1  # of the range, above and below


@dataclass(frozen=True, slots=True)
class Band:
    """The target line and the side of it on which values are good."""

    y: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[str, ...] = ()  # points of unbroken stretches, as SVG writes them
    dots: tuple[tuple[float, float], ...] = ()  # values with nothing on either side
    gaps: tuple[float, ...] = ()  # where a value is missing
    end: tuple[float, float] | None = None  # the last value, when it is the last period's
    band: Band | None = None


def chart(values: Sequence[Decimal | None], limits: Limits) -> Chart:
    """Coordinates in a box of 280 by 84. A missing value breaks the line and leaves a tick on the base."""
    known = [float(value) for value in (*values, limits.target, limits.warning) if value is not None]
    if not known:
        return Chart(gaps=tuple(_across(number, len(values)) for number in range(len(values))))
    low, high = min(known), max(known)
    room = (high - low or 1) * ROOM
    scale = (low - room, high + room)
    places = [(_across(number, len(values)), value) for number, value in enumerate(values)]
    stretches = _stretches([(x, None if value is None else _down(value, scale)) for x, value in places])
    last = stretches[-1][-1] if stretches and values[-1] is not None else None
    return Chart(
        lines=tuple(" ".join(f"{x:.1f},{y:.1f}" for x, y in stretch) for stretch in stretches if len(stretch) > 1),
        dots=tuple(stretch[0] for stretch in stretches if len(stretch) == 1),
        gaps=tuple(x for x, value in places if value is None),
        end=last,
        band=_band(limits, scale),
    )


def _band(limits: Limits, scale: tuple[float, float]) -> Band | None:
    if limits.target is None:
        return None
    y = _down(limits.target, scale)
    top, bottom = (TOP, y) if limits.direction is Direction.UP else (y, BASE)
    return Band(y, top, round(bottom - top, 1))


def _stretches(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = []
    is_open = False
    for x, y in points:
        if y is None:
            is_open = False
            continue
        if not is_open:
            found.append([])
        found[-1].append((x, y))
        is_open = True
    return found


def _across(number: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * (number / (count - 1) if count > 1 else 1), 1)


def _down(value: Decimal, scale: tuple[float, float]) -> float:
    low, high = scale
    return round(BASE - (float(value) - low) / (high - low) * (BASE - TOP), 1)
