"""The change requests of a project as a tab of its page."""

from flask import Blueprint, Response

from pmo.changes.logic import PRIORITY_NAMES, STATE_NAMES, TONES
from pmo.changes.queries import of_project
from pmo.db import looking_back
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import State
from pmo.portfolio.queries import project
from pmo.status import project_queries
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.htmx import page

bp = Blueprint("project_changes", __name__, url_prefix="/projects/<int:project_id>")
TAB = "status/project_changes.html"


@bp.get("/changes")
def changes(project_id: int) -> Response:
    found = project(project_id)
    require(Permission.PROJECT_READ, found.place)
    runs = looking_back() is None and found.state == State.OPEN
    return page(
        TAB,
        "project_changes",
        **around(project_queries.sheet(actor(), found), "project_changes.changes"),
        rows=of_project(found.id),
        may_request=runs and can(Permission.CHANGE_EDIT, found.place),
        sees_money=can(Permission.MONEY_READ, found.place),
        state_names=STATE_NAMES,
        priority_names=PRIORITY_NAMES,
        tones=TONES,
    )
