"""Typed text to typed values: pydantic models for every form, one translated sentence per field."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from werkzeug.datastructures import MultiDict

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg


class Form(BaseModel):
    """Base of every form: frozen, unknown fields ignored (the CSRF token), text stripped, emptiness is None."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


F = TypeVar("F", bound=Form)


def _empty_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _no_nul(value: Any) -> Any:
    """PostgreSQL text cannot hold the character NUL, and nobody types it on purpose."""
    return value.replace("\x00", "") if isinstance(value, str) else value


Blank = BeforeValidator(_empty_is_none)  # Annotated[date | None, Blank]
Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Filled = Annotated[str, StringConstraints(min_length=1, max_length=200)]  # a line that may not stay empty

SENTENCES: dict[str, Message] = {
    "missing": msg("Fill this in."),
    "value_error": msg("Enter an e-mail address such as name@example.org."),
    "string_too_short": msg("Fill this in."),
    "string_too_long": msg("This is too long."),
    "date_from_datetime_parsing": msg("Enter a date such as 2026-03-31."),
    "date_parsing": msg("Enter a date such as 2026-03-31."),
    "date_type": msg("Enter a date such as 2026-03-31."),
    "date_from_datetime_inexact": msg("Enter a date such as 2026-03-31."),
    "int_parsing": msg("Enter a whole number."),
    "int_type": msg("Enter a whole number."),
    "decimal_parsing": msg("Enter a number such as 1250.50."),
    "decimal_type": msg("Enter a number such as 1250.50."),
    "enum": msg("Choose one from the list."),
    "literal_error": msg("Choose one from the list."),
    "extra_forbidden": msg("This field is not known here."),
    "bool_parsing": msg("Choose one from the list."),
    "decimal_max_digits": msg("This number is too large."),
    "decimal_max_places": msg("This number has too many decimals."),
    "decimal_whole_digits": msg("This number is too large."),
    "greater_than_equal": msg("This number is too small."),
    "greater_than": msg("This number is too small."),
    "less_than_equal": msg("This number is too large."),
}


class Refusal(ValueError):
    """Raised in a validator of a form with a sentence of its own; `field` where it belongs to another field."""

    def __init__(self, message: Message, field: str = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


def _leads_somewhere(link: str) -> str:
    """Only addresses of the web: anything else a browser might run."""
    if not link:
        return link
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise Refusal(NO_ADDRESS) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or any(letter.isspace() for letter in link):
        raise Refusal(NO_ADDRESS)
    return link


NO_ADDRESS = msg("Enter an address that begins with https://")
WebAddress = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_leads_somewhere)]  # empty or on the web


def parse(form: type[F], typed: Mapping[str, Any]) -> F:
    """The form's values. Raises Invalid with one sentence per field."""
    values = _values(form, typed)
    try:
        return form.model_validate(values)
    except ValidationError as error:
        raise Invalid(_sentences(error)) from error


def _values(form: type[Form], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Of a MultiDict the last value, or all of them for a field that holds a list."""
    if not isinstance(typed, MultiDict):
        return {name: _no_nul(value) for name, value in typed.items()}
    many = {name for name, field in form.model_fields.items() if str(field.annotation).startswith(("list", "tuple"))}
    return {name: typed.getlist(name) if name in many else _no_nul(typed.getlist(name)[-1]) for name in typed}


def _sentences(error: ValidationError) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for problem in error.errors():
        own = problem.get("ctx", {}).get("error")
        field = str(problem["loc"][0]) if problem["loc"] else ""
        if isinstance(own, Refusal):
            found.setdefault(own.field or field, own.message)
        else:
            found.setdefault(field, SENTENCES.get(problem["type"], msg("This cannot be understood.")))
    return found
