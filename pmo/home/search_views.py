"""Search and jump: one page, also asked for by the palette as a list."""

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
    match hit.kind:
        case Kind.PROJECT:
            return url_for("projects.project", project_id=hit.id)
        case Kind.MILESTONE:
            return url_for("milestones.milestone", project_id=hit.project_id, milestone_id=hit.id)
        case Kind.ITEM:
            return url_for("raid.item", item_id=hit.id)
        case Kind.PROGRAMME:
            return url_for("programmes.programme", programme_id=hit.id)
        case Kind.COMMITTEE:
            return url_for("committees.committee", committee_id=hit.id)
        case Kind.CHANGE:
            return url_for("change_requests.one", change_id=hit.id)
        case Kind.GATE:
            return url_for("gates.one", gate_id=hit.id)
        case Kind.REQUEST:
            return url_for("decisions.one", request_id=hit.id)
        case Kind.DECISION:
            return url_for("outcomes.decision", decision_id=hit.id)
        case Kind.ACTION:
            return url_for("actions.item", action_id=hit.id)


def _pages(person: Actor, typed: str) -> list[MenuItem]:
    """Pages of the person's own menu whose title has the words; all of them before anything is typed."""
    wanted = name_key(typed)
    return [entry for entry in entries_of(person) if wanted in name_key(say(entry.title))]
