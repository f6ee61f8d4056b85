"""What the API offers, in the words of OpenAPI 3.1, made from the very types that read and answer."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from pmo.config import Settings
from pmo.kernel.languages import Message, msg
from pmo.kernel.token_scopes import TokenScope
from pmo.web import once
from pmo.web.access import open_to_everybody
from pmo.web.api import MOST, OPERATIONS, PREFIX, USUAL, Operation
from pmo.web.i18n import language, say
from pmo.web.numbers import LARGEST

doors = Blueprint("api", __name__, url_prefix=PREFIX)
REF = "#/components/schemas/"
PROBLEM_JSON = "application/problem+json"
REFUSED: dict[int, Message] = {
    400: msg("The body is no JSON that can be read"),
    401: msg("No token, or one that is unknown, revoked or has ended"),
    403: msg("The owner may not do this, or the token lacks the scope that the answer names"),
    404: msg("Nothing here, or nothing the owner may see"),
    409: msg("Its state does not allow it, or somebody was faster"),
    412: msg("If-Match names another version than the newest one: read it again"),
    415: msg("The body is no application/json"),
    422: msg("A value cannot be accepted: errors names the fields"),
    428: msg("A change needs If-Match with the entity tag that was read"),
    429: msg("Too many calls: Retry-After says when there is room again"),
}
TELLS = {
    "ETag": "Send it back as If-Match to change the object, as If-None-Match to be told when nothing is new",
    "Location": "Address of the new object",
    "RateLimit": "Calls left (r) and seconds until there is room again (t)",
    "RateLimit-Policy": "Calls allowed (q) within a window of seconds (w)",
    "Retry-After": "Seconds to wait",
    "Idempotency-Replayed": "true: the answer of the first request with this key",
    "WWW-Authenticate": "Bearer",
}
ABOUT = (
    "Bearer tokens act with the rights of their owner, within their scopes. Lists are pages: follow next until it is null. "
    "Every single object has an ETag; a change names it in If-Match. A POST with an Idempotency-Key is carried out once, "
    "however often it is sent. Every reading takes as_of and shows the state of that day. "
    "Refusals are problem details (RFC 9457)."
)


@doors.get("/openapi.json")
def openapi() -> Response:
    """What the API offers (OpenAPI 3.1)."""
    open_to_everybody()
    return jsonify(described())


def described() -> dict[str, Any]:
    """The whole description, in the language of who asks."""
    settings: Settings = current_app.config["SETTINGS"]
    return _described(language(), settings.base_url)


@lru_cache(maxsize=8)
def _described(_language: str, address: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, said in operations():
        paths.setdefault(path_of(rule), {})[method.lower()] = _operation(rule, method, said)
    return {
        "openapi": "3.1.0",
        "info": {"title": "pmo", "version": "1", "description": ABOUT},
        "servers": [{"url": address}],
        "security": [{"token": [TokenScope.READ.value]}],
        "tags": [{"name": name} for name in sorted({said.tag for said in OPERATIONS.values()})],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": ", ".join(TokenScope)}},
            "schemas": {**_schemas(), **PROBLEM},
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in TELLS.items()},
        },
    }


def operations() -> Iterator[tuple[Rule, str, Operation]]:
    """Every operation with its address and method, by address."""
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda one: (one.rule, sorted(one.methods or ()))):
        if rule.endpoint in OPERATIONS:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, OPERATIONS[rule.endpoint]


def path_of(rule: Rule) -> str:
    return "".join(f"{{{text}}}" if is_name else text for is_name, text in rule._trace).removeprefix("|")


def _schemas() -> dict[str, Any]:
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for said in OPERATIONS.values():
        if said.answer is not None:
            models[said.answer, "serialization"] = None
        if said.body is not None:
            models[said.body, "validation"] = None
    _, found = models_json_schema(list(models), ref_template=REF + "{model}")
    schemas: dict[str, Any] = found.get("$defs", {})
    return schemas


PROBLEM: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "In the language of the owner of the token"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    }
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "after": {"schema": {"type": "string", "maxLength": 100}, "description": "Cursor: as next says"},
    "limit": {
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        "description": "Rows in the answer",
    },
    "as_of": {
        "schema": {"type": "string", "maxLength": 40},
        "description": "A day such as 2026-03-31 (its end), an instant, or last-committee: the answer shows that state",
    },
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that was read",
    "schema": {"type": "string", "pattern": '^"[^"]*"$'},
}
UNLESS = {
    "name": "If-None-Match",
    "in": "header",
    "description": "An ETag that was read: 304 when nothing is new",
    "schema": {"type": "string", "pattern": '^"[^"]*"$'},
}
KEY = {
    "name": once.HEADER,
    "in": "header",
    "description": f"Any text of your own, new for each change; kept for {once.KEPT_HOURS} hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": once.LONGEST_KEY, "pattern": "^[!-~]+$"},
}


def _operation(rule: Rule, method: str, said: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": said.name,
        "summary": say(said.summary),
        "tags": [said.tag],
        "security": [{"token": [said.scope.value]}],
        "parameters": [*_in_path(rule), *_in_query(method, said), *_in_headers(method, said)],
        "responses": _responses(method, said),
    }
    if said.permission is not None:
        described["description"] = f"Permission {said.permission.value}, scope {said.scope.value}."
    if said.body is not None:
        schema = {"$ref": REF + said.body.__name__}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _in_path(rule: Rule) -> Iterator[dict[str, Any]]:
    for name, converter in rule._converters.items():
        number = {"type": "integer", "minimum": 1, "maximum": LARGEST}
        words = sorted(getattr(converter, "items", ()))
        schema = (
            {"type": "string", "enum": words}
            if words
            else number
            if "Integer" in type(converter).__name__
            else {"type": "string"}
        )
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(method: str, said: Operation) -> Iterator[dict[str, Any]]:
    schema = said.asked.model_json_schema(ref_template=REF + "{model}")
    for name, known in schema.get("properties", {}).items():
        yield {"name": name, "in": "query", "schema": _filled(known, schema.get("$defs", {}))}
    names = [*(("after", "limit") if said.many else ()), *(("as_of",) if method == "GET" else ())]
    yield from ({"name": name, "in": "query", **PARAMETERS[name]} for name in names)


def _filled(known: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a name behind the question mark: no null, for an address cannot say it, and nothing looked up elsewhere."""
    shapes = [one for one in known.get("anyOf", [known]) if one.get("type") != "null"]
    shape = dict(shapes[0])
    if "$ref" in shape:
        shape = dict(definitions[shape["$ref"].removeprefix(REF)])
    return {name: value for name, value in shape.items() if name not in ("title", "default", "description")}


def _in_headers(method: str, said: Operation) -> list[dict[str, Any]]:
    pairs = ((said.match, MATCH), (method == "GET" and said.conditional, UNLESS), (method == "POST", KEY))
    return [parameter for applies, parameter in pairs if applies]


def _responses(method: str, said: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {str(said.status): _answer(method, said)}
    if method == "GET" and said.conditional:
        found["304"] = {"description": "Nothing is new", "headers": _headers("ETag")}
    codes = {401, 403, 404, 422, 429}  # 422: as_of, a cursor, a value
    if said.body is not None:
        codes |= {400, 409, 415}
    if said.match:
        codes |= {412, 428}
    for code in sorted(codes):
        found[str(code)] = _refusal(code)
    return found


def _answer(method: str, said: Operation) -> dict[str, Any]:
    names = [*(("ETag",) if said.conditional or said.status == 201 else ()), *(("Location",) if said.status == 201 else ())]  # noqa: PLR2004
    headers = _headers(*names) | (_headers("Idempotency-Replayed", required=False) if method == "POST" else {})
    if said.answer is None:
        content: dict[str, Any] = {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
        return {"description": "The file", "headers": headers, "content": content}
    ref: dict[str, Any] = {"$ref": REF + said.answer.__name__}
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": ref, "maxItems": MOST},
            "next": {"type": ["string", "null"], "description": "Address of the following page"},
        },
    }
    word = "Made" if said.status == 201 else "As asked"  # noqa: PLR2004
    return {"description": word, "headers": headers, "content": {"application/json": {"schema": page if said.many else ref}}}


def _refusal(code: int) -> dict[str, Any]:
    names = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}.get(code, ())
    content = {PROBLEM_JSON: {"schema": {"$ref": REF + "Problem"}}}
    return {"description": say(REFUSED[code]), "headers": _headers(*names), "content": content}


def _headers(*names: str, required: bool = True) -> dict[str, Any]:
    limits = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
    own = {name: {"required": required, "description": TELLS[name], "schema": {"type": "string"}} for name in names}
    return own | (limits if required else {})
