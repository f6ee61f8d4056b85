"""The secret address of a calendar: read-only, without signing in, with the rights its person has at that moment."""

from flask import Blueprint, Response, current_app, request

from pmo.config import Settings
from pmo.db import db, looking_back, transaction
from pmo.feeds import actions, ics, queries
from pmo.feeds.logic import FeedKind
from pmo.feeds.models import CalendarFeed
from pmo.kernel import clock
from pmo.people.queries import actor_of_person
from pmo.web.access import open_to_everybody
from pmo.web.look_back import only_now

bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@bp.get("/<secret>/pmo.ics")
def read(secret: str) -> Response:
    """Guessing is hopeless, and whole clouds of calendar programs ask from one address: each secret counts for itself."""
    open_to_everybody()
    only_now()  # rights are those of now, and so is what they show
    feed, person = queries.feed_by_token(secret)
    settings: Settings = current_app.config["SETTINGS"]
    actor = actor_of_person(person, clock.today())
    calendar = queries.calendar(actor, FeedKind(feed.kind), feed.subject_id, settings.calendar_days_back)
    content = ics.written(calendar, lang=person.language, base_url=settings.base_url)
    _note(feed)
    response = Response(content, mimetype=ics.MIMETYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="pmo.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _note(feed: CalendarFeed) -> None:
    if looking_back() is None and actions.feed_was_read(feed):
        with transaction("calendar read"):
            db.session.add(feed)
