"""The agenda of a committee meeting: each line leads to its page, and the whole is printed for the table."""

from typing import Any

from flask import Blueprint, Response

from pmo.changes.logic import PRIORITY_NAMES
from pmo.committees.decision_views import WORDS
from pmo.committees.item_queries import ItemRow
from pmo.committees.queries import meeting
from pmo.gates.logic import STANDING_NAMES, STANDING_TONES
from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import DIMENSION_NAMES
from pmo.reports.agenda import agenda
from pmo.web.access import actor, require
from pmo.web.htmx import page
from pmo.web.i18n import language

bp = Blueprint("agenda", __name__)
PAGE = "reports/agenda.html"


@bp.get("/committees/meetings/<int:meeting_id>/agenda")
def of_meeting(meeting_id: int) -> Response:
    found, today = meeting(meeting_id), clock.today()
    require(Permission.COMMITTEE_READ, found.place)
    made = agenda(found, actor(), today)
    after = {one.decision.id: [ItemRow(item, today) for item in one.actions] for one in made.taken}
    words: dict[str, Any] = {"dimension_names": DIMENSION_NAMES, "priority_names": PRIORITY_NAMES, **WORDS}
    ready: dict[str, Any] = {"standing_names": STANDING_NAMES, "standing_tones": STANDING_TONES, "language": language()}
    return page(PAGE, "agenda", meeting=found, committee=found.committee, agenda=made, after=after, **words, **ready)
