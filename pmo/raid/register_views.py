"""The register as a list over all projects one may see: filtered, sorted, as Excel, many items changed at once."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission
from pmo.people.queries import names, owners
from pmo.raid import actions, queries
from pmo.raid.forms import BulkForm, due_day
from pmo.raid.logic import (
    BAND_NAMES,
    LEVEL_NAMES,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    TYPE_PLURALS,
    Level,
    Proximity,
    RaidType,
)
from pmo.raid.models import RaidItem
from pmo.raid.panels import announce
from pmo.raid.register_filter import Asked
from pmo.raid.register_sheet import CELLS, cells
from pmo.rules.queries import rule_book
from pmo.web import tables
from pmo.web.access import actor, can, can_anywhere, require_anywhere
from pmo.web.downloads import excel as excel_file
from pmo.web.downloads import workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now
from pmo.web.tables import Column, Table

bp = Blueprint("register", __name__, url_prefix="/raid")
LIST, BULK = "raid/list.html", "raid/bulk.html"
FILTERS = ("q", "type", "programme", "project", "owner", "state", "cell", "left", "overdue", "escalated", "proximity")
COLUMNS = (
    Column("level", msg("Level"), is_fixed=True),
    Column("item", msg("Item and answer"), is_fixed=True),
    Column("project", msg("Project")),
    Column("owner", msg("Owner")),
    Column("due", msg("Next date")),
    Column("state", msg("State")),
    Column("raised", msg("Raised"), is_shown=False),
    Column("proximity", msg("Proximity"), is_shown=False),
    Column("identified", msg("Identified by"), can_sort=False, is_shown=False),
)
STATES = [
    ("open", msg("Open")),
    ("left", msg("Left open in closed projects")),
    ("closed", msg("Closed")),
    ("all", msg("All")),
]


@bp.get("")
def items() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    table = tables.read(COLUMNS, FILTERS)
    asked = asked_of(table)
    try:
        shown = register(table, asked)
    except Invalid as refusal:  # the filter cannot be understood: the list without it, and the sentence that says why
        shown = register(table, replace(asked, words=""))
        return page(LIST, "raid_table", status=422, error=refusal.message, typed_words=asked.words, **shown)
    return page(LIST, "raid_table", typed_words=asked.words, **shown)


@bp.get("/register.xlsx")
def excel() -> Response:
    """The same rows in the same order."""
    require_anywhere(Permission.PROJECT_READ)
    table = tables.read(COLUMNS, FILTERS, endpoint="register.items")
    today = clock.today()
    rows = queries.whole(actor(), asked_of(table), today, queries.order_of(table.sort, table.is_descending))
    people = names([row.item.validator_id for row in rows if row.item.validator_id])
    title = say(msg("RAID register"))
    return excel_file(title, workbook(title, CELLS, (cells(row, people) for row in rows), language()))


@bp.post("/many")
def many() -> Response:
    """Owner, due day or end of many items: shown first, done when confirmed."""
    require_anywhere(Permission.RAID_EDIT)
    only_now()
    found: list[RaidItem] = []
    try:
        typed = parse(BulkForm, request.form)
        found = queries.items(typed.item, actor())
        mine = [item for item in found if can(Permission.RAID_EDIT, item.place)]
        if not found:
            raise Invalid({"": msg("Tick the items first.")})
        if not typed.confirmed:
            return _many(found, mine)
        with transaction(typed.reason):
            said = _change(typed, mine)
    except Invalid as refusal:
        mine = [item for item in found if can(Permission.RAID_EDIT, item.place)]
        return _many(found, mine, errors=refusal.errors, status=422)
    if not wants_fragment():
        return see_other(url_for(".items"))
    return announce(toast(_closed_panel(), said))


def register(table: Table, asked: Asked) -> dict[str, Any]:
    """What the list and its side show."""
    today, me = clock.today(), actor()
    shown = queries.register(me, asked, today, queries.order_of(table.sort, table.is_descending), table.cursor, tables.ROWS)
    found = queries.counts(me, asked, today)
    heat = queries.heat(me, asked, today)
    programmes, projects = queries.places(me)
    return {
        "table": table,
        "tabs": _tabs(found),
        "asked": asked,
        "shown": shown,
        "counts": found,
        "heat": heat,
        "unscored": sum(number for cell, number in heat.items() if None in cell),
        "bands": queries.bands_of(rule_book()),
        "programmes": _named(programmes),
        "projects": _named(projects),
        "states": STATES,
        "owners": queries.owner_names(me),
        "kinds": list(RaidType),
        "type_names": TYPE_NAMES,
        "type_plurals": TYPE_PLURALS,
        "status_names": STATUS_NAMES,
        "band_names": BAND_NAMES,
        "response_names": RESPONSE_NAMES,
        "proximity_names": PROXIMITY_NAMES,
        "level_names": LEVEL_NAMES,
        "nearness": [(one.value, name) for one, name in PROXIMITY_NAMES.items() if one],
        "escalations": [(level.value, name) for level, name in LEVEL_NAMES.items() if level],
        "may_edit": g.get("as_of") is None and can_anywhere(Permission.RAID_EDIT),
    }


def _tabs(found: dict[str, int]) -> list[tuple[str, Message, int]]:
    """All and the four types, with how many there are of each under the other filters."""
    return [
        ("", msg("All"), found.get("all", 0)),
        *((kind.value, TYPE_PLURALS[kind], found.get(kind, 0)) for kind in queries.TYPE_ORDER),
    ]


def asked_of(table: Table, project_id: int | None = None) -> Asked:
    """The filters of the address; what makes no sense in them is left out."""
    given = table.filters
    likelihood, _, impact = given.get("cell", "").partition("x")
    return Asked(
        words=given.get("q", ""),
        type=given.get("type", "") if given.get("type", "") in set(RaidType) else "",
        programme=given.get("programme", ""),
        project=given.get("project", ""),
        owner=given.get("owner", "") if len(given.get("owner", "")) < 10 else "",
        state=given.get("state", "open"),
        probability=_scale(likelihood),
        impact=_scale(impact),
        left=_pair(given.get("left", "")),
        is_overdue=bool(given.get("overdue")),
        project_id=project_id,
        escalated=given.get("escalated", "") if given.get("escalated", "") in set(Level) else "",
        proximity=given.get("proximity", "") if given.get("proximity", "") in set(Proximity) else "",
    )


def _scale(text: str) -> int | None:
    return int(text) if text in ("1", "2", "3", "4", "5") else None


def _pair(cell: str) -> tuple[int, int] | None:
    likelihood, _, impact = cell.partition("x")
    pair = (_scale(likelihood), _scale(impact))
    return (pair[0], pair[1]) if pair[0] and pair[1] else None


def _named(places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in places]


def _change(typed: BulkForm, mine: list[RaidItem]) -> Message:
    match typed.do:
        case "owner":
            actions.hand_over(mine, typed.owner_id)
        case "due":
            actions.set_due(mine, due_day(typed.due))
        case "close":
            for item in mine:
                if item.closed_on is None:
                    actions.close(item, typed.reason)
    return nmsg("%(num)s item changed.", "%(num)s items changed.", len(mine))


def _many(
    found: list[RaidItem], mine: list[RaidItem], *, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    db.session.rollback()
    return page(BULK, "panel", status=status, found=found, mine=mine, typed=request.form, errors=errors or {}, owners=owners())


def _closed_panel() -> Response:
    return page(BULK, "no_panel")
