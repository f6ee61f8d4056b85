"""One's own account: where one is signed in, and the keys one gave to programs."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.token_scopes import SCOPE_NAMES
from pmo.people import actions, proof_queries, queries, second_factor
from pmo.people.devices import device
from pmo.people.forms import TokenForm
from pmo.people.logic import WAY_NAMES
from pmo.web.access import actor, require_sign_in
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other

bp = Blueprint("account", __name__)
ACCOUNT = "people/account.html"
LIFETIMES = (("30", msg("30 days")), ("90", msg("90 days")), ("365", msg("1 year")))


@bp.get("/me/account")
def account() -> Response:
    require_sign_in()
    return _page()


@bp.post("/me/account/sessions/<int:session_id>/end")
def end_one(session_id: int) -> Response:
    _at_a_browser()
    with transaction("session ended"):
        actions.end_session_of(actor().person_id, session_id)
    return see_other(url_for(".account"), msg("That device is signed out."))


@bp.post("/me/account/sessions/end-others")
def end_others() -> Response:
    _at_a_browser()
    with transaction("other sessions ended"):
        actions.end_sessions(actor().person_id, but=g.session_digest)
    return see_other(url_for(".account"), msg("Every other device is signed out."))


@bp.post("/me/account/tokens")
def make_token() -> Response:
    """Answers with the page, not a redirect: the key is shown only now."""
    _at_a_browser()
    try:
        typed = parse(TokenForm, request.form)
    except Invalid as refusal:
        return _page(errors=refusal.errors, status=422)
    with transaction("token made"):
        person = queries.person(actor().person_id)
        token = actions.make_token(person, typed.name, days=int(typed.days), scopes=typed.scopes)
    return _page(token=token)


@bp.post("/me/account/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    _at_a_browser()
    with transaction("token revoked"):
        actions.revoke_token(actor().person_id, token_id)
    return see_other(url_for(".account"), msg("The key opens nothing any more."))


def _at_a_browser() -> None:
    """A key of a program makes no further keys and ends nobody's session."""
    require_sign_in()
    if g.get("token"):
        raise Forbidden(msg("This can only be done signed in with a browser."))


def _page(*, errors: dict[str, Message] | None = None, status: int = 200, token: str = "") -> Response:
    db.session.rollback()
    person_id = actor().person_id
    typed: Any = request.form if errors else {"days": "90"}
    return page(
        ACCOUNT, "account_cards", status=status, sessions=proof_queries.sessions_of(person_id), own=g.get("session_digest"),
        tokens=proof_queries.tokens_of(person_id), errors=errors or {}, typed=typed, token=token,
        device=device, way_names=WAY_NAMES, lifetimes=LIFETIMES, scopes=SCOPE_NAMES,
        chosen=request.form.getlist("scopes") if errors else [],
        is_local=second_factor.is_local(person_id), has_factor=second_factor.has_factor(person_id),
    )  # fmt: skip
