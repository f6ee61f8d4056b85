"""Refusals as answers: a page inside the frame, a fragment for a swap, problem details for the API."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from pmo.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from pmo.kernel.languages import Message, msg
from pmo.web.access import SignInFirst
from pmo.web.api import Malformed, NotJson, PreconditionFailed, PreconditionRequired
from pmo.web.htmx import wants_fragment
from pmo.web.i18n import say

STATUS: dict[type[Refused], int] = {
    Invalid: 422,
    Conflict: 409,
    Forbidden: 403,
    NotFound: 404,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    Malformed: 400,
    NotJson: 415,
}
TITLES: dict[int, Message] = {
    400: msg("This request cannot be understood"),
    403: msg("You may not do this"),
    404: msg("There is nothing here"),
    415: msg("Send JSON"),
    405: msg("This page cannot be used like that"),
    409: msg("Somebody was faster"),
    412: msg("Somebody was faster"),
    428: msg("Say which version you changed"),
    413: msg("This file is too large"),
    422: msg("Something is not right yet"),
    429: msg("Too many requests"),
    500: msg("Something went wrong on our side"),
    503: msg("Back in a moment"),
}
SENTENCES: dict[int, Message] = {
    400: msg("The page was open for a long time, or came from somewhere else. Load it again and repeat."),
    404: msg("There is nothing here, or nothing you may see."),
    405: msg("Go back and use the buttons of the page."),
    413: msg("Files may have at most 25 MiB."),
    429: msg("Wait a moment and try again."),
    503: msg("Try again in a moment: then another one answers, or this one is back."),
}


def install(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(SignInFirst, _sign_in_first)
    app.register_error_handler(CSRFError, lambda _error: answer(400))
    app.register_error_handler(HTTPException, _http)
    if not app.testing:
        app.register_error_handler(500, lambda _error: answer(500))


def answer(status: int, message: Message | None = None, errors: dict[str, Message] | None = None) -> Response:
    """The refusal, as a page, a fragment or problem details (RFC 9457)."""
    g.guarded = True
    title, sentence = TITLES.get(status, TITLES[500]), message or SENTENCES.get(status, _ours())
    if request.path.startswith("/api/"):
        return _problem(status, title, sentence, errors or {})
    template = "errors/fragment.html" if wants_fragment() else "errors/page.html"
    response = make_response(render_template(template, status=status, title=title, sentence=sentence), status)
    response.vary.add("HX-Request")
    if wants_fragment():  # said in the live region; what the swap aimed at stays as it is, with what was typed
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
    return response


def _ours() -> Message:
    """Of our own failures: with the number under which the log has more."""
    number = g.get("request_id")
    if not number:
        return msg("Nothing you saved is lost. Try again; if it happens again, tell an administrator the time.")
    return msg(
        "Nothing you saved is lost. Try again; if it happens again, tell an administrator this number: %(number)s.", number=number
    )


def _refused(refusal: Refused) -> Response:
    errors = refusal.errors if isinstance(refusal, Invalid) else None
    return answer(STATUS.get(type(refusal), 422), refusal.message, errors)


def _sign_in_first(_error: SignInFirst) -> Response:
    if request.path.startswith("/api/"):
        response = _problem(401, msg("Sign in first"), msg("Send a bearer token: Authorization: Bearer pmo_..."), {})
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    g.guarded = True
    back = _page_they_were_on()
    url = url_for("people.sign_in", next=back) if back else url_for("people.sign_in")
    if wants_fragment():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, code=303))


def _page_they_were_on() -> str:
    """Where to lead back to after signing in: the page asked for, or the page that a form or a swap was sent from."""
    if request.method == "GET" and not wants_fragment():
        return request.full_path.rstrip("?")
    page = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if page.netloc != request.host:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    return answer(error.code)


def _problem(status: int, title: Message, sentence: Message, errors: dict[str, Message]) -> Response:
    body = {"type": "about:blank", "title": say(title), "status": status, "detail": say(sentence)}
    if errors:
        body["errors"] = [{"field": field, "message": say(text)} for field, text in errors.items()]
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
