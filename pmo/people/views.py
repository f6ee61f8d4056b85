"""Signing in and out, the person's own password, language and theme."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, make_response, redirect, request, url_for
from werkzeug import Response

from pmo.config import Settings
from pmo.db import db, transaction
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import LANGUAGES, Message, msg
from pmo.kernel.sign_on import LocalSignIn
from pmo.people import actions, passwords, proof_queries, provider, queries, second_factor, sessions, vault
from pmo.people.forms import NewPassword, SignIn
from pmo.people.logic import Way
from pmo.people.models import Credential, Person
from pmo.web.access import actor, open_to_everybody, require_sign_in
from pmo.web.forms import parse
from pmo.web.htmx import page

bp = Blueprint("people", __name__)
SIGN_IN = "people/sign_in.html"
SIGNED_OUT = "people/signed_out.html"
PASSWORD = "people/password.html"  # noqa: S105 - the name of a page
AFTER_THE_PASSWORD = {sessions.CODE_MISSING: "second_step.code", sessions.FACTOR_MISSING: "second_factor.factor"}
DUMMY = passwords.digest("nobody's password, so that an unknown address takes as long as a known one")
THEMES = ("light", "dark", "auto")
DENSITIES = ("compact", "default", "roomy")
KEYS = ("on", "off")  # single-key shortcuts in lists
YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/sign-in")
def sign_in() -> Response:
    open_to_everybody()
    return sign_in_page({}, back=local(request.args.get("next", "")), email=request.args.get("email", ""))


@bp.post("/sign-in")
def start() -> Response:
    open_to_everybody()
    back = local(request.form.get("next", ""))
    try:
        typed = parse(SignIn, request.form)
        person, purpose = _checked(typed)
    except Invalid as refusal:
        return sign_in_page(refusal.errors, back=back, email=request.form.get("email", ""), status=422)
    with transaction("signed in"):
        agent = request.user_agent.string
        token = actions.start_session(person, address=request.remote_addr or "", agent=agent, purpose=purpose)
    then = url_for(AFTER_THE_PASSWORD[purpose], next=back or None) if purpose else back or url_for("root")
    return sessions.remember(make_response(redirect(then, code=303)), token)


@bp.post("/sign-out")
def end() -> Response:
    """Out here; and where the provider has a page for it, on to its own sign-out."""
    require_sign_in()
    ended = proof_queries.session_of(g.session_digest)
    elsewhere = provider.way_out(_settings(), _id_token(ended.sealed_id_token)) if ended and ended.way == Way.PROVIDER else ""
    with transaction("signed out"):
        actions.end_session(g.session_digest)
    if elsewhere:  # a page that moves on: a form may lead to this site only
        return sessions.forget(page(SIGNED_OUT, "signed_out", elsewhere=elsewhere, provider=_settings().sign_on.name))
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
    response = make_response(redirect(local(request.form.get("next", "")) or url_for("root"), code=303))
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES), ("density", DENSITIES), ("keys", KEYS)):
        chosen = request.form.get(name, "")
        if chosen in allowed:
            response.set_cookie(name, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure)
    return response


def sign_in_page(errors: dict[str, Message], *, back: str, email: str = "", status: int = 200) -> Response:
    """The ways to sign in here: the provider, a password, or both."""
    if errors:
        db.session.rollback()
    sign_on, policy = _settings().sign_on, _settings().local_sign_in
    has_password = policy is not LocalSignIn.OFF or not proof_queries.provider_knows_an_administrator()
    return page(
        SIGN_IN, "sign_in_form", status=status, typed={"email": email}, errors=errors, next=back,
        provider=sign_on.name if sign_on.issuer else "", has_password=has_password,
        for_administrators=policy is not LocalSignIn.ALL,
    )  # fmt: skip


def _checked(typed: SignIn) -> tuple[Person, str]:
    """Who it is, and what their session is for until they gave or set up a second factor.

    Raises Invalid with one sentence, the same for every cause but too many attempts and a right password that does not count.
    """
    doors = (("account", typed.email), ("address", request.remote_addr or ""))
    if any(actions.is_throttled(door, key) for door, key in doors):
        raise Invalid({"": msg("Too many attempts. Wait 15 minutes, or ask an administrator for a new password.")})
    found = queries.credential_of(typed.email)
    if not passwords.matches(found[1].password_hash if found else DUMMY, typed.password) or found is None:
        with transaction("sign-in failed"):
            for door, key in doors:
                actions.count_failure(door, key)
        raise Invalid({"": msg("The address or the password is not right.")})
    if not proof_queries.counts_password(found[0], _settings().local_sign_in):
        raise Invalid(
            {"": msg("Passwords are for administrators here. Sign in with %(provider)s.", provider=_settings().sign_on.name)}
        )
    _welcome(typed, found[1])
    return found[0], _still_needs(found[0])


def _welcome(typed: SignIn, credential: Credential) -> None:
    with transaction("password was right"):
        actions.forget_failures("account", typed.email)
        if passwords.is_outdated(credential.password_hash):
            credential.password_hash = passwords.digest(typed.password)


def _still_needs(person: Person) -> str:
    if second_factor.has_factor(person.id):
        return sessions.CODE_MISSING
    return sessions.FACTOR_MISSING if second_factor.is_required(person, _settings().second_factor) else ""


def _id_token(sealed: str) -> str:
    try:
        return vault.unseal(sealed) if sealed else ""
    except vault.Unreadable:
        return ""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


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


def local(url: str) -> str:
    """Only a path of this site may be gone to after a form."""
    parts = urlsplit(url.replace("\\", "/"))
    return url if url.startswith("/") and not parts.netloc and not parts.scheme and not url.startswith("//") else ""
