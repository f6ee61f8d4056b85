"""The link of the weekly mail: opens the walk of its person, and nothing else, without signing in."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import transaction
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people import actions, links, sessions
from pmo.people.links import NoLongerValid, Purpose
from pmo.people.models import Person, SignedLink
from pmo.web.access import actor, is_signed_in, open_to_everybody, require_anywhere
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("walk_link", __name__, url_prefix="/walk")
REFUSED = "home/link.html"


@bp.get("/link/<token>")
def enter(token: str) -> Response:
    """Counted are only tokens nobody was ever sent: an old link may be tried as often as one likes."""
    open_to_everybody()
    only_now()
    address = request.remote_addr or ""
    if actions.is_throttled(links.DOOR, address):
        return _refused(msg("Too many attempts. Wait 15 minutes, or sign in."), 429)
    try:
        link, person = links.link_of(token, Purpose.WALK)
    except NoLongerValid as refusal:
        if refusal.message is links.GONE:
            with transaction("link unknown"):
                actions.count_failure(links.DOOR, address)
        return _refused(refusal.message, 410)
    return _opened(link, person, address)


@bp.post("/links/close")
def close() -> Response:
    """The person's own links open nothing any more."""
    require_anywhere(Permission.WORK_WALK)
    with transaction("links closed"):
        actions.revoke_links(actor().person_id, Purpose.WALK.value)
    return see_other(url_for("home.my_work"))


def _opened(link: SignedLink, person: Person, address: str) -> Response:
    """Who is signed in keeps their session; somebody else's is never exchanged by a link."""
    walk = see_other(url_for("walk.walk"))
    if is_signed_in() and not g.get("only_for"):
        if actor().person_id != person.id:
            return _refused(msg("You are signed in as somebody else. Sign out, then open the link again."), 409)
        return walk
    with transaction("walk opened by link"):
        session = links.open_link(link, person, address=address, agent=request.user_agent.string)
    return sessions.remember(walk, session)


def _refused(sentence: Message, status: int) -> Response:
    return page(REFUSED, "link", status=status, sentence=sentence)
