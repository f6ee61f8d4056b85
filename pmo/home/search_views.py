"""Search and jump: one page, also asked for by the palette as a list."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.home.search_queries import Hit, Kind, search
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor
from pmo.kernel.sorting import name_key
from pmo.web.access import actor, require_sign_in
from pmo.web.frame import MenuItem, entries_of
from pmo.web.htmx import page
from pmo.web.i18n import say

bp = Blueprint("search", __name__)
PAGE = "home/search.html"
KIND_NAMES: dict[Kind, Message] = {
    Kind.PROJECT: msg("Projects"),
    Kind.MILESTONE: msg("Milestones"),
    Kind.ITEM: msg("RAID items"),
    Kind.PROGRAMME: msg("Programmes"),
    Kind.COMMITTEE: msg("Committees"),
    Kind.CHANGE: msg("Change requests"),
    Kind.GATE: msg("Stage gates"),
    Kind.REQUEST: msg("Decisions asked"),
    Kind.DECISION: msg("Decisions"),
    Kind.ACTION: msg("Actions"),
}
ICONS = {
    Kind.PROJECT: "layout-list",
    Kind.MILESTONE: "flag",
    Kind.ITEM: "shield-alert",
    Kind.PROGRAMME: "folder-open",
    Kind.COMMITTEE: "landmark",
    Kind.CHANGE: "refresh-cw",
    Kind.GATE: "flag-triangle-right",
    Kind.REQUEST: "circle-help",
    Kind.DECISION: "gavel",
    Kind.ACTION: "circle-check",
}

PLACES = {
    Kind.PROJECT: ("projects.project", "project_id"),
    Kind.ITEM: ("raid.item", "item_id"),
    Kind.PROGRAMME: ("programmes.programme", "programme_id"),
    Kind.COMMITTEE: ("committees.committee", "committee_id"),
    Kind.CHANGE: ("change_requests.one", "change_id"),
    Kind.GATE: ("gates.one", "gate_id"),
    Kind.REQUEST: ("decisions.one", "request_id"),
    Kind.DECISION: ("outcomes.decision", "decision_id"),
    Kind.ACTION: ("actions.item", "action_id"),
}


@bp.get("/search")
def results() -> Response:
    """Open to everybody signed in: the query finds only what they may see."""
    require_sign_in()
    typed = request.args.get("q", "").replace("\x00", "").strip()
    hits = search(actor(), typed)
    groups = [(kind, [hit for hit in hits if hit.kind is kind]) for kind in Kind]
    return page(
        PAGE,
        "palette_list",
        typed=typed,
        pages=_pages(actor(), typed),
        groups=[(KIND_NAMES[kind], ICONS[kind], found) for kind, found in groups if found],
        url_of=url_of,
    )


def url_of(hit: Hit) -> str:
    if hit.kind is Kind.MILESTONE:
        return url_for("milestones.milestone", project_id=hit.project_id, milestone_id=hit.id)
    endpoint, number = PLACES[hit.kind]
    values: dict[str, Any] = {number: hit.id}
    return url_for(endpoint, **values)


def _pages(person: Actor, typed: str) -> list[MenuItem]:
    """Pages of the person's own menu whose title has the words; all of them before anything is typed."""
    wanted = name_key(typed)
    return [entry for entry in entries_of(person) if wanted in name_key(say(entry.title))]
