"""The tables as OData 4.0, for Excel and Power BI: read-only, with a key as password, errors in OData's own shape."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from pmo.config import Settings
from pmo.feeds import asking, csdl
from pmo.feeds.asking import Answer, NotOffered
from pmo.feeds.tables import TABLES, Table
from pmo.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.web.access import SignInFirst, actor, can_anywhere, require_anywhere
from pmo.web.i18n import say

bp = Blueprint("odata", __name__, url_prefix="/odata")
JSON = "application/json;odata.metadata=minimal"
CODES = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 501: "NotImplemented"}
SIGN_IN = msg("Sign in with your e-mail address as user and a key for reading as password, or send the key as a bearer token.")


@bp.get("/", strict_slashes=False)
def service() -> Response:
    """Which tables there are for whoever asks."""
    require_anywhere(Permission.WORK_OWN)
    sets = [
        {"name": table.name, "kind": "EntitySet", "url": table.name, "title": say(table.title)}
        for table in TABLES.values()
        if can_anywhere(table.permission)
    ]
    return _json({"@odata.context": f"{_root()}$metadata", "value": sets})


@bp.get("/$metadata")
def metadata() -> Response:
    """What the tables are made of: no secret, but for people of the house."""
    require_anywhere(Permission.WORK_OWN)
    offered = [table for table in TABLES.values() if can_anywhere(table.permission)]
    return Response(csdl.document(offered), mimetype="application/xml")


@bp.get("/<name>")
def rows(name: str) -> Response:
    """One page of a table, with the address of the next one."""
    table = TABLES.get(name)
    if table is None:
        require_anywhere(Permission.WORK_OWN)
        raise NotFound(msg("There is no table of this name."))
    require_anywhere(table.permission)
    settings: Settings = current_app.config["SETTINGS"]
    question = asking.asked(table, actor(), dict(request.args.lists()))
    found = asking.answer(question, page=settings.feed_page_rows, seconds=settings.feed_seconds)
    return _json(_page(table, question, found))


def _page(table: Table, question: asking.Asked, found: Answer) -> dict[str, Any]:
    chosen = f"({','.join(question.columns)})" if question.columns else ""
    body: dict[str, Any] = {"@odata.context": f"{_root()}$metadata#{table.name}{chosen}"}
    if found.count is not None:
        body["@odata.count"] = found.count
    body["value"] = [dict(zip(found.columns, map(csdl.value, row), strict=True)) for row in found.rows]
    if found.following:
        body["@odata.nextLink"] = _next(table, question, found)
    return body


def _next(table: Table, question: asking.Asked, found: Answer) -> str:
    """The same question further on; what was asked for in all, less what has been given."""
    kept = {name: value for name, value in request.args.items() if name not in ("$skip", "$skiptoken", "$top", "$count")}
    if question.top is not None:
        kept["$top"] = str(question.top - len(found.rows))
    kept["$skiptoken"] = found.following
    return f"{_root()}{table.name}?{urlencode(kept, safe='$', quote_via=quote)}"


def _root() -> str:
    return f"{request.url_root}odata/"


def _json(body: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(body)
    response.status_code, response.content_type = status, JSON
    response.headers["OData-Version"] = "4.0"
    return response


def _error(status: int, sentence: Message, target: str = "") -> Response:
    g.guarded = True
    said = {"code": CODES.get(status, "Error"), "message": say(sentence)}
    return _json({"error": said | ({"target": target} if target else {})}, status)


@bp.errorhandler(Refused)
def refused(refusal: Refused) -> Response:
    if isinstance(refusal, Invalid):
        return _error(501 if isinstance(refusal, NotOffered) else 400, refusal.message, next(iter(refusal.errors)))
    status = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, Forbidden) else 409
    return _error(status, refusal.message)


@bp.errorhandler(SignInFirst)
def sign_in_first(_error_: SignInFirst) -> Response:
    response = _error(401, SIGN_IN)
    response.headers["WWW-Authenticate"] = 'Basic realm="pmo", charset="UTF-8"'
    return response


@bp.errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    return _error(error.code or 500, msg("This cannot be asked here."))
