"""Signing in and out, the person's own password, language and theme."""

from urllib.parse import urlsplit

from flask import Blueprint, g, make_response, redirect, request, url_for
from werkzeug import Response

from pmo.db import db, transaction
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.people import actions, passwords, queries, sessions
from pmo.people.forms import NewPassword, SignIn
from pmo.web.access import actor, open_to_everybody, require_sign_in
from pmo.web.forms import parse
from pmo.web.htmx import page

bp = Blueprint("people", __name__)
SIGN_IN = "people/sign_in.html"
PASSWORD = "people/password.html"  # noqa: S105 - the name of a page
DUMMY = passwords.digest("nobody's password, so that an unknown address takes as long as a known one")
THEMES = ("light", "dark", "auto")
DENSITIES = ("compact", "default", "roomy")
KEYS = ("on", "off")  # single-key shortcuts in lists
YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/sign-in")
def sign_in() -> Response:
    open_to_everybody()
    return page(SIGN_IN, "sign_in_form", typed=request.args, errors={}, next=_local(request.args.get("next", "")))


@bp.post("/sign-in")
def start() -> Response:
    open_to_everybody()
    try:
        typed = parse(SignIn, request.form)
        token = _checked(typed)
    except Invalid as refusal:
        return _sign_in_again(refusal.errors)
    response = make_response(redirect(_local(request.form.get("next", "")) or url_for("root"), code=303))
    return sessions.remember(response, token)


@bp.post("/sign-out")
def end() -> Response:
    require_sign_in()
    with transaction("signed out"):
        actions.end_session(g.session_digest)
    return sessions.forget(make_response(redirect(url_for(".sign_in"), code=303)))


@bp.get("/me/password")
def password() -> Response:
    require_sign_in()
    return page(PASSWORD, "password_form", errors={}, done=False, must_change=g.get("must_change_password"))


@bp.post("/me/password")
def save_password() -> Response:
    require_sign_in()
    try:
        typed = parse(NewPassword, request.form)
        token = _changed(typed)
    except Invalid as refusal:
        return page(
            PASSWORD, "password_form", status=422, errors=refusal.errors, done=False, must_change=g.get("must_change_password")
        )
    response = page(PASSWORD, "password_form", errors={}, done=True, must_change=False)
    return sessions.remember(response, token)


@bp.post("/me/display")
def display() -> Response:
    """Language, theme, row height, shortcuts: a cookie each, so that the server draws the page right at once."""
    open_to_everybody()
    response = make_response(redirect(_local(request.form.get("next", "")) or url_for("root"), code=303))
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES), ("density", DENSITIES), ("keys", KEYS)):
        chosen = request.form.get(name, "")
        if chosen in allowed:
            response.set_cookie(name, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure)
    return response


def _checked(typed: SignIn) -> str:
    """The token of a new session. Raises Invalid with one sentence, the same for every cause but too many attempts."""
    address = request.remote_addr or ""
    doors = (("account", typed.email), ("address", address))
    if any(actions.is_throttled(door, key) for door, key in doors):
        raise Invalid({"": msg("Too many attempts. Wait 15 minutes, or ask an administrator for a new password.")})
    found = queries.credential_of(typed.email)
    if not passwords.matches(found[1].password_hash if found else DUMMY, typed.password) or found is None:
        with transaction("sign-in failed"):
            for door, key in doors:
                actions.count_failure(door, key)
        raise Invalid({"": msg("The address or the password is not right.")})
    person, credential = found
    with transaction("signed in"):
        actions.forget_failures("account", typed.email)
        if passwords.is_outdated(credential.password_hash):
            credential.password_hash = passwords.digest(typed.password)
        return actions.start_session(person, address=address, agent=request.user_agent.string)


def _changed(typed: NewPassword) -> str:
    """The token of a fresh session after the password was changed; all others of this person end."""
    found = queries.credential_of(actor().email)
    if found is None or not passwords.matches(found[1].password_hash, typed.current):
        raise Invalid({"current": msg("This is not your current password.")})
    if typed.password != typed.again:
        raise Invalid({"again": msg("The two new passwords differ.")})
    with transaction("password changed"):
        actions.set_password(found[0], typed.password)
        actions.end_sessions(found[0].id)
        return actions.start_session(found[0], address=request.remote_addr or "", agent=request.user_agent.string)


def _sign_in_again(errors: dict[str, Message]) -> Response:
    db.session.rollback()
    back = _local(request.form.get("next", ""))
    return page(SIGN_IN, "sign_in_form", status=422, typed={"email": request.form.get("email", "")}, errors=errors, next=back)


def _local(url: str) -> str:
    """Only a path of this site may be gone to after a form."""
    parts = urlsplit(url.replace("\\", "/"))
    return url if url.startswith("/") and not parts.netloc and not parts.scheme and not url.startswith("//") else ""
