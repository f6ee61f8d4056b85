"""The timeline of the portfolio and of one project: a table with a picture in it; the address holds every choice."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request

from pmo.config import Settings
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.schedule import svg
from pmo.schedule.logic.shapes import Dated, Written, say
from pmo.status import timeline_queries
from pmo.status.logic.timeline_view import LEVEL_NAMES, SHOW_NAMES, ZOOM_NAMES, Level, view
from pmo.status.timeline import Setting, every_row, timeline
from pmo.status.timeline_asked import Asked, folded_phases
from pmo.status.timeline_excel import COLUMNS, cells
from pmo.status.timeline_links import Links
from pmo.status.timeline_panel import Panel, panel_of
from pmo.web.access import actor, require, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.frame import display
from pmo.web.htmx import page
from pmo.web.i18n import language

bp = Blueprint("timeline", __name__)
PAGE = "schedule/gantt.html"
ROW_HEIGHTS = {"compact": 28.0, "roomy": 42.0}  # --gantt-row of the density; else 34


@bp.get("/timeline")
def portfolio_timeline() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    return _timeline(Asked(actor(), view(request.args), clock.today(), rule_book()), None)


@bp.get("/projects/<int:project_id>/timeline")
def project_timeline(project_id: int) -> Response:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    chosen = replace(view(request.args), level=Level.ALL)
    return _timeline(Asked(actor(), chosen, clock.today(), rule_book(), project_id=found.id), found)


@bp.get("/projects/<code>/timeline")
def project_timeline_by_code(code: str) -> Response:
    """People type and mail codes; the page itself lives at the number."""
    found = portfolio.project_by_code(code, actor())
    require(Permission.PROJECT_READ, found.place)
    return make_response(redirect(Links(view(request.args), found)()))


@bp.get("/timeline/list.xlsx")
def portfolio_excel() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    return _excel(Asked(actor(), view(request.args), clock.today(), rule_book()), "timeline")


@bp.get("/projects/<int:project_id>/timeline/list.xlsx")
def project_excel(project_id: int) -> Response:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    chosen = replace(view(request.args), level=Level.ALL)
    return _excel(Asked(actor(), chosen, clock.today(), rule_book(), project_id=found.id), f"timeline-{found.code}")


def _excel(asked: Asked, name: str) -> Response:
    """Every row as the page filters and unfolds it, without pages."""
    asked = replace(asked, folded=folded_phases(asked))
    rows, calendar = every_row(asked, timeline_queries.lines(asked), _settings().country)
    content = workbook(say(msg("Timeline"), language()), COLUMNS, cells(rows, calendar), language())
    return excel(f"{name}-{asked.today.isoformat()}", content)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _timeline(asked: Asked, project: Project | None) -> Response:
    to = Links(asked.view, project)
    panel = _panel(asked)
    if request.htmx.target == "panel":  # type: ignore[attr-defined]
        return page(PAGE, "panel", panel=panel, to=to, view=asked.view)
    asked = replace(asked, folded=folded_phases(asked))
    lines = timeline_queries.lines(asked)
    shown = timeline(asked, lines, Setting(_settings().country, ROW_HEIGHTS.get(display().density, 34.0)))
    names: dict[str, Any] = {"zoom_names": ZOOM_NAMES, "level_names": LEVEL_NAMES, "show_names": SHOW_NAMES}
    choices = [] if project else timeline_queries.programmes(asked.actor)
    return page(
        PAGE, "timeline", shown=shown, project=project, panel=panel, to=to, view=asked.view, svg=svg, lang=language(),
        programmes=choices, month_name=_month_name, **names,
    )  # fmt: skip


def _month_name(first: date) -> str:
    return say(Dated(first, Written.MONTH_YEAR), language())


def _panel(asked: Asked) -> Panel | None:
    """What stands beside the list; a row nobody may see, or that is no more, opens nothing."""
    if not asked.view.panel:
        return None
    try:
        return panel_of(asked)
    except NotFound:
        return None
