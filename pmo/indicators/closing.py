"""Computed indicators are measured as their periods close: as everything stood at the end of the last day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.db import db, transaction
from pmo.indicators import actions, computing
from pmo.indicators.logic.periods import last_closed, last_day, periods
from pmo.indicators.models import Indicator, Measurement
from pmo.kernel import clock
from pmo.rules.queries import rule_book


def close_periods(indicator_ids: list[int] | None = None) -> int:
    """Measure what is closed and not yet measured. Asked outside a transaction: it turns to the past and back.

    Returns how many periods. A period in which nothing counted is kept without a value: missing, never 0.
    """
    wanted = _to_measure(indicator_ids)
    for indicator_id, period, end in wanted:
        value = _at(indicator_id, end)
        with transaction("period closed"):
            actions.keep(indicator_id, period, value)
    return len(wanted)


def _to_measure(indicator_ids: list[int] | None) -> list[tuple[int, date, date]]:
    """Indicator, period and its last day."""
    query = select(Indicator).where(Indicator.archived_at.is_(None)).order_by(Indicator.id)
    used = db.session.scalars(query if indicator_ids is None else query.where(Indicator.id.in_(indicator_ids))).all()
    computed = [one for one in used if one.kind.is_computed]
    ids = [one.id for one in computed]
    known = select(Measurement.indicator_id, Measurement.period).where(Measurement.indicator_id.in_(ids))
    there = {(row.indicator_id, row.period) for row in db.session.execute(known)}
    today = clock.today()
    return [
        (one.id, period, last_day(period, one.every))
        for one in computed
        for period in periods(one.starts_on, last_closed(today, one.every), one.every)
        if (one.id, period) not in there
    ]


def _at(indicator_id: int, end: date) -> Decimal | None:
    """The definition is today's, also where it was laid down later; the facts are those of that evening."""
    meant = computing.meaning(db.session.get_one(Indicator, indicator_id))
    return computing.as_it_stood(meant, rule_book(), end).value
