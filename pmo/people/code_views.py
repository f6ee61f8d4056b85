"""The second step of signing in: a code, after the password was right."""

from flask import Blueprint, g, make_response, redirect, request, url_for
from werkzeug import Response

from pmo.db import db, transaction
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message
from pmo.people import actions, queries, sessions
from pmo.people.factor_views import prove
from pmo.people.views import local
from pmo.web.access import actor, require_sign_in
from pmo.web.htmx import page

bp = Blueprint("second_step", __name__)
CODE = "people/code.html"


@bp.get("/sign-in/code")
def code() -> Response:
    require_sign_in()
    if not g.get("only_for"):
        return redirect(_then(request.args.get("next", "")), code=303)
    return _page(request.args.get("next", ""), {})


@bp.post("/sign-in/code")
def give() -> Response:
    require_sign_in()
    back = request.form.get("next", "")
    if not g.get("only_for"):
        return redirect(_then(back), code=303)
    person = queries.person(actor().person_id)
    try:
        prove(person)
    except Invalid as refusal:
        return _page(back, refusal.errors, 422)
    with transaction("signed in with a second factor"):
        actions.end_session(g.session_digest)
        token = actions.start_session(person, address=request.remote_addr or "", agent=request.user_agent.string)
    return sessions.remember(make_response(redirect(_then(back), code=303)), token)


def _page(back: str, errors: dict[str, Message], status: int = 200) -> Response:
    db.session.rollback()
    return page(CODE, "code_form", status=status, errors=errors, next=local(back))


def _then(back: str) -> str:
    return local(back) or url_for("root")
