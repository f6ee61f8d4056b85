"""Stakeholders as a tab of a project, a page of a programme, and as Excel: the grid of power and interest, and the register."""

from typing import Any

from flask import Blueprint, Response, g, request

from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.kernel.sorting import name_key
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.portfolio.queries import Home
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
from pmo.stakeholders.views import key_of, runs
from pmo.status import project_queries
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say

bp = Blueprint("project_stakeholders", __name__)
OF_PROJECT, OF_PROGRAMME = "/projects/<int:project_id>", "/programmes/<int:programme_id>"
TAB, PAGE = "status/project_stakeholders.html", "status/programme_stakeholders.html"
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


@bp.get(f"{OF_PROJECT}/stakeholders")
@bp.get(f"{OF_PROGRAMME}/stakeholders")
def stakeholders(project_id: int | None = None, programme_id: int | None = None) -> Response:
    found = _readable(project_id, programme_id)
    rows, wanted = queries.stakeholders_of(found, rule_book()), _wanted()
    may_edit = g.get("as_of") is None and runs(found) and can(Permission.STAKEHOLDER_EDIT, found.place)
    present = [row for row in rows if not row.standing.is_archived]
    return page(
        TAB if isinstance(found, Project) else PAGE,
        "stakeholder_table",
        **_around(found),
        key=key_of(found),
        rows=[row for row in rows if wanted.shows(row.standing)],
        grid={one: [row for row in present if row.quadrant is one] for one in Quadrant},
        present=len(present),
        archived=len(rows) - len(present),
        short=count_short(row.standing for row in rows),
        wanted=wanted,
        searched=request.args.get("q", ""),
        may_stakeholder=may_edit,
        quadrant_names=QUADRANT_NAMES,
        engagement_names=ENGAGEMENT_NAMES,
        rhythm_names=RHYTHM_NAMES,
    )


@bp.get(f"{OF_PROJECT}/stakeholders.xlsx")
@bp.get(f"{OF_PROGRAMME}/stakeholders.xlsx")
def stakeholders_excel(project_id: int | None = None, programme_id: int | None = None) -> Response:
    """The same rows in the same order."""
    found, wanted = _readable(project_id, programme_id), _wanted()
    title = " ".join((found.code, say(msg("Stakeholders"))))
    rows = (_cells(row) for row in queries.stakeholders_of(found, rule_book()) if wanted.shows(row.standing))
    return excel(title, workbook(title, CELLS, rows, language()))


def _readable(project_id: int | None, programme_id: int | None) -> Home:
    """Of a programme its own: who may read only one of its projects does not see it."""
    found = portfolio.home_of(project_id, programme_id)
    require(Permission.PROJECT_READ, found.place)
    return found


def _around(found: Home) -> dict[str, Any]:
    """The frame of the tab of a project; a programme has a page."""
    if isinstance(found, Project):
        return around(project_queries.sheet(actor(), found), "project_stakeholders.stakeholders")
    return {"programme": found}


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
