"""The page of one project: its colours with their reasons, and in tabs its milestones, register, reported positions, history."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.kernel import clock
from pmo.kernel.colours import glyph
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import (
    COLOUR_NAMES,
    DIMENSION_NAMES,
    METHOD_NAMES,
    PHASE_NAMES,
    STATE_NAMES,
    Dimension,
    Method,
    Phase,
    State,
)
from pmo.portfolio.models import Project
from pmo.raid import agreement_queries as agreements
from pmo.raid import queries as raid
from pmo.raid.agreement_logic import STATE_NAMES as TIE_STATES
from pmo.raid.logic import BAND_NAMES, LEVEL_NAMES, PROXIMITY_NAMES, RESPONSE_NAMES, STATUS_NAMES, TYPE_NAMES, TYPE_PLURALS
from pmo.raid.register_filter import Asked
from pmo.raid.register_views import COLUMNS
from pmo.rules.queries import rule_book
from pmo.schedule import queries as schedule
from pmo.schedule import svg
from pmo.schedule.logic.moves import PICK_LIST, REASON_NAMES
from pmo.schedule.queries import MilestoneRow
from pmo.status import project_queries as queries
from pmo.status.logic.starting import NEED_NAMES
from pmo.status.project_queries import Sheet, Written
from pmo.status.queries import situation
from pmo.status.starting import start_of_project
from pmo.web import tables
from pmo.web.access import actor, can, require
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.htmx import page, see_other, wants_fragment
from pmo.web.i18n import language, say

bp = Blueprint("projects", __name__, url_prefix="/projects/<int:project_id>")
BASE, OVERVIEW, MILESTONES, RAID = (
    "status/project_base.html",
    "status/project.html",
    "status/project_milestones.html",
    "status/project_raid.html",
)
TAB_PAGES = {"value": "values.value"}  # tabs that have pages of their own
REPORTED, HISTORY = "status/project_reported.html", "status/project_history.html"


@bp.get("")
def project(project_id: int) -> Response:
    found = _readable(project_id)
    sheet = queries.sheet(actor(), found)
    return page(
        OVERVIEW,
        "overview",
        **around(sheet, "project"),
        trend=queries.trend_of(sheet.rows, sheet.at.today),
        svg=svg,
        lang=language(),
        top=raid.top_of(found.id),
        activity=queries.activity(found.id),
        ties=agreements.ties([found.id], actor(), sheet.at.rules),
        tie_states=TIE_STATES,
        **overview_start(sheet),
        **_register_words(),
    )


@bp.get("/head")
def head(project_id: int) -> Response:
    """Colours, counts and dates again, after something on the page was changed."""
    found = _readable(project_id)
    here = request.args.get("tab", "project")
    if not wants_fragment():
        return see_other(url_for(".project", project_id=project_id))
    return page(BASE, "project_head", **around(queries.sheet(actor(), found), here))


@bp.get("/milestones")
def milestones(project_id: int) -> Response:
    found = _readable(project_id)
    sheet = queries.sheet(actor(), found)
    return page(
        MILESTONES,
        "milestone_table",
        **around(sheet, "milestones"),
        trend=queries.trend_of(sheet.rows, sheet.at.today),
        svg=svg,
        lang=language(),
    )


@bp.get("/milestones.xlsx")
def milestones_excel(project_id: int) -> Response:
    """The same rows in the same order."""
    found = _readable(project_id)
    at = situation(actor())
    lines = (_cells(row) for row in schedule.rows_of(found, at.rules, at.today))
    title = " ".join((found.code, say(msg("Milestones"))))
    return excel(title, workbook(title, CELLS, lines, language()))


@bp.get("/raid")
def register(project_id: int) -> Response:
    found = _readable(project_id)
    table = tables.read(tuple(column for column in COLUMNS if column.key != "project"), ("state",))
    asked = Asked(project_id=found.id, state=table.filters.get("state", "open"))
    order = raid.order_of(table.sort, table.is_descending)
    shown = raid.register(actor(), asked, clock.today(), order, table.cursor, tables.ROWS)
    return page(
        RAID,
        "project_raid",
        **around(queries.sheet(actor(), found), "register"),
        table=table,
        shown=shown,
        asked=asked,
        **_register_words(),
    )


@bp.get("/reported")
def reported(project_id: int) -> Response:
    found = _readable(project_id)
    return page(
        REPORTED,
        "reported",
        **around(queries.sheet(actor(), found), "reported"),
        positions=portfolio.positions_of(found.id),
        colour_names=COLOUR_NAMES,
    )


@bp.get("/history")
def history(project_id: int) -> Response:
    found = _readable(project_id)
    require(Permission.HISTORY_READ, found.place)
    written = [Written(update, author) for update, author in portfolio.updates_of(found.id, 100)]
    shown = around(queries.sheet(actor(), found), "history")
    return page(
        HISTORY, "history", **shown, activity=queries.activity(found.id, 200), updates=written, dimensions=list(Dimension)
    )


def _readable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    return found


def around(sheet: Sheet, here: str) -> dict[str, Any]:
    """What every tab shows around itself."""
    g.menu_entry = "status.portfolio"
    place, is_now = sheet.project.place, g.get("as_of") is None
    runs = sheet.project.state == State.OPEN
    return {
        "sheet": sheet,
        "project": sheet.project,
        "limits": sheet.limits,
        "reasons": PICK_LIST,
        "here": here,
        "tabs": _tabs(sheet, here),
        "crumbs": _crumbs(sheet),
        "reason_names": REASON_NAMES,
        "tolerance_percent": queries.tolerance_percent(sheet),
        "may_edit": is_now and can(Permission.PROJECT_EDIT, place),
        "may_override": is_now and runs and can(Permission.HEALTH_OVERRIDE, place),
        "may_write": is_now and runs and can(Permission.STATUS_WRITE, place),
        "may_plan": is_now and runs and can(Permission.MILESTONE_EDIT, place),
        "may_baseline": is_now and runs and can(Permission.BASELINE_SET, place),
        "may_raise": is_now and runs and can(Permission.RAID_EDIT, place),
        "method_name": METHOD_NAMES[Method(sheet.project.method)],
        "phase_name": PHASE_NAMES[Phase(sheet.project.phase)],
        "state_name": STATE_NAMES[State(sheet.project.state)],
        "dimension_names": DIMENSION_NAMES,
    }


def overview_start(sheet: Sheet) -> dict[str, Any]:
    """What a new project still needs, while it runs."""
    start = start_of_project(sheet) if sheet.project.state == State.OPEN else None
    return {"start": start, "need_names": NEED_NAMES}


def _crumbs(sheet: Sheet) -> list[tuple[Message | str, str]]:
    status = sheet.status
    programme = (status.programme_name, url_for("programmes.programme", programme_id=status.programme_id))
    return [(msg("Portfolio"), url_for("status.portfolio")), programme]


def _tabs(sheet: Sheet, here: str) -> list[tuple[Message, str, int | None, bool]]:
    entries = [
        (msg("Overview"), "project", None),
        (msg("Milestones"), "milestones", len(sheet.rows)),
        (msg("RAID"), "register", sheet.open_items),
        (msg("Gates"), "project_gates.gates", None),
        (msg("Changes"), "project_changes.changes", None),
        (msg("Documents"), "project_documents.documents", None),
        (msg("Stakeholders"), "project_stakeholders.stakeholders", None),
    ]
    if sheet.positions:
        entries.append((msg("Reported positions"), "reported", sheet.positions))
    if can(Permission.MONEY_READ, sheet.project.place):
        entries.append((msg("Earned value"), "value", None))
    if can(Permission.HISTORY_READ, sheet.project.place):
        entries.append((msg("History"), "history", None))
    return [(text, _tab_url(sheet.project.id, name), count, name == here) for text, name, count in entries]


def _tab_url(project_id: int, name: str) -> str:
    """Of a view of this module, or of another one by its full name."""
    return url_for(TAB_PAGES.get(name, name if "." in name else f"projects.{name}"), project_id=project_id)


def _register_words() -> dict[str, Any]:
    return {
        "bands": raid.bands_of(rule_book()),
        "band_names": BAND_NAMES,
        "type_names": TYPE_NAMES,
        "type_plurals": TYPE_PLURALS,
        "status_names": STATUS_NAMES,
        "response_names": RESPONSE_NAMES,
        "proximity_names": PROXIMITY_NAMES,
        "level_names": LEVEL_NAMES,
    }


CELLS = (
    Column(msg("Code"), width=9),
    Column(msg("Milestone"), width=44),
    Column(msg("Gate"), width=8),
    Column(msg("Status"), width=14),
    Column(msg("Baseline"), Shown.DATE),
    Column(msg("Commitment"), Shown.DATE),
    Column(msg("Forecast"), Shown.DATE),
    Column(msg("Reached on"), Shown.DATE),
    Column(msg("to baseline"), Shown.DAYS),
    Column(msg("to commitment"), Shown.DAYS),
    Column(msg("Owner")),
    Column(msg("Weight"), Shown.NUMBER),
    Column(msg("Cancelled on"), Shown.DATE),
    Column(msg("Description"), width=44),
)


def _cells(row: MilestoneRow) -> tuple[Value, ...]:
    one = row.milestone
    dates = (one.baseline, one.commitment, one.forecast, one.actual, row.to_baseline, row.to_commitment)
    gate = msg("yes") if one.is_gate else None
    return (
        one.code,
        one.name,
        gate,
        glyph(row.status, language()).word,
        *dates,
        row.owner,
        one.weight,
        one.cancelled_on,
        one.description,
    )
