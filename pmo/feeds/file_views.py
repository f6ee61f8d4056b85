"""The tables as CSV files (RFC 4180), asked with the same words as OData; for who has signed in or sends a key."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from pmo.config import Settings
from pmo.feeds import asking
from pmo.feeds.asking import Answer
from pmo.feeds.logic import harmless
from pmo.feeds.odata_views import SIGN_IN
from pmo.feeds.tables import TABLES
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.web.access import SignInFirst, actor, require_anywhere
from pmo.web.downloads import attachment
from pmo.web.i18n import say

bp = Blueprint("table_files", __name__, url_prefix="/feeds")
MARK = "\ufeff"  # tells Excel that the file is UTF-8


@bp.get("/<name>.csv")
def table(name: str) -> Response:
    """All rows of a table, `?bom=1` with the mark that Excel wants, `?as_of=` of an earlier day."""
    found = TABLES.get(name)
    if found is None:
        require_anywhere(Permission.WORK_OWN)
        raise NotFound
    require_anywhere(found.permission)
    settings: Settings = current_app.config["SETTINGS"]
    question = asking.asked(found, actor(), dict(request.args.lists()))
    answer = asking.answer(question, page=settings.feed_file_rows, seconds=settings.feed_seconds)
    if answer.following:
        most = settings.feed_file_rows
        raise Invalid({"$top": msg("These are more than %(most)s rows: filter them, or ask for them by OData.", most=most)})
    mark = MARK if request.args.get("bom") == "1" else ""
    return attachment(f"{name}.csv", (mark + _written(answer)).encode(), "text/csv")


def _written(answer: Answer) -> str:
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow(answer.columns)
    lines.writerows([_cell(one) for one in row] for row in answer.rows)
    return file.getvalue()


def _cell(one: Any) -> Any:
    if isinstance(one, str):
        return harmless(one)
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, datetime):
        return one.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return one.isoformat() if isinstance(one, date) else one


@bp.errorhandler(Invalid)
def refused(refusal: Invalid) -> Response:
    return _said(refusal.message, 400)


@bp.errorhandler(SignInFirst)
def sign_in_first(_error: SignInFirst) -> Response:
    response = _said(SIGN_IN, 401)
    response.headers["WWW-Authenticate"] = 'Basic realm="pmo", charset="UTF-8"'
    return response


def _said(sentence: Message, status: int) -> Response:
    g.guarded = True
    return Response(f"{say(sentence)}\n", status, mimetype="text/plain")
