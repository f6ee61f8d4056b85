"""/metrics: figures for a watcher with its token, or for an administrator; for everybody else there is no such page."""

import hmac

from flask import Blueprint, Response, current_app, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST

from pmo.config import Settings
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Permission
from pmo.operations import figures
from pmo.web.access import is_signed_in, open_to_everybody, require

bp = Blueprint("figures", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    if _is_the_watcher():
        open_to_everybody()
    elif is_signed_in():
        require(Permission.OPERATIONS)
    else:
        raise NotFound
    response = make_response(figures.text_of_all())
    response.content_type = CONTENT_TYPE_LATEST
    return response


def _is_the_watcher() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    given = request.headers.get("Authorization", "")
    return bool(settings.metrics_token) and hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
