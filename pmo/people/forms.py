"""What people type about people: sign-in, passwords, persons, grants."""

from typing import Annotated

from pydantic import EmailStr, StringConstraints

from pmo.kernel.permissions import Role, ScopeKind
from pmo.web.forms import Form, Line

Filled = Annotated[str, StringConstraints(min_length=1, max_length=200)]


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
    language: str = "en"
    title: Line = ""
    version: int = 0


class GrantForm(Form):
    role: Role
    scope: ScopeKind = ScopeKind.ALL
    scope_code: Line = ""
