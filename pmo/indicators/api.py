"""Indicators and their values for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Select, select

from pmo.indicators import actions, queries
from pmo.indicators.actions import Answer, Definition, Giver
from pmo.indicators.logic.definition import Combine, Direction, Limits, Source, Via
from pmo.indicators.logic.periods import Frequency
from pmo.indicators.models import Indicator, Measurement
from pmo.indicators.queries import ASKED, NAMED
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.logic import Colour
from pmo.web.access import actor
from pmo.web.api import Asked, Body, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Filled, Line, Text

bp = Blueprint("indicators_api", __name__, url_prefix="/api/v1")
PERIODS = 24
READ, EDIT = Permission.INDICATOR_READ, Permission.INDICATOR_EDIT
Value = Annotated[Decimal, Field(max_digits=16, decimal_places=4)]


class PointOut(Out):
    """One closed period: `value` is null where it is missing, never 0."""

    period: date
    value: Decimal | None
    colour: Colour | None
    received: int
    expected: int
    is_late: bool
    is_estimated: bool
    is_corrected: bool


class IndicatorOut(Out):
    """With its last 24 closed periods."""

    id: int
    name: str
    question: str
    ask: str
    portfolio_id: int
    programme_id: int | None
    project_id: int | None
    source: Source
    combine: Combine
    unit: str
    frequency: Frequency
    starts_on: date
    owner_id: int | None
    direction: Direction
    target: Decimal | None
    warning: Decimal | None
    alert: Decimal | None
    archived_at: datetime | None
    version: int
    measurements: list[PointOut]


class MeasurementOut(Out):
    """What was computed, or asked of somebody; without given_at nobody has answered yet."""

    id: int
    indicator_id: int
    part_id: int | None
    period: date
    asked_on: date | None
    due: date | None
    value: Decimal | None
    is_estimated: bool
    remark: str
    via: Via | Literal[""]
    given_at: datetime | None
    given_by: str
    correction: str
    version: int


class IndicatorsAsked(Asked):
    state: Annotated[Literal["current", "archived"] | None, Blank] = None


class MeasurementsAsked(Asked):
    indicator_id: Annotated[Id | None, Blank] = None
    state: Annotated[Literal["given", "waiting"] | None, Blank] = None


class IndicatorBody(Body):
    name: Filled
    question: Text = ""
    ask: Line = ""
    source: Source
    combine: Combine = Combine.SUM
    unit: Line = ""
    frequency: Frequency = Frequency.MONTH
    owner_id: Id | None = None
    direction: Direction = Direction.UP
    target: Value | None = None
    warning: Value | None = None
    alert: Value | None = None

    @property
    def definition(self) -> Definition:
        limits = Limits(self.direction, self.target, self.warning, self.alert)
        return Definition(
            self.name, self.source, limits, self.question, self.ask, self.combine, self.unit, self.frequency, self.owner_id
        )


class AnswerBody(Body):
    """A value, or a remark why there is none."""

    value: Value | None = None
    is_estimated: bool = False
    remark: Line = ""

    @property
    def answer(self) -> Answer:
        return Answer(self.value, self.is_estimated, self.remark)


class MeasurementCorrectionBody(AnswerBody):
    reason: Line


def _indicators(person: Actor) -> Select[Any]:
    return select(Indicator).where(queries.visible(person)).options(*NAMED)


def _indicators_asked(query: Select[Any], asked: IndicatorsAsked) -> Select[Any]:
    if asked.state is None:
        return query
    return query.where(Indicator.archived_at.is_(None) if asked.state == "current" else Indicator.archived_at.is_not(None))


def _measurements(person: Actor) -> Select[Any]:
    return (
        select(Measurement)
        .join(Indicator, Indicator.id == Measurement.indicator_id)
        .where(queries.visible(person))
        .options(*ASKED)
    )


def _measurements_asked(query: Select[Any], asked: MeasurementsAsked) -> Select[Any]:
    if asked.indicator_id is not None:
        query = query.where(Measurement.indicator_id == asked.indicator_id)
    if asked.state is None:
        return query
    return query.where(Measurement.given_at.is_not(None) if asked.state == "given" else Measurement.given_at.is_(None))


def _point(point: queries.Point) -> PointOut:
    made = point.total
    return PointOut(
        period=point.period,
        value=made.value,
        colour=point.colour,
        received=made.received,
        expected=made.expected,
        is_late=made.is_late,
        is_estimated=made.is_estimated,
        is_corrected=made.is_corrected,
    )


def _show_many(found: list[Indicator]) -> list[Out]:
    facts = [name for name in IndicatorOut.model_fields if name != "measurements"]
    return [
        IndicatorOut.model_validate(
            {name: getattr(one.indicator, name) for name in facts} | {"measurements": [_point(point) for point in one.points]}
        )
        for one in queries.series(found, clock.today(), PERIODS)
    ]


def _show(found: Indicator) -> Out:
    return _show_many([found])[0]


def _change(found: Indicator, typed: IndicatorBody, seen: int) -> None:
    actions.change(found, typed.definition, seen_version=seen)


def _facts(found: Indicator) -> dict[str, Any]:
    return {name: getattr(found, name) for name in IndicatorBody.model_fields}


def _archive(found: Indicator, _typed: Body, _seen: int) -> None:
    actions.archive(found)


def _restore(found: Indicator, _typed: Body, _seen: int) -> None:
    actions.restore(found)


def _give(found: Measurement, typed: AnswerBody, _seen: int) -> None:
    actions.give(found, typed.answer, Giver(actor().name, Via.TYPED))


def _correct(found: Measurement, typed: MeasurementCorrectionBody, seen: int) -> None:
    actions.correct(found, typed.answer, reason=typed.reason, seen_version=seen)


indicators: Collection[Indicator] = Collection(
    bp, "indicators", "indicator", IndicatorOut, READ, _indicators, Indicator.id, queries.indicator,
    show=_show, show_many=_show_many, asked=IndicatorsAsked, narrow=_indicators_asked,
)  # fmt: skip
indicators.list(msg("Indicators, each with its last 24 closed periods"))
indicators.read(msg("One indicator with its last 24 closed periods"))
indicators.change(msg("Define an indicator anew; what was measured stays"), IndicatorBody, EDIT, _change, now=_facts)
indicators.act("archive", msg("Nothing more is measured; its values stay"), EDIT, _archive)
indicators.act("restore", msg("It is measured again"), EDIT, _restore)

measurements: Collection[Measurement] = Collection(
    bp, "measurements", "measurement", MeasurementOut, READ, _measurements, Measurement.id, queries.measurement,
    asked=MeasurementsAsked, narrow=_measurements_asked,
)  # fmt: skip
measurements.list(msg("What was computed or asked for each period"))
measurements.read(msg("One value of one period"))
measurements.act("give", msg("The value of a period, or why there is none"), Permission.INDICATOR_GIVE, _give, form=AnswerBody)
measurements.act(
    "correct", msg("Another value takes its place"), EDIT, _correct, form=MeasurementCorrectionBody,
    why=lambda typed: typed.reason,
)  # fmt: skip
