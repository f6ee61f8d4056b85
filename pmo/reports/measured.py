"""Reads the indicators a report shows: those of its own place, for their last closed period."""

from pmo.indicators import queries
from pmo.indicators.queries import Series
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Permission, may
from pmo.reports.logic.content import IndicatorLine
from pmo.reports.subjects import Subject


def indicators(subject: Subject, actor: Actor) -> tuple[IndicatorLine, ...]:
    """Empty for who may not read the indicators of this place."""
    if not may(actor, Permission.INDICATOR_READ, subject.place):
        return ()
    shown = queries.series(queries.of_place(subject.place), clock.today(), 2)
    return tuple(line for series in shown if (line := _line(series)) is not None)


def _line(series: Series) -> IndicatorLine | None:
    one, last = series.indicator, series.last
    if last is None:
        return None
    return IndicatorLine(
        name=one.name,
        period=last.period,
        every=one.frequency,
        value=last.total.value,
        before=series.points[-2].total.value if len(series.points) > 1 else None,
        unit=one.unit,
        colour=last.colour,
        direction=one.direction,
        target=one.target,
        received=last.total.received,
        expected=last.total.expected,
        is_collected=not one.kind.is_computed,
        is_late=last.total.is_late,
        is_estimated=last.total.is_estimated,
    )
