"""Mail received: what was held and why, for administrators."""

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.inbox import queries
from pmo.inbox.logic.held import NAMES
from pmo.kernel.permissions import Permission
from pmo.web.access import require
from pmo.web.htmx import page

bp = Blueprint("inbox", __name__, url_prefix="/mail-received")


@bp.get("")
def received() -> Response:
    require(Permission.PEOPLE_ADMIN)
    settings: Settings = current_app.config["SETTINGS"]
    shelf, typed = request.args.get("shelf", ""), request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
    held = shelf != "all"
    rows, following = queries.received(held=held, before=before)
    shelf = "" if held else "all"
    return page(
        "inbox/list.html", "mail_received", rows=rows, held=held, reasons=NAMES, inbox=settings.inbox,
        next_url=url_for(".received", shelf=shelf or None, before=following) if following else "",
        first_url=url_for(".received", shelf=shelf or None) if before else "",
    )  # fmt: skip
