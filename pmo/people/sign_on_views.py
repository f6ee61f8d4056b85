"""Signing in with the organisation's identity provider: there, and back."""

from flask import Blueprint, current_app, g, make_response, redirect, request, session, url_for
from werkzeug import Response

from pmo.config import Settings
from pmo.db import transaction
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message
from pmo.people import actions, provider, sessions, sign_on
from pmo.people.logic import Way
from pmo.people.models import Person
from pmo.people.views import local, sign_in_page
from pmo.web.access import open_to_everybody

bp = Blueprint("sign_on", __name__)
BACK = "sign_on_next"  # in the signed cookie: where to go afterwards


@bp.get("/sign-on")
def leave() -> Response:
    """A link, not a form: the content security policy lets forms lead to this site only."""
    open_to_everybody()
    settings = _settings()
    session[BACK] = local(request.args.get("next", ""))
    try:
        return provider.lead_there(settings)
    except provider.ProviderProblem as problem:
        return _refused(problem.message, 503)


@bp.get(provider.CALLBACK)
def back() -> Response:
    open_to_everybody()
    settings = _settings()
    try:
        vouched = provider.come_back(settings)
    except provider.ProviderProblem as problem:
        return _refused(problem.message, 422)
    with transaction("signed on with the identity provider"):
        person = sign_on.take_in(vouched, settings.sign_on.roles)
        token = "" if isinstance(person, Message) else _session(person, vouched.id_token)
    if isinstance(person, Message):
        return _refused(person, 403)
    response = make_response(redirect(session.pop(BACK, "") or url_for("root"), code=303))
    return sessions.remember(response, token)


def _session(person: Person, id_token: str) -> str:
    if "session_digest" in g:  # somebody was signed in here before
        actions.end_session(g.session_digest)
    agent = request.user_agent.string
    return actions.start_session(person, address=request.remote_addr or "", agent=agent, way=Way.PROVIDER, id_token=id_token)


def _refused(sentence: Message, status: int) -> Response:
    return sign_in_page({"": sentence}, back=local(session.get(BACK, "")), status=status)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.sign_on.issuer:
        raise NotFound
    return settings
