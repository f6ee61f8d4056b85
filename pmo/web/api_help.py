"""How to use the API, as a page: what holds everywhere, then every operation, from the description that programs read."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app

from pmo.config import Settings
from pmo.kernel.languages import Message, msg
from pmo.kernel.token_scopes import SCOPE_NAMES
from pmo.web.access import open_to_everybody
from pmo.web.api import MOST, PREFIX, USUAL, Operation
from pmo.web.htmx import page
from pmo.web.once import KEPT_HOURS
from pmo.web.openapi import REF, REFUSED, described, operations, path_of

bp = Blueprint("api_help", __name__, url_prefix=PREFIX)
PAGE = "web/api.html"
REQUIRED, MAY = msg("required"), msg("may be left out")


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation as the page shows it."""

    method: str
    path: str
    said: Operation
    asked: tuple[str, ...]
    fields: tuple[tuple[str, str, Message], ...]  # name, what it holds, whether it must be sent


@bp.get("/")
def how_to() -> Response:
    open_to_everybody()
    settings: Settings = current_app.config["SETTINGS"]
    return page(
        PAGE, "how_to", collections=_collections(), scopes=SCOPE_NAMES, refused=REFUSED, address=settings.base_url + PREFIX,
        usual=USUAL, most=MOST, hours=KEPT_HOURS, calls=settings.api_calls_per_minute, days=settings.token_days,
    )  # fmt: skip


def _collections() -> list[tuple[str, list[Entry]]]:
    """By the first word of the address."""
    whole = described()
    found: dict[str, list[Entry]] = defaultdict(list)
    for rule, method, said in operations():
        path = path_of(rule)
        asked = [one["name"] for one in whole["paths"][path][method.lower()]["parameters"] if one["in"] == "query"]
        fields = _fields(said, whole["components"]["schemas"])
        found[said.tag].append(Entry(method, path.removeprefix(PREFIX), said, tuple(asked), fields))
    return sorted(found.items())


def _fields(said: Operation, schemas: dict[str, Any]) -> tuple[tuple[str, str, Message], ...]:
    if said.body is None:
        return ()
    schema = schemas[said.body.__name__]
    needed = schema.get("required", ())
    return tuple(
        (name, _holds(known, schemas), REQUIRED if name in needed else MAY)
        for name, known in schema.get("properties", {}).items()
    )


def _holds(known: dict[str, Any], schemas: dict[str, Any]) -> str:
    """In the words of JSON Schema, on one line: date, integer 1 to 5, one of a, b."""
    if "$ref" in known:
        return _holds(schemas[known["$ref"].removeprefix(REF)], schemas)
    shapes = [one for one in known.get("anyOf", ()) if one.get("type") != "null"]
    if shapes:
        return _holds(shapes[0], schemas)
    if "enum" in known or "const" in known:
        return " | ".join(str(word) or '""' for word in known.get("enum", [known.get("const")]))
    if known.get("type") == "array":
        return f"[{_holds(known.get('items', {}), schemas)}]"
    if known.get("type") == "object" and "properties" in known:
        return f"{{{', '.join(known['properties'])}}}"
    kind = str(known.get("format") or known.get("type", ""))
    bounds = [f"{sign} {known[name]}" for name, sign in BOUNDS.items() if name in known]
    return " ".join([kind, *bounds])


BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "maxLength": "≤"}
