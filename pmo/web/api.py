"""The door for programs: typed answers, pages by cursor, entity tags, problem details, and OpenAPI made from the same types."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, current_app, jsonify, make_response, request, url_for
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema

from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.web.access import open_to_everybody
from pmo.web.forms import Form, parse

PREFIX = "/api/v1"
MOST = 500  # rows in one answer
USUAL = 100
View = TypeVar("View", bound=Callable[..., Response])
F = TypeVar("F", bound=Form)


class Out(BaseModel):
    """Base of everything the API answers: a frozen value, read from rows or built by hand."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class PreconditionFailed(Conflict):
    """The entity tag sent is not the newest one: somebody else changed the object. Answered with 412 (RFC 9110, 13.1.1)."""


class PreconditionRequired(Conflict):
    """A change needs the entity tag it was made from. Answered with 428 (RFC 6585)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What the OpenAPI page says of one view."""

    summary: str
    answer: type[Out]
    many: bool = False
    body: type[Form] | None = None
    query: tuple[str, ...] = ()


OPERATIONS: dict[str, Operation] = {}

doors = Blueprint("api", __name__, url_prefix=PREFIX)


def operation(endpoint: str, said: Operation) -> Callable[[View], View]:
    """Registers what a view answers, under its endpoint."""

    def register(view: View) -> View:
        OPERATIONS[endpoint] = said
        return view

    return register


def one(row: Out, version: int | str | None = None) -> Response:
    """A single object with its entity tag; 304 when the client has it already."""
    response = make_response(_json(row.model_dump_json()))
    if version is not None:
        response.set_etag(str(version))
        response.make_conditional(request)
    return response


def many(rows: Sequence[Out], limit: int, cursor: Callable[[Any], int]) -> Response:
    """A page of rows (one more than `limit` was asked for) and the address of the next one, if there is one."""
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        query: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "after": str(cursor(shown[-1]))}
        following = url_for(request.endpoint or "", **query)
    items = ",".join(row.model_dump_json() for row in shown)
    return make_response(_json(f'{{"items":[{items}],"next":{_quoted(following)}}}'))


def paging() -> tuple[int, int]:
    """(after, limit) of the query string. Raises Invalid."""
    return _count("after", 0, 2**31 - 1), max(1, _count("limit", USUAL, MOST))


def _count(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text[:12]) > most:
        raise Invalid({name: msg("Enter a whole number up to %(most)s.", most=most)})
    return int(text)


def body(form: type[F]) -> F:
    """The JSON body as a form. Raises Invalid with a sentence per field."""
    typed = request.get_json(silent=True)
    if not isinstance(typed, dict):
        raise Invalid({"": msg("Send a JSON object.")})
    return parse(form, typed)


def require_match(version: int) -> None:
    """The change must name the version it was made from in If-Match."""
    if not request.if_match:
        raise PreconditionRequired(msg("Send If-Match with the entity tag you read."))
    if not request.if_match.contains(str(version)):
        raise PreconditionFailed(STALE)


STALE: Message = msg("Somebody else changed this meanwhile.")


@doors.get("/openapi.json")
def openapi() -> Response:
    """What the API offers (OpenAPI 3.1)."""
    open_to_everybody()
    return jsonify(_described())


def _described() -> dict[str, Any]:
    models: list[type[BaseModel]] = [said.answer for said in OPERATIONS.values()]
    models += [said.body for said in OPERATIONS.values() if said.body is not None]
    wanted: list[tuple[type[BaseModel], Literal["serialization"]]] = [(model, "serialization") for model in dict.fromkeys(models)]
    _, schemas = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint in OPERATIONS:
            path, parameters = _path(rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                paths.setdefault(path, {})[method.lower()] = _operation(OPERATIONS[rule.endpoint], parameters, method)
    return {
        "openapi": "3.1.0",
        "info": {"title": "pmo", "version": "1", "description": "Add ?as_of= to any GET to read an earlier state."},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**schemas.get("$defs", {}), **PROBLEM},
        },
    }


PROBLEM: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "required": ["title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}},
            },
        },
    }
}


def _path(rule: Any) -> tuple[str, list[dict[str, Any]]]:
    path = rule.rule
    parameters = []
    for name, converter in rule._converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        for written in (f"<{name}>", f"<int:{name}>"):
            path = path.replace(written, f"{{{name}}}")
        schema = {"type": "integer", "minimum": 0} if kind == "integer" else {"type": "string"}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    return path, parameters


def _operation(said: Operation, parameters: list[dict[str, Any]], method: str) -> dict[str, Any]:
    ref = {"$ref": f"#/components/schemas/{said.answer.__name__}"}
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": ref}, "next": {"type": ["string", "null"]}},
    }
    query = [*said.query, *(("after", "limit") if said.many else ()), *(("as_of",) if method == "GET" else ())]
    described: dict[str, Any] = {
        "summary": said.summary,
        "parameters": [*parameters, *({"name": name, "in": "query", "schema": {"type": "string"}} for name in query)],
        "responses": {
            "200": {"description": "As asked", "content": {"application/json": {"schema": page if said.many else ref}}},
            "default": {
                "description": "Refused (RFC 9457)",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if said.body is not None:
        schema = {"$ref": f"#/components/schemas/{said.body.__name__}"}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        described["parameters"].append({"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}})
    return described


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")


def _quoted(text: str | None) -> str:
    return "null" if text is None else current_app.json.dumps(text)
