"""The documents of a project as a tab of its page, and as Excel: what its method asks for, what is there or missing."""

from flask import Blueprint, Response, g

from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.methods import queries
from pmo.methods.logic import STATE_NAMES, TONES
from pmo.methods.queries import DocumentRow
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import PHASE_NAMES, State
from pmo.portfolio.models import Project
from pmo.status import project_queries
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.downloads import Column, Shown, Value, excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say

bp = Blueprint("project_documents", __name__, url_prefix="/projects/<int:project_id>")
TAB = "status/project_documents.html"
CELLS = (
    Column(msg("Phase"), width=14),
    Column(msg("Artefact"), width=44),
    Column(msg("State"), width=16),
    Column(msg("Owner")),
    Column(msg("File"), width=44),
    Column(msg("Version"), Shown.NUMBER),
    Column(msg("Link"), width=44),
    Column(msg("Valid until"), Shown.DATE),
    Column(msg("Why it does not apply"), width=44),
)


@bp.get("/documents")
def documents(project_id: int) -> Response:
    found = _readable(project_id)
    rows = queries.documents_of(found, clock.today())
    runs = g.get("as_of") is None and found.state != State.ARCHIVED
    return page(
        TAB,
        "document_table",
        **around(project_queries.sheet(actor(), found), "project_documents.documents"),
        asked=[row for row in rows if row.is_asked],
        stayed=[row for row in rows if not row.is_asked],
        complete=queries.complete(rows),
        may_document=runs and can(Permission.DOCUMENT_EDIT, found.place),
        state_names=STATE_NAMES,
        tones=TONES,
        phase_names=PHASE_NAMES,
        language=language(),
    )


@bp.get("/documents.xlsx")
def documents_excel(project_id: int) -> Response:
    """The same rows in the same order."""
    found = _readable(project_id)
    title = " ".join((found.code, say(msg("Documents"))))
    lines = (_cells(row) for row in queries.documents_of(found, clock.today()))
    return excel(title, workbook(title, CELLS, lines, language()))


def _readable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    return found


def _cells(row: DocumentRow) -> tuple[Value, ...]:
    held, file = row.document, row.file
    return (
        PHASE_NAMES[row.phase],
        row.artefact.called(language()),
        STATE_NAMES[row.state],
        row.owner,
        file.name if file else None,
        file.number if file else None,
        held.link if held else None,
        held.valid_until if held else None,
        held.not_needed if held else None,
    )
