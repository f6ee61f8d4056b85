"""The portfolio page: figures, tabs, filters, the list of projects with the reason of every colour, and the list as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, request, url_for

from pmo.kernel import clock
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import PHASE_NAMES, STATE_NAMES, State
from pmo.portfolio.models import Portfolio
from pmo.portfolio.queries import portfolios
from pmo.schedule.logic.on_time import DEFINITION
from pmo.status import queries
from pmo.status.asking import STATUS_NAMES, STATUS_RANKS, Order, Selection, Sorting, View
from pmo.status.colours import Situation, colours
from pmo.status.columns import COLUMNS, sheet
from pmo.status.figures import managers, portfolio_figures
from pmo.status.first_steps import may_set_up
from pmo.status.logic.figures import PortfolioFigures, ProgrammeFigures
from pmo.status.logic.parts import limits_of
from pmo.status.logic.statuses import ProjectStatus
from pmo.status.selecting import fields
from pmo.web import filters, tables
from pmo.web.access import actor, can_anywhere, require, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import choices, language, say
from pmo.web.links import each
from pmo.web.tables import Page, Table

bp = Blueprint("status", __name__)
LIST, WHY, PEEK = "status/portfolio.html", "status/why.html", "status/peek.html"
FILTERS = ("portfolio", "programme", "status", "owner", "state", "view", "q")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `error` says what of its filter words could not be understood."""

    table: Table
    selection: Selection
    sorting: Sorting
    portfolios: tuple[Portfolio, ...]
    chosen: Portfolio | None
    error: Message | None = None


@bp.get("/portfolio")
def portfolio() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    asked, at = asked_for("status.portfolio"), queries.situation(actor())
    figures, asked = _figures(asked, at)
    shown: Page[ProjectStatus] = Page(())
    if asked.error is None:
        shown = queries.status_page(actor(), asked.selection, asked.sorting, asked.table.cursor, tables.ROWS, at)
    status = 200 if asked.error is None else 422
    return page(LIST, "portfolio", status=status, shown=shown, rows=shown.rows, **_words(asked, figures, at, shown.rows))


@bp.get("/portfolio/list.xlsx")
def portfolio_excel() -> Response:
    """The list as the page filters and sorts it: the same rows, columns and order, without pages."""
    require_anywhere(Permission.PROJECT_READ)
    asked = asked_for("status.portfolio")
    if asked.error is not None:
        raise Invalid({"q": asked.error})
    heads, rows = sheet(queries.project_statuses(actor(), asked.selection, asked.sorting), asked.table.shown)
    title = asked.chosen.name if asked.chosen else say(msg("Portfolio status"))
    return excel(f"portfolio-{clock.today().isoformat()}", workbook(title, heads, rows, language()))


@bp.get("/projects/<int:project_id>/why")
def why(project_id: int) -> Response:
    found = queries.project_status(actor(), project_id)
    require(Permission.PROJECT_READ, found.place)
    return page(WHY, "why", project=found)


@bp.get("/projects/<int:project_id>/peek")
def peek(project_id: int) -> Response:
    """One project beside the list."""
    found = queries.project_status(actor(), project_id)
    require(Permission.PROJECT_READ, found.place)
    return page(PEEK, "panel", project=found, close_url=_list_url())


def _list_url() -> str:
    """Where the panel was opened: the list as it was filtered."""
    came = urlsplit(request.htmx.current_url or "")  # type: ignore[attr-defined]
    path = url_for("status.portfolio")
    return f"{path}?{came.query}" if came.path == urlsplit(path).path and came.query else path


def asked_for(endpoint: str) -> Asked:
    """What the address asks of a list of projects."""
    table = tables.read(COLUMNS, FILTERS, endpoint=endpoint)
    given, all_portfolios = table.filters, tuple(portfolios(actor()))
    chosen = _chosen(all_portfolios, given.get("portfolio", ""))
    error, query = None, filters.Query()
    try:
        query = filters.parse(given.get("q", ""))
    except Invalid as refusal:
        error = refusal.message
    owner = given.get("owner", "")
    selection = Selection(
        portfolio_id=chosen.id if chosen else None,
        programme_code=given.get("programme", ""),
        manager_id=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else None,  # noqa: PLR2004
        view=_one_of(View, given.get("view", ""), View.ALL),
        status=given.get("status", "") if given.get("status") in STATUS_RANKS else "",
        state=_one_of(State, given.get("state", ""), State.OPEN),
        query=query,
    )
    sorting = Sorting(_one_of(Order, table.sort, Order.PROGRAMME), table.is_descending)
    return Asked(table, selection, sorting, all_portfolios, chosen, error)


def _chosen(all_portfolios: Sequence[Portfolio], code: str) -> Portfolio | None:
    """The portfolio of the address; one that does not exist, or that this person may not see, is not there."""
    if not code:
        return None
    found = next((each for each in all_portfolios if each.code.casefold() == code.casefold()), None)
    if found is None:
        raise NotFound
    return found


def _one_of(vocabulary: Any, word: str, otherwise: Any) -> Any:
    return vocabulary(word) if word in set(vocabulary) else otherwise


def _figures(asked: Asked, at: Situation) -> tuple[PortfolioFigures, Asked]:
    """The figures; a filter word that means nothing here is found out by the first query that uses it."""
    try:
        return portfolio_figures(actor(), asked.selection, at=at), asked
    except Invalid as refusal:
        plain = replace(asked.selection, query=filters.Query())
        return portfolio_figures(actor(), plain, at=at), replace(asked, error=refusal.message)


def _words(asked: Asked, figures: PortfolioFigures, at: Situation, rows: Sequence[ProjectStatus]) -> dict[str, Any]:
    """What the template needs around the rows."""
    table = asked.table
    return {
        "table": table,
        "figures": figures,
        "on_time": DEFINITION,
        "groups": _groups(rows, figures, asked.sorting),
        "chosen": asked.chosen,
        "error": asked.error,
        "typed": request.args.get("q", ""),
        "view": asked.selection.view.value,
        "tabs": _tabs(asked, figures),
        "portfolios": [(each.code, each.name) for each in asked.portfolios],
        "programmes": [(each.code, each.name) for each in figures.programmes],
        "owners": managers(actor(), asked.selection),
        "statuses": [(word, say(name)) for word, name in STATUS_NAMES.items()],
        "states": choices({state: name for state, name in STATE_NAMES.items() if state is not State.OPEN}),
        "fields": fields(actor(), at, colours(at)).values(),
        "limits": limits_of(at.rules, None, None, None),
        "stale_days": at.rules.days("status.stale_after"),
        "phase_names": PHASE_NAMES,
        "sheet_url": _sheet_url(),
        "excel_url": url_for("status.portfolio_excel", **request.args.to_dict(flat=False)),  # type: ignore[arg-type]
        "project_url": each("projects.project", "project_id"),
        "peek_url": each("status.peek", "project_id"),
        "why_url": each("status.why", "project_id"),
        "actions": [*_changes(asked), *_actions()],
        "first_actions": _first_actions(),
    }


def _groups(
    rows: Sequence[ProjectStatus], figures: PortfolioFigures, sorting: Sorting
) -> list[tuple[ProgrammeFigures | None, list[ProjectStatus]]]:
    """By programme, unless the list is sorted by something else."""
    if sorting.order is not Order.PROGRAMME:
        return [(None, list(rows))]
    return [(figures.programme(key), list(group)) for key, group in groupby(rows, key=lambda row: row.programme_id)]


def _tabs(asked: Asked, figures: PortfolioFigures) -> list[tuple[Message, str, int, bool]]:
    counts = figures.counts
    offered = [
        (View.ALL, msg("All projects"), counts.projects),
        (View.NOT_GREEN, msg("Not green"), counts.not_green),
        (View.SAID, msg("Declared better than computed"), counts.said),
        (View.CHANGED, msg("Changed since %(day)s", day=figures.since), counts.changed),
    ]
    if figures.before is not None:
        offered.insert(3, (View.DUE, msg("Due before committee"), counts.due))
    if counts.stale or asked.selection.view is View.STALE:
        offered.append((View.STALE, msg("Without recent update"), counts.stale))
    if counts.overridden or asked.selection.view is View.OVERRIDDEN:
        offered.append((View.OVERRIDDEN, msg("Overridden by the PMO"), counts.overridden))
    return [
        (text, asked.table.url(view=view.value or None), count, view is asked.selection.view) for view, text, count in offered
    ]


Action = tuple[Message, str, str, str]


def _actions() -> list[Action]:
    """Links to what this person may do and the house can do; one of them is the primary one."""
    found: list[Action] = []
    is_now = g.get("as_of") is None
    if is_now and "portfolio.new_project" in current_app.view_functions and can_anywhere(Permission.PROJECT_CREATE):
        found.append((msg("Add a project"), url_for("portfolio.new_project"), "", "plus"))
    if "reports.make" in current_app.view_functions and can_anywhere(Permission.REPORT_READ):
        found.append((msg("Make a report"), url_for("reports.make"), "primary", "file-text"))
    return found


def _changes(asked: Asked) -> list[Action]:
    """What changed in the portfolio of the page: the one chosen, or the only one."""
    meant = asked.chosen or (asked.portfolios[0] if len(asked.portfolios) == 1 else None)
    if meant is None or "changes.what_changed" not in current_app.view_functions:
        return []
    url = url_for("changes.what_changed", scope="portfolio", subject_id=meant.id)
    return [(msg("What changed"), url, "", "git-compare")]


def _sheet_url() -> str:
    """Where an update sheet of what the list shows is made, for those who may plan; a look back makes none."""
    if g.get("as_of") is not None or not can_anywhere(Permission.MILESTONE_EDIT):
        return ""
    return url_for("update_sheets.for_projects", **request.args.to_dict(flat=False))  # type: ignore[arg-type]


def _first_actions() -> list[Action]:
    found = _actions()[:1]
    if may_set_up():
        found.append((msg("First steps"), url_for("first_steps.first_steps"), "primary", "flag"))
    return found
