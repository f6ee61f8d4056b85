"""How to use the API, as a page: rules first, then every operation, made from the same description that programs read."""

from typing import Any

from flask import Blueprint, Response

from pmo.kernel.token_scopes import SCOPE_NAMES
from pmo.web import once
from pmo.web.access import open_to_everybody
from pmo.web.api import MOST, PREFIX, USUAL
from pmo.web.htmx import page
from pmo.web.openapi import REFUSED, described

bp = Blueprint("api_help", __name__, url_prefix=PREFIX)
PAGE = "web/api.html"


@bp.get("/")
def how_to() -> Response:
    open_to_everybody()
    return page(PAGE, "how_to", said=described())
