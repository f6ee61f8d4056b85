"""Values being collected: what is there and what is missing, the form to give or correct one, the link for somebody outside."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, g, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.indicators import actions, links, queries, showing
from pmo.indicators.actions import Giver
from pmo.indicators.forms import AnswerForm
from pmo.indicators.logic.definition import SOURCE_NAMES, Via
from pmo.indicators.logic.periods import period_name
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.indicators.queries import Series
from pmo.indicators.views import words
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("collection", __name__, url_prefix="/indicators")
SHOWN = 6  # periods side by side


@dataclass(frozen=True, slots=True)
class Line:
    """One supplier of one indicator over the last periods; where nobody was asked there is None."""

    part: IndicatorPart
    cells: tuple[Measurement | None, ...]

    @property
    def last(self) -> Measurement | None:
        return self.cells[-1] if self.cells else None


@dataclass(frozen=True, slots=True)
class Block:
    """One indicator being collected."""

    indicator: Indicator
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    received: int
    expected: int


@bp.get("/collection")
def collection() -> Response:
    require_anywhere(Permission.INDICATOR_READ)
    asked = [one for one in queries.indicators(actor()) if not one.kind.is_computed]
    blocks = [_block(one) for one in queries.series(asked, clock.today(), SHOWN)]
    last = [line.last.id for block in blocks for line in block.lines if line.last is not None]
    return page(
        "indicators/collection.html",
        "collection_table",
        blocks=blocks,
        sent={} if g.get("as_of") is not None else queries.links_of(last),
        received=sum(block.received for block in blocks),
        expected=sum(block.expected for block in blocks),
        given=queries.given,
        today_is=clock.today(),
        amount=showing.amount,
        source_names=SOURCE_NAMES,
        may_write=g.get("as_of") is None,
    )


@bp.get("/measurements/<int:measurement_id>")
def measurement(measurement_id: int) -> Response:
    """For who is asked, to give it; for the PMO also to correct it."""
    found = queries.measurement(measurement_id)
    require(Permission.INDICATOR_GIVE, found.place)
    only_now()
    return _form(found)


@bp.post("/measurements/<int:measurement_id>")
def give(measurement_id: int) -> Response:
    found = _asked(measurement_id)
    require(Permission.INDICATOR_GIVE, found.place)
    try:
        typed = parse(AnswerForm, request.form)
        with transaction():
            actions.give(found, typed.answer(), Giver(actor().name, Via.TYPED))
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return see_other(url_for(".measurement", measurement_id=measurement_id), msg("Thank you, the value is here."))


@bp.post("/measurements/<int:measurement_id>/correct")
def correct(measurement_id: int) -> Response:
    found = _asked(measurement_id)
    require(Permission.INDICATOR_EDIT, found.place)
    try:
        typed = parse(AnswerForm, request.form)
        with transaction(typed.reason):
            actions.correct(found, typed.answer(), reason=typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return see_other(url_for(".measurement", measurement_id=measurement_id), msg("The value is corrected."))


@bp.post("/measurements/<int:measurement_id>/link")
def make_link(measurement_id: int) -> Response:
    """A new one-time link, shown this once, to be sent by hand."""
    found = _asked(measurement_id)
    require(Permission.INDICATOR_EDIT, found.place)
    if found.part is None or found.part.person_id is not None:
        raise NotFound
    try:
        with transaction("one-time link"):
            token = links.replace_links(found, days=rule_book().days("indicator.link_valid"))
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    settings: Settings = current_app.config["SETTINGS"]
    return _form(found, link=f"{settings.base_url}/give/{token}")


def _asked(measurement_id: int) -> Measurement:
    """One that somebody gives, not a computed one."""
    found = queries.measurement(measurement_id)
    if found.part_id is None:
        require(Permission.INDICATOR_READ, found.place)
        raise NotFound
    return found


def _form(found: Measurement, *, errors: dict[str, Message] | None = None, status: int = 200, link: str = "") -> Response:
    db.session.rollback()
    found = queries.measurement(found.id)
    return page(
        "indicators/give.html",
        "answer",
        status=status,
        asked=found,
        one=found.indicator,
        errors=errors or {},
        typed=request.form if errors else {},
        link=link,
        may_correct=can(Permission.INDICATOR_EDIT, found.place),
        may_read=can(Permission.INDICATOR_READ, found.place),
        **words(found.indicator),
    )


def _block(series: Series) -> Block:
    one = series.indicator
    parts = {row.part_id: row.part for point in series.points for row in point.parts if row.part is not None}
    cells = {(row.part_id, point.period): row for point in series.points for row in point.parts}
    lines = tuple(
        Line(part, tuple(cells.get((number, point.period)) for point in series.points)) for number, part in parts.items()
    )
    last = series.last.total if series.last else None
    names = tuple(period_name(point.period, one.every, language(), short=True) for point in series.points)
    return Block(one, names, lines, last.received if last else 0, last.expected if last else 0)
