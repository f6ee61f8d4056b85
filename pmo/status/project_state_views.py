"""The end of a project and its way back: close with a reason after a look at what is still open, archive, open again."""

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission
from pmo.portfolio import actions
from pmo.portfolio import queries as portfolio
from pmo.portfolio.forms import CloseForm
from pmo.portfolio.models import Project
from pmo.raid import queries as raid
from pmo.schedule import queries as schedule
from pmo.web.access import require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("project_states", __name__, url_prefix="/projects/<int:project_id>")
CLOSE = "status/project_close.html"


@bp.get("/close")
def close_form(project_id: int) -> Response:
    return _form(_editable(project_id))


@bp.post("/close")
def close(project_id: int) -> Response:
    found = _editable(project_id)
    try:
        typed = parse(CloseForm, request.form)
        if _still_open(found) and not typed.anyway:
            raise Invalid({"anyway": msg("Tick this to close it although not everything is done.")})
        with transaction(typed.reason):
            actions.close(found, typed.reason, on=typed.closed_on, seen_version=typed.version)
    except Invalid as refusal:
        return _form(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(found, errors={"": refusal.message}, status=409)
    return _back(project_id)


@bp.post("/reopen")
def reopen(project_id: int) -> Response:
    found = _editable(project_id)
    with transaction():
        actions.reopen(found)
    return _back(project_id)


@bp.post("/archive")
def archive(project_id: int) -> Response:
    found = _editable(project_id)
    with transaction():
        actions.archive_project(found)
    return _back(project_id)


def _editable(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_EDIT, found.place)
    only_now()
    return found


def _back(project_id: int) -> Response:
    return see_other(url_for("projects.project", project_id=project_id))


def _still_open(found: Project) -> list[Message]:
    """What nobody would be reminded of any more."""
    milestones, items = schedule.count_open(found.id), raid.count_open(found.id)
    said = [(milestones, nmsg("%(num)s milestone is still ahead", "%(num)s milestones are still ahead", milestones))]
    said.append((items, nmsg("%(num)s item of the register is open", "%(num)s items of the register are open", items)))
    return [sentence for count, sentence in said if count]


def _form(found: Project, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    typed = request.form if errors else {}
    return page(CLOSE, "close", status=status, project=found, still_open=_still_open(found), typed=typed, errors=errors or {})
