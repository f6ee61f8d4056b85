"""The asked person's one click: seen, update by that day. It stops nothing and is shown beside the request."""

from flask import Blueprint, Response, g, request, url_for

from pmo.committees import chasing_actions as actions
from pmo.committees.chasing_queries import mine
from pmo.db import transaction
from pmo.home.chasing_forms import SeenForm
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.web.access import actor, require_sign_in
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("chase_seen", __name__)
BACK = {"walk": "walk.walk", "work": "home.my_work", "chasing": "chasing.requests"}
SEEN = "home/chase_seen.html"


@bp.get("/update-asked")
def asked() -> Response:
    """What is asked of oneself; the banner of other pages says the same."""
    require_sign_in()
    return page(SEEN, "seen_form", mine=mine(actor().person_id, clock.today()), back="", errors={}, typed={})


@bp.post("/update-asked")
def seen() -> Response:
    require_sign_in()
    only_now()
    try:
        typed = parse(SeenForm, request.form)
        with transaction("seen, update promised"):
            actions.acknowledge(mine(actor().person_id, clock.today()), typed.until, clock.today())
    except Invalid as refusal:
        again = mine(actor().person_id, clock.today())
        return page(SEEN, "seen_form", status=422, mine=again, back="", errors=refusal.errors, typed=request.form)
    return see_other(url_for(BACK.get("walk" if g.get("only_for") else typed.back, "chase_seen.asked")))
