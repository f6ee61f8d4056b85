"""The status update of a project: three answers and the colours people declare, with what the committee will read beside it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.committees.queries import meetings_around
from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import actions
from pmo.portfolio import queries as portfolio
from pmo.portfolio.forms import UpdateForm
from pmo.portfolio.logic import DIMENSION_NAMES, Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.status import project_queries as queries
from pmo.status.logic.reporting import Period, period
from pmo.status.project_queries import Sheet
from pmo.web.access import actor, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("updates", __name__, url_prefix="/projects/<int:project_id>")
FORM = "status/project_update.html"
QUESTIONS: dict[Dimension, Message] = {
    Dimension.OVERALL: msg("How do you see the project as a whole?"),
    Dimension.SCHEDULE: msg("Will the promised dates be kept?"),
    Dimension.COST: msg("Will the budget be kept?"),
    Dimension.SCOPE: msg("Is the agreed scope intact?"),
    Dimension.RESOURCES: msg("Are all roles filled and available?"),
    Dimension.RISK: msg("Are the risks under control?"),
    Dimension.QUALITY: msg("Do the deliverables pass their checks?"),
}
COLOURS = (
    (Colour.GREEN.value, msg("Green"), Colour.GREEN.value),
    (Colour.AMBER.value, msg("Amber"), Colour.AMBER.value),
    (Colour.RED.value, msg("Red"), Colour.RED.value),
    ("", msg("Cannot say"), None),
)


@bp.get("/update")
def update(project_id: int) -> Response:
    return _form(_writable(project_id))


@bp.post("/update")
def save(project_id: int) -> Response:
    project = _writable(project_id)
    sheet = queries.sheet(actor(), project)
    said, span = _period(sheet)
    try:
        typed = parse(UpdateForm, {**request.form, "needs_way_back": queries.is_worrying(sheet.status)})
        if "preview" in request.form:
            return _form(project, typed=request.form)
        with transaction():
            if said is not None and span.corrects and typed.version:
                actions.correct(said, typed.declaration(), seen_version=typed.version)
            elif span.corrects:
                raise Conflict(msg("Somebody wrote the update of this period while you were writing. Yours is still here."))
            else:
                actions.declare(project, typed.declaration())
    except Invalid as refusal:
        return _form(project, typed=request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(project, typed=request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.project", project_id=project_id), msg("Status update saved: the committee will read it."))


@bp.post("/update/preview")
def preview(project_id: int) -> Response:
    """What the committee would read, while it is being typed."""
    project = _writable(project_id)
    sheet = queries.sheet(actor(), project)
    return page(FORM, "preview", **_words(sheet), typed=request.form, errors={})


def _writable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.STATUS_WRITE, found.place)
    only_now()
    return found


def _form(project: Project, *, typed: Any = None, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    sheet = queries.sheet(actor(), project)
    shown = typed if typed is not None else _filled(sheet)
    return page(FORM, "update", status=status, **_words(sheet), typed=shown, errors=errors or {})


def _words(sheet: Sheet) -> dict[str, Any]:
    said, span = _period(sheet)
    around = meetings_around(actor(), sheet.at.today)
    return {
        "project": sheet.project,
        "sheet": sheet,
        "span": span,
        "version": said.version if said is not None and span.corrects else 0,
        "meeting": around.next,
        "dimensions": list(Dimension),
        "dimension_names": DIMENSION_NAMES,
        "questions": QUESTIONS,
        "computed": queries.COMPUTED,
        "colours": COLOURS,
    }


def _period(sheet: Sheet) -> tuple[StatusUpdate | None, Period]:
    """The newest update and the period that is open now."""
    cut_off = portfolio_cut_off(sheet)
    written = [(one.update.period_start, one.update.period_end) for one in (sheet.written, sheet.written_before) if one]
    return (sheet.written.update if sheet.written else None), period(sheet.at.today, cut_off, written)


def portfolio_cut_off(sheet: Sheet) -> date | None:
    """The last cut-off that has passed."""
    around = meetings_around(actor(), sheet.at.today)
    passed = [meeting.cut_off for meeting in (around.next, around.last) if meeting and meeting.cut_off < sheet.at.today]
    return max(passed, default=None)


def _filled(sheet: Sheet) -> dict[str, Any]:
    """The update of this period to correct it; else a new one that begins with what was said last time."""
    said, span = _period(sheet)
    days = {"period_start": span.start, "period_end": span.end}
    if said is None:
        return days
    colours = {dimension.value: getattr(said, dimension.value) or "" for dimension in Dimension}
    texts = {"attention": said.attention, "back_to_green": said.back_to_green, "done": said.done, "next": said.next}
    if not span.corrects:
        texts |= {"done": said.next, "next": ""}
    return days | colours | texts
