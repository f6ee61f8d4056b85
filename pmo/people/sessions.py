"""Who is asking: from the session cookie or a bearer token to an actor, with time-outs, once per request."""

from datetime import timedelta

from flask import Flask, Response, current_app, g, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import Executable, delete, update

from pmo.config import Settings
from pmo.db import act_as, db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Forbidden
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.people import queries
from pmo.people.actions import token_digest
from pmo.people.models import ApiToken, LoginSession
from pmo.web.access import SAFE
from pmo.web.htmx import see_other

COOKIE = "pmo_session"
BEFORE_A_NEW_PASSWORD = {"static", "people.password", "people.save_password", "people.end", "people.display"}
# Half signed in: the password was right; a code is missing, or a second factor has to be set up first.
CODE_MISSING, FACTOR_MISSING = "factor", "enrol"
HALF_SIGNED_FOR = timedelta(minutes=10)
# What a session that began with a link in a mail may see, by its purpose.
OPENED_BY = {
    "walk": ("walk.", "walk_link.", "chase_seen."),
    CODE_MISSING: ("second_step.",),
    FACTOR_MISSING: ("second_factor.",),
}
WITH_A_LINK_TOO = {"people.display", "people.end"}
EXPLAINED = "api_help.how_to"  # the one page there for people
READ_BY_SPREADSHEETS = ("/odata", "/feeds/")
SEEN_EVERY = timedelta(minutes=1)  # how often a session's "last seen" is written, so that reading pages stays reading


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of a person: that somebody is there."""

    def __init__(self, actor: Actor) -> None:
        self.id = actor.person_id
        self.actor = actor


def install(app: Flask) -> None:
    """Every request asks Flask-Login who is there; cookie and token are read by our own loader, so both can be revoked."""
    manager = LoginManager(app)
    manager.request_loader(_loaded)
    app.before_request(load_actor)
    app.before_request(new_password_first)


def load_actor() -> None:
    """Before every request: g.actor is set, or stays None for a stranger."""
    g.actor = None
    if request.endpoint != "static":
        g.actor = current_user.actor if current_user.is_authenticated and _is_open(request.endpoint or "") else None
    if g.actor is not None:
        act_as(g.actor.person_id, "api" if g.get("token") else "ui")
    else:
        act_as(None, "ui")
    if g.get("token") and request.method not in SAFE and not request.path.startswith("/api/"):
        g.actor = None
        raise Forbidden(msg("A key of a program changes something at the API only."))


def _is_open(endpoint: str) -> bool:
    """Whoever came by a link is a stranger everywhere but where the link leads."""
    only_for = g.get("only_for")
    return not only_for or endpoint in WITH_A_LINK_TOO or endpoint.startswith(OPENED_BY[only_for])


def new_password_first() -> Response | None:
    """Somebody who was given a password by an administrator chooses their own before anything else."""
    if not g.get("must_change_password") or request.endpoint in BEFORE_A_NEW_PASSWORD:
        return None
    g.guarded = True
    return see_other(url_for("people.password"))


def _loaded(_request: object) -> SignedIn | None:
    actor = _actor()
    return SignedIn(actor) if actor else None


def _actor() -> Actor | None:
    if request.headers.get("Authorization", "").startswith("Bearer "):
        return _by_token(request.headers["Authorization"].removeprefix("Bearer ").strip())
    if request.path.startswith("/api/") and request.endpoint != EXPLAINED:  # no form's token guards it, so no cookie opens it
        return None
    if request.path.startswith(READ_BY_SPREADSHEETS) and request.authorization and request.authorization.type == "basic":
        return _by_password(request.authorization.password or "")
    token = request.cookies.get(COOKIE)
    return _by_cookie(token) if token else None


def _by_cookie(token: str) -> Actor | None:
    found = queries.actor_of_session(token_digest(token), clock.today())
    if found is None:
        return None
    login = found.login
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.machine_now()
    idle, age = now - login.seen_at, now - login.started_at
    longest = HALF_SIGNED_FOR if login.purpose in (CODE_MISSING, FACTOR_MISSING) else timedelta(hours=settings.session_hours)
    if idle > timedelta(minutes=settings.session_idle_minutes) or age > longest:
        _write(delete(LoginSession).where(LoginSession.id == login.id))
        return None
    if idle > SEEN_EVERY:
        _write(update(LoginSession).where(LoginSession.id == login.id).values(seen_at=now))
    g.session_digest, g.only_for = login.token_digest, login.purpose
    g.must_change_password = found.must_change_password and not login.purpose
    return found.actor


def _by_password(token: str) -> Actor | None:
    """Spreadsheets send a key as the password of any user. They read; whoever writes says so with a bearer token."""
    return _by_token(token) if request.method in ("GET", "HEAD") else None


def _by_token(token: str) -> Actor | None:
    found = queries.actor_of_token(token_digest(token), clock.today())
    if found is None:
        return None
    kept, actor = found
    now = clock.machine_now()
    if kept.expires_at is not None and kept.expires_at <= now:
        return None
    if kept.used_at is None or now - kept.used_at > SEEN_EVERY:
        _write(update(ApiToken).where(ApiToken.id == kept.id).values(used_at=now))
    g.token, g.token_scopes = kept, frozenset(kept.scopes)
    return actor


def _write(statement: Executable) -> None:
    with transaction("session"):
        db.session.execute(statement)


def remember(response: Response, token: str) -> Response:
    """Hand the session's token to the browser: for this site only, out of reach of scripts."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    return response


def forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, path="/")
    return response
