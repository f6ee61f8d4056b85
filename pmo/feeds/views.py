"""The page that hands out addresses: calendars to subscribe to, tables to read, keys to read them with."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.feeds import actions, queries
from pmo.feeds.forms import FeedForm
from pmo.feeds.logic import KIND_NAMES, FeedKind
from pmo.feeds.models import CalendarFeed
from pmo.feeds.tables import TABLES
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people import actions as people
from pmo.people import queries as known
from pmo.people.models import ApiToken
from pmo.web.access import actor, can_anywhere, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import choices, say
from pmo.web.look_back import only_now

bp = Blueprint("feeds", __name__, url_prefix="/feeds")
FEEDS = "feeds/feeds.html"
KEY_DAYS = 365


@bp.get("")
def feeds() -> Response:
    require_anywhere(Permission.WORK_OWN)
    return _page()


@bp.post("/calendars")
def make() -> Response:
    """The address is in the answer and nowhere else."""
    require_anywhere(Permission.WORK_OWN)
    only_now()
    try:
        typed = parse(FeedForm, request.form)
        if not queries.may_read(actor(), typed.kind, queries.place_of(typed.kind, typed.subject_id)):
            raise NotFound
    except Invalid as refusal:
        return _page(status=422, errors=refusal.errors)
    with transaction("calendar address made"):
        token = actions.make_feed(actor().person_id, typed.kind, typed.subject_id)
    return _page(address=f"{_settings().base_url}/calendar/{token}/pmo.ics")


@bp.post("/calendars/<int:feed_id>/end")
def end(feed_id: int) -> Response:
    require_anywhere(Permission.WORK_OWN)
    only_now()
    found = db.session.get(CalendarFeed, feed_id)
    if found is None or found.person_id != actor().person_id:
        raise NotFound
    with transaction("calendar address ended"):
        actions.end_feed(found)
    return see_other(url_for(".feeds"), msg("The address opens nothing any more."))


@bp.post("/keys")
def make_key() -> Response:
    """A key that may only read, with the rights of whoever makes it."""
    require_anywhere(Permission.WORK_OWN)
    only_now()
    with transaction("key for reading made"):
        person = known.person(actor().person_id)
        key = people.make_token(person, say(msg("Excel and Power BI")), days=KEY_DAYS, read_only=True)
    return _page(key=key)


@bp.post("/keys/<int:key_id>/end")
def end_key(key_id: int) -> Response:
    require_anywhere(Permission.WORK_OWN)
    only_now()
    found = db.session.get(ApiToken, key_id)
    if found is None or found.person_id != actor().person_id or not found.read_only:
        raise NotFound
    with transaction("key for reading ended"):
        actions.end_key(found)
    return see_other(url_for(".feeds"), msg("The key opens nothing any more."))


def _page(*, status: int = 200, errors: dict[str, Message] | None = None, address: str = "", key: str = "") -> Response:
    person_id = actor().person_id
    mine = queries.feeds_of(person_id)
    projects, committees = queries.subjects(actor())
    shown: dict[str, Any] = {"feeds": mine, "names": queries.names(mine), "keys": actions.reading_keys(person_id)}
    kinds = [(FeedKind.PERSON, True), (FeedKind.PROJECT, projects), (FeedKind.COMMITTEE, committees)]
    return page(
        FEEDS,
        "feeds",
        status=status,
        errors=errors or {},
        typed=request.form if errors else {"kind": FeedKind.PERSON.value},
        address=address,
        webcal="webcal" + address[address.find("://") :] if address else "",
        key=key,
        key_days=KEY_DAYS,
        projects=projects,
        committees=committees,
        kinds=choices({kind: KIND_NAMES[kind] for kind, is_there in kinds if is_there}),
        kind_names=KIND_NAMES,
        tables=[table for table in TABLES.values() if can_anywhere(table.permission)],
        service=f"{_settings().base_url}/odata/",
        email=actor().email,
        **shown,
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
