"""The checklist of a new project on its page: read again, put aside, taken up again."""

from flask import Blueprint, Response, url_for

from pmo.db import db, transaction
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.status import project_queries as queries
from pmo.status.project_views import OVERVIEW, around, overview_start
from pmo.status.starting import put_aside, take_up
from pmo.web.access import actor, require
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.look_back import only_now

bp = Blueprint("project_start", __name__, url_prefix="/projects/<int:project_id>/start")


@bp.get("")
def start(project_id: int) -> Response:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_READ, found.place)
    return _card(found) if wants_fragment() else _back(project_id)


@bp.post("/hide")
def hide(project_id: int) -> Response:
    found = _mine(project_id)
    with transaction():
        put_aside(found)
    if not wants_fragment():
        return _back(project_id)
    return toast(_card(found), msg("The checklist is put aside."), url_for(".show", project_id=project_id))


@bp.post("/show")
def show(project_id: int) -> Response:
    found = _mine(project_id)
    with transaction():
        take_up(found)
    if not wants_fragment():
        return _back(project_id)
    response = _card(found)
    response.headers["HX-Trigger-After-Settle"] = "start-changed"
    return response


def _mine(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.PROJECT_EDIT, found.place)
    only_now()
    return found


def _back(project_id: int) -> Response:
    return see_other(url_for("projects.project", project_id=project_id))


def _card(found: Project) -> Response:
    db.session.rollback()
    sheet = queries.sheet(actor(), found)
    return page(OVERVIEW, "project_start", **around(sheet, "project"), **overview_start(sheet))
