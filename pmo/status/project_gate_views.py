"""The gates of a project as a tab of its page."""

from flask import Blueprint, Response

from pmo.db import looking_back
from pmo.gates.queries import of_project
from pmo.gates.shipped import gates_left
from pmo.gates.showing import WORDS
from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import Method, State
from pmo.portfolio.queries import project
from pmo.rules.queries import rule_book
from pmo.status import project_queries
from pmo.status.project_views import around
from pmo.web.access import actor, can, require
from pmo.web.htmx import page
from pmo.web.i18n import language

bp = Blueprint("project_gates", __name__, url_prefix="/projects/<int:project_id>")
TAB = "status/project_gates.html"


@bp.get("/gates")
def gates(project_id: int) -> Response:
    found = project(project_id)
    require(Permission.PROJECT_READ, found.place)
    runs = looking_back() is None and found.state == State.OPEN
    may_gate = runs and can(Permission.GATE_EDIT, found.place)
    rows = of_project(found, rule_book(), clock.today())
    return page(
        TAB,
        "project_gates",
        **around(project_queries.sheet(actor(), found), "project_gates.gates"),
        rows=rows,
        may_gate=may_gate,
        to_take=gates_left(Method(found.method), {row.gate.code for row in rows}) if may_gate else [],
        language=language(),
        **WORDS,
    )
