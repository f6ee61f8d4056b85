"""The stakeholders of a project as a tab of its page, and as Excel: the grid of power and interest, and the register."""

from flask import Blueprint, Response, g, request

from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.kernel.sorting import name_key
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.stakeholders import queries
from pmo.stakeholders.logic import (
    ENGAGEMENT_NAMES,
    QUADRANT_NAMES,
    RHYTHM_NAMES,
    Engagement,
    Quadrant,
    Rhythm,
    Wanted,
    count_short,
)
from pmo.stakeholders.queries import StakeholderRow
from pmo.status import project_queries
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say

bp = Blueprint("project_stakeholders", __name__, url_prefix="/projects/<int:project_id>")
TAB = "status/project_stakeholders.html"
CELLS = (
    Column(msg("Name"), width=30),
    Column(msg("Organisation"), width=30),
    Column(msg("Role"), width=30),
    Column(msg("Contact"), width=30),
    Column(msg("Power"), Shown.NUMBER),
    Column(msg("Interest"), Shown.NUMBER),
    Column(msg("Attention"), width=18),
    Column(msg("Stands now"), width=14),
    Column(msg("Should stand"), width=14),
    Column(msg("What they need to hear"), width=44),
    Column(msg("How"), width=24),
    Column(msg("How often"), width=18),
    Column(msg("Keeps in touch")),
)


@bp.get("/stakeholders")
def stakeholders(project_id: int) -> Response:
    found = _readable(project_id)
    rows, wanted = queries.stakeholders_of(found, rule_book()), _wanted()
    runs = g.get("as_of") is None and found.state != State.ARCHIVED
    present = [row for row in rows if not row.standing.is_archived]
    return page(
        TAB,
        "stakeholder_table",
        **around(project_queries.sheet(actor(), found), "project_stakeholders.stakeholders"),
        rows=[row for row in rows if wanted.shows(row.standing)],
        grid={one: [row for row in present if row.quadrant is one] for one in Quadrant},
        present=len(present),
        archived=len(rows) - len(present),
        short=count_short(row.standing for row in rows),
        wanted=wanted,
        searched=request.args.get("q", ""),
        may_stakeholder=runs and can(Permission.STAKEHOLDER_EDIT, found.place),
        quadrant_names=QUADRANT_NAMES,
        engagement_names=ENGAGEMENT_NAMES,
        rhythm_names=RHYTHM_NAMES,
    )


@bp.get("/stakeholders.xlsx")
def stakeholders_excel(project_id: int) -> Response:
    """The same rows in the same order."""
    found, wanted = _readable(project_id), _wanted()
    title = " ".join((found.code, say(msg("Stakeholders"))))
    rows = (_cells(row) for row in queries.stakeholders_of(found, rule_book()) if wanted.shows(row.standing))
    return excel(title, workbook(title, CELLS, rows, language()))


def _readable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    return found


def _wanted() -> Wanted:
    asked = request.args
    kind = asked.get("attention", "")
    return Wanted(
        words=name_key(asked.get("q", "").strip()),
        quadrant=Quadrant(kind) if kind in set(Quadrant) else None,
        short_only=asked.get("short") == "1",
        archived=asked.get("archived") == "1",
    )


def _cells(row: StakeholderRow) -> tuple[Value, ...]:
    one = row.stakeholder
    return (
        one.name,
        one.organisation,
        one.role,
        one.contact,
        one.power,
        one.interest,
        QUADRANT_NAMES[row.quadrant],
        ENGAGEMENT_NAMES[Engagement(one.engagement)],
        ENGAGEMENT_NAMES[Engagement(one.desired)],
        one.message,
        one.channel,
        RHYTHM_NAMES[Rhythm(one.rhythm)] if one.rhythm else None,
        row.owner,
    )
