"""What people type about people: sign-in, passwords, persons, grants."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import EmailStr, StringConstraints, model_validator

from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.token_scopes import TokenScope
from pmo.web.forms import Blank, Filled, Form, Line


class SignIn(Form):
    email: Filled
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)]


class NewPassword(Form):
    current: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=False)]
    again: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]


class PersonForm(Form):
    email: EmailStr
    name: Filled
    language: Literal["en", "fr", "nl"] = "en"
    title: Line = ""
    version: int = 0


class DeputyForm(Form):
    deputy_id: Annotated[int | None, Blank] = None
    deputy_from: Annotated[date | None, Blank] = None
    deputy_until: Annotated[date | None, Blank] = None
    version: int = 0


class TokenForm(Form):
    """How long it may live is a choice of few, so that none lives for ever. What nobody ticks, it may not do."""

    name: Filled
    days: Literal["30", "90", "365"] = "90"
    scopes: list[TokenScope] = []


class ReviewForm(Form):
    note: Line = ""


class GrantForm(Form):
    """`scope_code` may carry the kind too, as the list offers it: "project:PAC-01"."""

    role: Role
    scope: ScopeKind = ScopeKind.ALL
    scope_code: Line = ""
    until: Annotated[date | None, Blank] = None

    @model_validator(mode="before")
    @classmethod
    def split(cls, typed: dict[str, Any]) -> dict[str, Any]:
        kind, colon, code = str(typed.get("scope_code", "")).partition(":")
        return {**typed, "scope": kind, "scope_code": code} if colon else typed
