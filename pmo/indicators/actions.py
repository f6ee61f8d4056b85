"""What people and time do to indicators. Each function is one verb: checked, not committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from pmo.db import db, holds_from
from pmo.indicators.logic.definition import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    UNITS,
    Combine,
    Direction,
    Limits,
    Source,
    Via,
)
from pmo.indicators.logic.periods import Frequency, last_closed, last_day, period_of
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.kernel.working_days import Calendar
from pmo.rules.logic import RuleBook

STALE = msg("Somebody else changed this while you were looking at it.")


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything that may be said about an indicator but where it stands and since when."""

    name: str
    source: Source
    limits: Limits
    question: str = ""
    ask: str = ""
    combine: Combine = Combine.SUM
    unit: str = ""
    frequency: Frequency = Frequency.MONTH
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who gives a part: a person of the house, or somebody outside with an address."""

    person_id: int | None = None
    supplier: str = ""
    email: str = ""
    language: str = "en"
    name: str = ""  # of the part


@dataclass(frozen=True, slots=True)
class Answer:
    """What is given for a period: a value, or why there is none."""

    value: Decimal | None
    is_estimated: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives it, by which way."""

    name: str
    via: Via


@dataclass(frozen=True, slots=True)
class House:
    """What due days follow from."""

    rules: RuleBook
    calendar: Calendar
    today: date


def define(place: Place, definition: Definition, *, starts_on: date | None = None) -> Indicator:
    """A new indicator. Without `starts_on` its first period is the last closed one. Raises Invalid."""
    _fits(definition)
    every = definition.frequency
    first = period_of(starts_on, every) if starts_on else last_closed(clock.local(holds_from()).date(), every)
    made = Indicator(
        portfolio_id=place.portfolio_id, programme_id=place.programme_id, project_id=place.project_id, starts_on=first
    )
    _write(made, definition)
    db.session.add(made)
    db.session.flush()
    return made


def change(indicator: Indicator, definition: Definition, *, seen_version: int) -> None:
    """Values that were measured keep what they were; only colours follow the new limits. Raises Invalid, Conflict."""
    _fresh(indicator, seen_version)
    _fits(definition)
    measured = select(func.count()).select_from(Measurement).where(Measurement.indicator_id == indicator.id)
    same = (indicator.source, indicator.frequency) == (definition.source.value, definition.frequency.value)
    if not same and db.session.scalar(measured):
        raise Invalid({"source": msg("There are values already. For another source or rhythm, archive it and define a new one.")})
    _write(indicator, definition)
    _look_again(indicator.id)


def archive(indicator: Indicator) -> None:
    """Nothing more is measured; its values stay."""
    indicator.archived_at = holds_from()
    _look_again(indicator.id)


def restore(indicator: Indicator) -> None:
    indicator.archived_at = None
    _look_again(indicator.id)


def add_part(indicator: Indicator, supplier: Supplier, house: House) -> IndicatorPart:
    """Somebody more is asked from the last closed period on. Raises Invalid, Conflict."""
    if indicator.kind.is_computed:
        raise Conflict(msg("This indicator is computed; nobody is asked for it."))
    if supplier.person_id is None and not supplier.email:
        raise Invalid({"person_id": msg("Choose a person, or type a name and an e-mail address outside.")})
    if supplier.person_id is not None and supplier.email:
        raise Invalid({"email": msg("Either a person of the house, or an address outside.")})
    if supplier.person_id is None and not supplier.supplier:
        raise Invalid({"supplier": msg("Say who it is, for example the name of the company.")})
    _not_twice(indicator, supplier)
    part = IndicatorPart(
        indicator_id=indicator.id,
        name=supplier.name,
        person_id=supplier.person_id,
        supplier="" if supplier.person_id is not None else supplier.supplier,
        email=supplier.email,
        language=supplier.language,
    )
    db.session.add(part)
    db.session.flush()
    ask([(indicator, part)], house)
    return part


def end_part(part: IndicatorPart) -> None:
    """They are not asked any more; what they gave stays."""
    part.ended_at = holds_from()
    _look_again(part.indicator_id)


def ask(parts: Sequence[tuple[Indicator, IndicatorPart]], house: House) -> None:
    """The last closed period of each is asked for, once; its due day follows from the rules."""
    for indicator, part in parts:
        period = last_closed(house.today, indicator.every)
        if period < indicator.starts_on:
            continue
        days = house.rules.days("indicator.due_after", indicator.programme_id)
        values = {
            "indicator_id": indicator.id,
            "part_id": part.id,
            "period": period,
            "asked_on": house.today,
            "due": house.calendar.add(last_day(period, indicator.every), days),
        }
        db.session.execute(insert(Measurement).values(values).on_conflict_do_nothing())


def ask_everybody(house: House) -> None:
    """Every supplier of every indicator in use."""
    query = select(Indicator, IndicatorPart).join(IndicatorPart, IndicatorPart.indicator_id == Indicator.id)
    asked = query.where(Indicator.archived_at.is_(None), IndicatorPart.ended_at.is_(None)).order_by(IndicatorPart.id)
    ask([(row[0], row[1]) for row in db.session.execute(asked)], house)


def keep(indicator_id: int, period: date, value: Decimal | None) -> None:
    """What a formula gave for a closed period, once."""
    values = {
        "indicator_id": indicator_id,
        "period": period,
        "value": value,
        "via": Via.COMPUTED.value,
        "given_at": holds_from(),
    }
    db.session.execute(insert(Measurement).values(values).on_conflict_do_nothing())


def give(measurement: Measurement, answer: Answer, giver: Giver) -> None:
    """The first answer; a second one is refused. Raises Invalid, Conflict."""
    _hold(measurement)
    if measurement.given_at is not None:
        raise Conflict(msg("This was answered already."))
    _answers(measurement, answer)
    measurement.value, measurement.is_estimated, measurement.remark = answer.value, answer.is_estimated, answer.remark
    measurement.via, measurement.given_by, measurement.given_at = giver.via.value, giver.name, holds_from()
    _look_again(measurement.indicator_id)


def correct(measurement: Measurement, answer: Answer, *, reason: str, seen_version: int) -> None:
    """Another value takes its place; who gave the first one stands in the history. Raises Invalid, Conflict."""
    _fresh(measurement, seen_version)
    if measurement.given_at is None:
        raise Conflict(msg("Nobody has answered yet, so there is nothing to correct."))
    if not reason:
        raise Invalid({"reason": msg("Say why the value is corrected.")})
    _answers(measurement, answer)
    measurement.value, measurement.is_estimated, measurement.remark = answer.value, answer.is_estimated, answer.remark
    measurement.correction = reason
    _look_again(measurement.indicator_id)


def _look_again(indicator_id: int) -> None:
    """Its alerts follow, once per transaction."""
    defer("alerts.indicators", indicator_id=indicator_id)


def _answers(measurement: Measurement, answer: Answer) -> None:
    value = answer.value
    if value is None and not answer.remark:
        raise Invalid({"value": msg("Enter a value, or say in the remark why there is none.")})
    is_score = value is not None and value in range(LOWEST_SCORE, HIGHEST_SCORE + 1)
    if value is not None and measurement.indicator.kind is Source.SURVEY and not is_score:
        raise Invalid({"value": msg("Choose a number from 1 to 5.")})


def _not_twice(indicator: Indicator, supplier: Supplier) -> None:
    """In a survey everybody answers once; elsewhere the same person may give several parts."""
    p = IndicatorPart
    who = p.person_id == supplier.person_id if supplier.person_id is not None else p.email == supplier.email
    same = [p.indicator_id == indicator.id, p.ended_at.is_(None), who]
    if indicator.kind is not Source.SURVEY:
        same.append(p.name == supplier.name)
    if db.session.scalar(select(p.id).where(*same).limit(1)) is not None:
        field = "person_id" if supplier.person_id is not None else "email"
        raise Invalid({field: msg("They are asked already.")})


def _fits(definition: Definition) -> None:
    if not definition.limits.is_ordered:
        sentence = (
            msg("From good to bad it goes down: target, warning limit, alert limit.")
            if definition.limits.direction is Direction.UP
            else msg("From good to bad it goes up: target, warning limit, alert limit.")
        )
        raise Invalid({"alert": sentence})


def _write(indicator: Indicator, definition: Definition) -> None:
    limits, source = definition.limits, definition.source
    indicator.name, indicator.question, indicator.owner_id = definition.name, definition.question, definition.owner_id
    indicator.ask = definition.ask
    indicator.source, indicator.combine, indicator.frequency = source.value, definition.combine.value, definition.frequency.value
    indicator.unit = UNITS.get(source, definition.unit)
    indicator.direction, indicator.target = limits.direction.value, limits.target
    indicator.warning, indicator.alert = limits.warning, limits.alert


def _fresh(row: Indicator | Measurement, seen_version: int) -> None:
    _hold(row)
    if row.version != seen_version:
        raise Conflict(STALE)


def _hold(row: Indicator | Measurement) -> None:
    """Wait for whoever is writing this row, then look at it anew."""
    db.session.execute(select(type(row).id).where(type(row).id == row.id).with_for_update())
    db.session.refresh(row)
