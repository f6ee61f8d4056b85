"""One's own second factor: set up by scanning, confirmed by a code, with recovery codes; taken away again."""

from io import BytesIO

import segno
from flask import Blueprint, Response, current_app, g, make_response, request, url_for

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.people import actions, queries, second_factor, sessions, vault
from pmo.people.models import Person
from pmo.people.proof_models import SecondFactor
from pmo.web.access import actor, require_sign_in
from pmo.web.htmx import page, see_other

bp = Blueprint("second_factor", __name__)
FACTOR = "people/factor.html"


@bp.get("/me/second-factor")
def factor() -> Response:
    require_sign_in()
    return _page(_self())


@bp.post("/me/second-factor")
def begin() -> Response:
    require_sign_in()
    person = _self()
    with transaction("second factor begun"):
        second_factor.begin(person)
    return see_other(_here())


@bp.get("/me/second-factor/picture.svg")
def picture() -> Response:
    """The key to scan; only as long as it is not confirmed, so that nobody copies it later from an open desk."""
    require_sign_in()
    person = _self()
    found = second_factor.factor_of(person.id)
    if found is None or found.confirmed_at is not None:
        raise NotFound
    try:
        address = second_factor.address_of(found, person, _settings().organisation)
    except vault.Unreadable as error:
        raise NotFound from error
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, light="#fff", svgclass=None, lineclass=None)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@bp.post("/me/second-factor/confirm")
def confirm() -> Response:
    """It counts from now on; whoever was led here by the sign-in is now signed in wholly."""
    require_sign_in()
    person = _self()
    try:
        with transaction("second factor confirmed"):
            codes = second_factor.confirm(person, request.form.get("code", ""))
            token = _whole_session(person) if g.get("only_for") else ""
    except Invalid as refusal:
        return _page(person, errors=refusal.errors, status=422)
    response = _page(person, codes=codes)
    return sessions.remember(response, token) if token else response


@bp.post("/me/second-factor/codes")
def renew() -> Response:
    """New recovery codes, for who proves to have the authenticator."""
    require_sign_in()
    person = _self()
    try:
        _prove(person)
        with transaction("new recovery codes"):
            codes = second_factor.new_recovery_codes(person)
    except Invalid as refusal:
        return _page(person, errors=refusal.errors, status=422)
    return _page(person, codes=codes)


@bp.post("/me/second-factor/remove")
def remove() -> Response:
    require_sign_in()
    person = _self()
    if second_factor.is_required(person, _settings().second_factor):
        raise Forbidden(msg("A second factor is required here. If the authenticator is lost, ask an administrator."))
    try:
        _prove(person)
        with transaction("second factor taken away"):
            second_factor.remove(person)
    except Invalid as refusal:
        return _page(person, errors=refusal.errors, status=422)
    return see_other(_here(), msg("The second factor is taken away. The password alone opens your account again."))


def prove(person: Person, field: str = "code") -> None:
    """A code that is right and was not used; wrong ones are counted for all servers. Raises Invalid."""
    if actions.is_throttled(second_factor.DOOR, str(person.id)):
        raise Invalid({field: msg("Too many attempts. Wait 15 minutes.")})
    with transaction("code used"):
        is_right = second_factor.is_right(person.id, request.form.get(field, ""))
        if is_right:
            actions.forget_failures(second_factor.DOOR, str(person.id))
        else:
            actions.count_failure(second_factor.DOOR, str(person.id))
    if not is_right:
        raise Invalid({field: second_factor.NOT_RIGHT})


def _prove(person: Person) -> None:
    prove(person, "proof")


def _whole_session(person: Person) -> str:
    actions.end_session(g.session_digest)
    return actions.start_session(person, address=request.remote_addr or "", agent=request.user_agent.string)


def _self() -> Person:
    """Whoever sits at the browser; a program has no authenticator."""
    person = queries.person(actor().person_id)
    if g.get("token"):
        raise Forbidden(msg("This can only be done signed in with a browser."))
    if not second_factor.is_local(person.id) and not second_factor.has_factor(person.id):
        raise Conflict(msg("You sign in without a password of this server: the identity provider asks for your second factor."))
    return person


def _here() -> str:
    return url_for(".factor", next=request.args.get("next") or None)


def _page(
    person: Person, *, errors: dict[str, Message] | None = None, status: int = 200, codes: list[str] | None = None
) -> Response:
    db.session.rollback()
    found = second_factor.factor_of(person.id)
    key = ""
    if found is not None and found.confirmed_at is None:
        key = _readable(found)
    return make_response(
        page(
            FACTOR, "factor_card", status=status, errors=errors or {}, codes=codes, key=key, back=request.args.get("next", ""),
            is_set=found is not None and found.confirmed_at is not None, since=found.confirmed_at if found else None,
            left=second_factor.codes_left(person.id), must=second_factor.is_required(person, _settings().second_factor),
        )
    )  # fmt: skip


def _readable(found: SecondFactor) -> str:
    try:
        key = second_factor.key_of(found)
    except vault.Unreadable:
        return ""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
