"""Indicators of the demo: defined a year ago, measured month by month as everything stood then, some of it given by people."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from pmo.db import db, transaction
from pmo.indicators import actions
from pmo.indicators.actions import Answer, Definition, Giver, House, Supplier
from pmo.indicators.closing import close_periods
from pmo.indicators.logic.definition import Combine, Direction, Limits, Source, Via
from pmo.indicators.logic.periods import Frequency, last_closed, last_day, shifted
from pmo.indicators.models import Indicator, Measurement
from pmo.indicators.queries import place_of
from pmo.kernel import clock
from pmo.kernel.permissions import ScopeKind
from pmo.people.models import Person
from pmo.people.scopes import scopes
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar

MONTHS = 12
MISSING = "-"
GIVEN_AFTER = timedelta(days=3)  # of the end of a month
Rows = Sequence[dict[str, str]]


def define(definitions: Rows, suppliers: Rows, country: str) -> None:
    """All of them; the newest value of a supplier is that of the last closed month, "-" is one never given."""
    people = {person.email: person for person in db.session.scalars(select(Person))}
    last = last_closed(clock.today(), Frequency.MONTH)
    with transaction("Demo"):
        for row in definitions:
            kind, _, code = row["Where"].partition(":")
            found = scopes().find(ScopeKind(kind), code)
            if found is not None:
                made = _definition(row, people[row["Owner"]].id)
                actions.define(place_of(f"{kind}:{found.id}"), made, starts_on=shifted(last, Frequency.MONTH, 1 - MONTHS))
    with transaction("Demo"):
        made_up = {one.name: one for one in db.session.scalars(select(Indicator))}
        for row in suppliers:
            _supply(made_up[row["Indicator"]], row, people, country)
    close_periods()


def _definition(row: dict[str, str], owner_id: int) -> Definition:
    target, warning, alert = (Decimal(row[name]) for name in ("Target", "Warning", "Alert"))
    return Definition(
        name=row["Name"],
        source=Source(row["Source"]),
        limits=Limits(Direction(row["Direction"]), target, warning, alert),
        question=row["Question"],
        ask=row["Asked"],
        combine=Combine(row["Combine"]),
        unit=row["Unit"],
        owner_id=owner_id,
    )


def _supply(indicator: Indicator, row: dict[str, str], people: dict[str, Person], country: str) -> None:
    """Asked and answered for each month of the story."""
    person, calendar = people.get(row["Person"]), house_calendar(country, clock.today().year - 2, clock.today().year + 1)
    supplier = Supplier(person.id if person else None, row["Outside"], row["E-mail"], row["Language"], row["Part"])
    values = row["Values"].split()
    last = last_closed(clock.today(), Frequency.MONTH)
    part = actions.add_part(indicator, supplier, House(rule_book(), calendar, _asked(shifted(last, Frequency.MONTH, 0))))
    for steps, text in enumerate(values, start=1 - len(values)):
        period = shifted(last, Frequency.MONTH, steps)
        actions.ask([(indicator, part)], House(rule_book(), calendar, _asked(period)))
        found = db.session.scalars(select(Measurement).where(Measurement.part_id == part.id, Measurement.period == period)).one()
        if text != MISSING:
            actions.give(found, Answer(Decimal(text)), Giver(part.who, Via.TYPED if person else Via.LINK))
            found.given_at = clock.start_of_day(last_day(period, Frequency.MONTH) + GIVEN_AFTER)


def _asked(period: date) -> date:
    """The day after its month."""
    return shifted(period, Frequency.MONTH, 1)
