"""The door for programs: typed answers, pages by cursor, entity tags, preconditions; every operation says what it is."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, TypeVar

from flask import Response, current_app, make_response, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import BadRequest

from pmo.kernel.errors import Conflict, Invalid, Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.kernel.token_scopes import TokenScope
from pmo.web.forms import Form, parse
from pmo.web.numbers import LARGEST

PREFIX = "/api/v1"
MOST = 500  # rows in one answer
USUAL = 100
View = TypeVar("View", bound=Callable[..., Response])
F = TypeVar("F", bound=Form)
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
Id = Annotated[int, Field(ge=1, le=LARGEST)]


class Out(BaseModel):
    """Base of everything the API answers: a frozen value, read from rows or built by hand."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Body(Form):
    """Base of everything the API takes: a field it does not know is refused, so that a slip of the pen is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Nothing(Body):
    """An empty object: what is asked stands in the address."""


class Asked(Form):
    """Base of what may stand behind the question mark. Empty means all."""


class Malformed(Refused):
    """The body is no JSON. Answered with 400."""


class NotJson(Refused):
    """The body is said to be something else than JSON. Answered with 415."""


class PreconditionFailed(Conflict):
    """The entity tag sent is not the newest one: somebody else changed the object. Answered with 412 (RFC 9110, 13.1.1)."""


class PreconditionRequired(Conflict):
    """A change needs the entity tag it was made from. Answered with 428 (RFC 6585)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What the description says of one view."""

    name: str  # operationId
    summary: Message
    tag: str
    answer: type[Out] | None = None  # None: a file
    many: bool = False
    body: type[Form] | None = None
    asked: type[Form] = Asked
    status: int = 200
    match: bool = False  # If-Match is asked for
    permission: Permission | None = None
    scope: TokenScope = TokenScope.READ
    conditional: bool = field(default=False)  # one object: it has an entity tag


OPERATIONS: dict[str, Operation] = {}


def operation(endpoint: str, said: Operation) -> None:
    """Registers what a view answers, under its endpoint. Raises KeyError for a name that is taken."""
    others = [other for known, other in OPERATIONS.items() if known != endpoint]
    bodies = {model.__name__: model for other in others for model in (other.answer, other.body) if model is not None}
    clash = [model for model in (said.answer, said.body) if model is not None and bodies.get(model.__name__, model) is not model]
    if clash or any(other.name == said.name for other in others):
        raise KeyError(said.name)
    OPERATIONS[endpoint] = said


def tag_of(row: Out, version: int) -> str:
    """The version a change must name, and a digest: what is computed changes without a new version."""
    return f"{version}-{hashlib.sha256(row.model_dump_json().encode()).hexdigest()[:16]}"


def one(row: Out, version: int, status: int = 200) -> Response:
    """A single object with its entity tag; 304 when the client has it already."""
    response = make_response(json_answer(row.model_dump_json()), status)
    response.set_etag(tag_of(row, version))
    if request.method == "GET":
        response.make_conditional(request)
    return response


def many(rows: Sequence[Out], limit: int, cursor: Callable[[Any], int]) -> Response:
    """A page of rows (one more than `limit` was asked for) and the address of the next one, if there is one."""
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        query: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "after": _sealed(cursor(shown[-1]))}
        following = url_for(request.endpoint or "", **query)
    items = ",".join(row.model_dump_json() for row in shown)
    said = "null" if following is None else current_app.json.dumps(following)
    return json_answer(f'{{"items":[{items}],"next":{said}}}')


def paging() -> tuple[int, int]:
    """(after, limit) of the query string. Raises Invalid."""
    after = request.args.get("after", "").strip()
    return _opened(after) if after else 0, _limit(request.args.get("limit", "").strip())


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= MOST:
        raise Invalid({"limit": msg("Enter a whole number from 1 to %(most)s.", most=MOST)})
    return int(text)


def _sealed(number: int) -> str:
    """A cursor: the last row seen. Rows that come later stand behind it, whatever is added meanwhile."""
    return base64.urlsafe_b64encode(f"id:{number}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> int:
    try:
        kind, _, number = base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}".encode("ascii")).decode().partition(":")
        if kind == "id" and number.isascii() and number.isdigit() and int(number[:12]) <= LARGEST:
            return int(number)
    except (binascii.Error, UnicodeError):
        pass
    raise Invalid({"after": msg("This is no cursor: follow the address in next.")})


def asked_for(form: type[F]) -> F:
    """What stands behind the question mark. Raises Invalid with a sentence per name."""
    return parse(form, {name: value for name, value in request.args.items() if name in form.model_fields})


def body(form: type[F]) -> F:
    """The JSON body as a form. Raises NotJson, Malformed, and Invalid with a sentence per field."""
    return parse(form, typed_object())


def typed_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise NotJson(msg("Send JSON, and say so: Content-Type: application/json."))
    try:
        typed = _readable(request.get_json())
    except (BadRequest, RecursionError, UnicodeError) as error:
        raise Malformed(msg("The body is no JSON that can be read.")) from error
    if not isinstance(typed, dict):
        raise Invalid({"": msg("Send a JSON object.")})
    return typed


def _readable(value: Any) -> Any:
    """Without the character NUL, which the database cannot hold. Raises UnicodeError for half a character."""
    if isinstance(value, str):
        value.encode()
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_readable(one) for one in value]
    if isinstance(value, dict):
        return {_readable(name): _readable(one) for name, one in value.items()}
    return value


def require_match(version: int) -> None:
    """The change must name the version it was made from in If-Match."""
    if not request.if_match:
        raise PreconditionRequired(msg("Send If-Match with the entity tag you read."))
    seen = {tag.partition("-")[0] for tag in request.if_match.as_set()}
    if not request.if_match.star_tag and str(version) not in seen:
        raise PreconditionFailed(STALE)


STALE: Message = msg("Somebody else changed this meanwhile.")


def json_answer(text: str) -> Response:
    return Response(text, mimetype="application/json")
