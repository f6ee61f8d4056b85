"""What the alert rules look at in indicators, and who may see what was found about them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from pmo.alerts.logic.indicator_rules import IndicatorFacts
from pmo.alerts.logic.rules import Subject
from pmo.alerts.models import Finding
from pmo.db import db
from pmo.indicators import queries as indicators
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.indicators.queries import Series
from pmo.kernel.permissions import Actor, Permission
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.rules.queries import rule_book


def indicator_facts(today: date, ids: Collection[int] | None = None) -> list[IndicatorFacts]:
    """Of indicators in use (of `ids`), three statements however many; those of a closed project stand still with it."""
    query = select(Indicator).where(Indicator.archived_at.is_(None)).options(joinedload(Indicator.project))
    used = db.session.scalars((query if ids is None else query.where(Indicator.id.in_(ids))).order_by(Indicator.id))
    open_ones = [one for one in used if one.project is None or one.project.state == State.OPEN]
    late = _late(today, [one.id for one in open_ones])
    back = rule_book(today).days("indicator.looked_back")
    return [_facts(series, late.get(series.indicator.id, [])) for series in indicators.series(open_ones, today, back)]


def open_indicator_findings(ids: Collection[int] | None = None) -> list[Finding]:
    query = select(Finding).where(Finding.subject == Subject.INDICATOR.value, Finding.cleared_at.is_(None)).order_by(Finding.id)
    return list(db.session.scalars(query if ids is None else query.where(Finding.subject_id.in_(ids))))


def visible_indicator_findings(actor: Actor, *, mine: bool = False) -> ColumnElement[bool]:
    """Alerts of a place tell a value: only who may read the indicator sees them, and its owner always among these."""
    is_one = Finding.subject == Subject.INDICATOR.value
    readable = Finding.subject_id.in_(select(Indicator.id).where(indicators.visible(actor)))
    f, own = Finding, Finding.owner_id == actor.person_id
    programme = indicators.programme_now(f.project_id, f.programme_id)
    warned = within(actor, Permission.ALERT_READ, portfolio=f.portfolio_id, programme=programme, project=f.project_id)
    return and_(is_one, readable, own if mine else or_(warned, own))


def _facts(series: Series, late: list[date]) -> IndicatorFacts:
    one = series.indicator
    known = next((point for point in reversed(series.points) if point.total.value is not None), None)
    return IndicatorFacts(
        id=one.id,
        name=one.name,
        unit=one.unit,
        every=one.frequency,
        limits=one.limits,
        place=one.place,
        owner_id=one.owner_id,
        period=known.period if known else None,
        value=known.total.value if known else None,
        late=len(late),
        late_since=min(late, default=None),
    )


def _late(today: date, ids: Collection[int]) -> dict[int, list[date]]:
    """By indicator the days by which an answer should have come, and did not."""
    found: dict[int, list[date]] = {}
    m = Measurement
    query = select(m.indicator_id, m.due).join(IndicatorPart, IndicatorPart.id == m.part_id).order_by(m.due, m.id)
    query = query.where(m.indicator_id.in_(ids), m.given_at.is_(None), m.due < today, IndicatorPart.ended_at.is_(None))
    for indicator_id, due in db.session.execute(query):
        if due is not None:
            found.setdefault(indicator_id, []).append(due)
    return found
