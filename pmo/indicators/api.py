"""Indicators and their values for programs."""

from datetime import date, datetime
from decimal import Decimal

from flask import Blueprint, Response

from pmo.indicators import queries
from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, require, require_anywhere
from pmo.web.api import Operation, Out, many, one, operation, paging

bp = Blueprint("indicators_api", __name__, url_prefix="/api/v1")
PERIODS = 24


class IndicatorOut(Out):
    id: int
    name: str
    question: str
    ask: str
    portfolio_id: int
    programme_id: int | None
    project_id: int | None
    source: str
    unit: str
    frequency: str
    starts_on: date
    owner_id: int | None
    direction: str
    target: Decimal | None
    warning: Decimal | None
    alert: Decimal | None
    archived_at: datetime | None


class PointOut(Out):
    """One closed period: `value` is null where it is missing, never 0."""

    period: date
    value: Decimal | None
    colour: str | None
    received: int
    expected: int
    is_late: bool
    is_estimated: bool
    is_corrected: bool


class IndicatorWithValues(IndicatorOut):
    measurements: list[PointOut]


@bp.get("/indicators")
@operation("indicators_api.indicators", Operation("Indicators", IndicatorOut, many=True))
def indicators() -> Response:
    require_anywhere(Permission.INDICATOR_READ)
    after, limit = paging()
    rows = sorted((row for row in queries.indicators(actor()) if row.id > after), key=lambda row: row.id)
    return many([IndicatorOut.model_validate(row) for row in rows[: limit + 1]], limit, lambda row: row.id)


@bp.get("/indicators/<int:indicator_id>")
@operation("indicators_api.indicator", Operation("One indicator with its last 24 closed periods", IndicatorWithValues))
def indicator(indicator_id: int) -> Response:
    found = queries.indicator(indicator_id)
    require(Permission.INDICATOR_READ, found.place)
    [series] = queries.series([found], clock.today(), PERIODS)
    points = [
        PointOut(
            period=point.period,
            value=point.total.value,
            colour=point.colour.value if point.colour else None,
            received=point.total.received,
            expected=point.total.expected,
            is_late=point.total.is_late,
            is_estimated=point.total.is_estimated,
            is_corrected=point.total.is_corrected,
        )
        for point in series.points
    ]
    return one(IndicatorWithValues(**IndicatorOut.model_validate(found).model_dump(), measurements=points), found.version)
