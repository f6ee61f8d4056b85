"""The minutes of a meeting as a file, in the language of its committee or the one asked for."""

from flask import Response, current_app, request

from pmo.committees.queries import meeting
from pmo.config import Settings
from pmo.kernel.languages import LANGUAGES
from pmo.kernel.permissions import Permission
from pmo.reports import decided
from pmo.reports.making_views import bp as bp  # the same room, in several files
from pmo.reports.word import minutes as word
from pmo.reports.word.document import MEDIA_TYPE
from pmo.web.access import actor, require
from pmo.web.downloads import attachment


@bp.get("/meetings/<int:meeting_id>/minutes.docx")
def minutes(meeting_id: int) -> Response:
    """Only what the reader may see of it."""
    found = meeting(meeting_id)
    require(Permission.REPORT_READ, found.place)
    settings: Settings = current_app.config["SETTINGS"]
    asked = request.args.get("lang", "")
    lang = asked if asked in LANGUAGES else found.committee.language
    name = f"minutes-{found.committee.code}-{found.held_on.isoformat()}.docx"
    return attachment(name, word.document(decided.minutes(found, actor(), settings.organisation), lang), MEDIA_TYPE)
