"""Indicators being defined and changed, and who gives their values."""

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.indicators import actions, queries
from pmo.indicators.actions import House
from pmo.indicators.forms import DefinitionForm, SupplierForm
from pmo.indicators.logic.definition import COMBINE_NAMES, DIRECTION_NAMES, FORMULAS, SOURCE_NAMES
from pmo.indicators.logic.periods import FREQUENCY_NAMES
from pmo.indicators.models import Indicator
from pmo.indicators.views import shown
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place
from pmo.people.queries import owners
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar
from pmo.web.access import actor, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import choices
from pmo.web.look_back import only_now

bp = Blueprint("definitions", __name__, url_prefix="/indicators")


def house(country: str) -> House:
    today = clock.today()
    return House(rule_book(), house_calendar(country, today.year - 1, today.year + 1), today)


@bp.get("/new")
def new() -> Response:
    require_anywhere(Permission.INDICATOR_EDIT)
    only_now()
    return _form(None)


@bp.post("/new")
def add() -> Response:
    require_anywhere(Permission.INDICATOR_EDIT)
    try:
        typed = parse(DefinitionForm, request.form)
        place = _place(typed.scope)
        require(Permission.INDICATOR_EDIT, place)
        with transaction():
            made = actions.define(place, typed.definition(), starts_on=typed.starts_on)
            defer("indicators.close")
    except Invalid as refusal:
        return _form(None, errors=refusal.errors, status=422)
    return see_other(url_for("indicators.indicator", indicator_id=made.id), msg("The indicator is defined."))


@bp.get("/<int:indicator_id>/edit")
def edit(indicator_id: int) -> Response:
    return _form(_mine(indicator_id))


@bp.post("/<int:indicator_id>/edit")
def save(indicator_id: int) -> Response:
    found = _mine(indicator_id)
    try:
        typed = parse(DefinitionForm, request.form)
        with transaction():
            actions.change(found, typed.definition(), seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return see_other(url_for("indicators.indicator", indicator_id=found.id), msg("Saved."))


@bp.post("/<int:indicator_id>/archive")
def archive(indicator_id: int) -> Response:
    found = _mine(indicator_id)
    with transaction():
        actions.archive(found)
    return see_other(url_for("indicators.indicator", indicator_id=found.id), msg("It is archived; its values stay."))


@bp.post("/<int:indicator_id>/restore")
def restore(indicator_id: int) -> Response:
    found = _mine(indicator_id)
    with transaction():
        actions.restore(found)
    return see_other(url_for("indicators.indicator", indicator_id=found.id), msg("It is measured again."))


@bp.post("/<int:indicator_id>/parts")
def add_part(indicator_id: int) -> Response:
    found = _mine(indicator_id)
    try:
        typed = parse(SupplierForm, request.form)
        with transaction():
            actions.add_part(found, typed.who(), house(_country()))
    except Invalid as refusal:
        db.session.rollback()
        return shown(queries.indicator(indicator_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        db.session.rollback()
        return shown(queries.indicator(indicator_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("indicators.indicator", indicator_id=found.id), msg("They are asked from now on."))


@bp.post("/parts/<int:part_id>/end")
def end_part(part_id: int) -> Response:
    found = queries.part(part_id)
    require(Permission.INDICATOR_EDIT, found.place)
    only_now()
    with transaction():
        actions.end_part(found)
    back = url_for("indicators.indicator", indicator_id=found.indicator_id)
    return see_other(back, msg("They are not asked any more; what they gave stays."))


def _mine(indicator_id: int) -> Indicator:
    """One that the actor may change, now."""
    found = queries.indicator(indicator_id)
    require(Permission.INDICATOR_EDIT, found.place)
    only_now()
    return found


def _country() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.country


def _place(scope: str) -> Place:
    try:
        return queries.place_of(scope)
    except NotFound as missing:
        raise Invalid({"scope": msg("Choose one from the list.")}) from missing


def _form(found: Indicator | None, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    return page(
        "indicators/form.html",
        "definition",
        status=status,
        one=queries.indicator(found.id) if found is not None else None,
        errors=errors or {},
        typed=request.form if errors else {},
        scopes=queries.scopes(actor()) if found is None else [],
        people=owners(),
        sources=choices(SOURCE_NAMES),
        formulas=[(SOURCE_NAMES[source], sentence) for source, sentence in FORMULAS.items()],
        combines=choices(COMBINE_NAMES),
        directions=choices(DIRECTION_NAMES),
        frequencies=choices(FREQUENCY_NAMES),
    )
