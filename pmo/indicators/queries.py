"""Reads of indicators and their values, restricted to what the actor may see."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from pmo.db import db
from pmo.indicators.logic.definition import Given, Total, Via, total
from pmo.indicators.logic.periods import last_closed, periods, shifted
from pmo.indicators.models import CollectLink, Indicator, IndicatorPart, Measurement
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, Place
from pmo.people.visibility import within
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Portfolio, Programme, Project

NAMED = (
    joinedload(Indicator.portfolio), joinedload(Indicator.programme), joinedload(Indicator.project), joinedload(Indicator.owner),
)  # fmt: skip
ASKED = (
    joinedload(Measurement.indicator).joinedload(Indicator.project),
    joinedload(Measurement.part).joinedload(IndicatorPart.person),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series: its value, and what it was made from."""

    period: date
    total: Total
    colour: Colour | None
    parts: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over its closed periods, oldest first; a period nobody measured is there without a value."""

    indicator: Indicator
    points: tuple[Point, ...] = field(default=())

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def step(self) -> "Total | None":
        """The value before the last one, to compare with; only where both are known."""
        if len(self.points) < 2 or self.points[-1].total.value is None:
            return None
        before = self.points[-2].total
        return before if before.value is not None else None


def visible(actor: Actor, permission: Permission = Permission.INDICATOR_READ) -> ColumnElement[bool]:
    """The restriction of every list of indicators."""
    i = Indicator
    programme = programme_now(i.project_id, i.programme_id)
    return within(actor, permission, portfolio=i.portfolio_id, programme=programme, project=i.project_id)


def programme_now(project: Any, programme: Any) -> ColumnElement[int]:
    """The programme a row stands in, of its columns: a project moves, and what was kept beside it does not."""
    moved = aliased(Project)  # another one than the project of the statement around it
    return func.coalesce(select(moved.programme_id).where(moved.id == project).scalar_subquery(), programme)


def indicators(actor: Actor, *, archived: bool = False) -> list[Indicator]:
    """Those the actor may see: of portfolios first, then of programmes and projects."""
    query = select(Indicator).where(visible(actor)).options(*NAMED)
    query = query.where(Indicator.archived_at.is_not(None) if archived else Indicator.archived_at.is_(None))
    order = (Indicator.portfolio_id, Indicator.programme_id.nulls_first(), Indicator.project_id.nulls_first(), Indicator.id)
    return list(db.session.scalars(query.order_by(*order)))


def of_place(place: Place) -> list[Indicator]:
    """Those of a portfolio, programme or project itself, not of what lies below: for its report."""
    i = Indicator
    programme = programme_now(i.project_id, i.programme_id)
    own = (i.portfolio_id == place.portfolio_id, programme.is_not_distinct_from(place.programme_id))
    query = select(i).where(*own, i.project_id.is_not_distinct_from(place.project_id), i.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(i.id)))


def indicator(indicator_id: int) -> Indicator:
    """Raises NotFound."""
    found = db.session.scalar(select(Indicator).where(Indicator.id == indicator_id).options(*NAMED))
    if found is None:
        raise NotFound
    return found


def part(part_id: int) -> IndicatorPart:
    found = db.session.get(IndicatorPart, part_id)
    if found is None:
        raise NotFound
    return found


def parts_of(indicator_id: int) -> list[IndicatorPart]:
    """Those still asked."""
    query = select(IndicatorPart).where(IndicatorPart.indicator_id == indicator_id, IndicatorPart.ended_at.is_(None))
    return list(db.session.scalars(query.options(joinedload(IndicatorPart.person)).order_by(IndicatorPart.id)))


def measurement(measurement_id: int) -> Measurement:
    """With its indicator and whoever is asked. Raises NotFound."""
    found = db.session.scalar(select(Measurement).where(Measurement.id == measurement_id).options(*ASKED))
    if found is None:
        raise NotFound
    return found


def waiting_for(person_id: int) -> list[Measurement]:
    """What somebody was asked and has not answered, the most urgent first."""
    query = select(Measurement).join(IndicatorPart, IndicatorPart.id == Measurement.part_id).options(*ASKED)
    open_ones = query.where(IndicatorPart.person_id == person_id, Measurement.given_at.is_(None))
    return list(db.session.scalars(open_ones.order_by(Measurement.due, Measurement.id)))


def unanswered() -> list[Measurement]:
    """Everything asked and not answered, of indicators still in use."""
    query = select(Measurement).join(Indicator, Indicator.id == Measurement.indicator_id).options(*ASKED)
    still = query.where(Measurement.part_id.is_not(None), Measurement.given_at.is_(None), Indicator.archived_at.is_(None))
    return list(db.session.scalars(still.order_by(Measurement.due, Measurement.id)))


def links_of(ids: Collection[int]) -> dict[int, CollectLink]:
    """The newest link of each."""
    found = db.session.scalars(select(CollectLink).where(CollectLink.measurement_id.in_(ids)).order_by(CollectLink.id))
    return {link.measurement_id: link for link in found}


def series(of: Sequence[Indicator], today: date, length: int = 12) -> list[Series]:
    """The last `length` closed periods of each: one statement, however many indicators."""
    measured = _measured([one.id for one in of])
    return [_series(one, measured.get(one.id, {}), today, length) for one in of]


def scopes(actor: Actor) -> list[tuple[str, str]]:
    """Where an indicator may be defined, for a pick list: "programme:3" with its code and name."""
    edit = Permission.INDICATOR_EDIT
    wide = within(actor, edit, portfolio=Portfolio.id)
    middle = within(actor, edit, portfolio=Programme.portfolio_id, programme=Programme.id)
    narrow = within(actor, edit, portfolio=Project.portfolio_id, programme=Project.programme_id, project=Project.id)
    found: list[tuple[str, str]] = []
    for kind, table, seen in (("portfolio", Portfolio, wide), ("programme", Programme, middle), ("project", Project, narrow)):
        rows = db.session.execute(select(table.id, table.code, table.name).where(seen).order_by(table.code, table.id))
        found += [(f"{kind}:{row.id}", f"{row.code} {row.name}") for row in rows]
    return found


def place_of(scope: str) -> Place:
    """The place a choice of that list means. Raises NotFound."""
    kind, _, number = scope.partition(":")
    tables: Mapping[str, type[Portfolio] | type[Programme] | type[Project]] = {
        "portfolio": Portfolio, "programme": Programme, "project": Project,
    }  # fmt: skip
    if kind not in tables or not number.isdecimal() or len(number) > 9:
        raise NotFound
    match db.session.get(tables[kind], int(number)):
        case Portfolio() | Programme() | Project() as found:
            return found.place
    raise NotFound


def given(one: Measurement) -> Given:
    """A row as the rules see it."""
    on = clock.local(one.given_at).date() if one.given_at else None
    return Given(one.due, one.value, None if one.via == Via.COMPUTED else on, one.is_estimated, bool(one.correction))


def _measured(ids: Collection[int]) -> dict[int, dict[date, list[Measurement]]]:
    query = select(Measurement).where(Measurement.indicator_id.in_(ids)).options(*ASKED)
    found: dict[int, dict[date, list[Measurement]]] = defaultdict(lambda: defaultdict(list))
    for one in db.session.scalars(query.order_by(Measurement.part_id, Measurement.id)):
        found[one.indicator_id][one.period].append(one)
    return found


def _series(of: Indicator, measured: Mapping[date, list[Measurement]], today: date, length: int) -> Series:
    last = last_closed(today, of.every)
    first = max(of.starts_on, shifted(last, of.every, 1 - length))
    return Series(of, tuple(_point(of, period, measured.get(period, [])) for period in periods(first, last, of.every)))


def _point(of: Indicator, period: date, rows: Sequence[Measurement]) -> Point:
    made = total([given(one) for one in rows], of.kind, of.combining)
    return Point(period, made, of.limits.colour(made.value), tuple(rows))
