"""What is typed to register a webhook."""

from typing import Annotated, Literal

from pydantic import field_validator

from pmo.hooks.logic import EventKind
from pmo.kernel.languages import msg
from pmo.web.forms import Blank, Filled, Form, Refusal, WebAddress


class HookForm(Form):
    """An address, what it wants to hear, and within what."""

    name: Filled
    url: WebAddress
    kinds: list[EventKind] = []
    scope: str = ""  # portfolio:1, programme:2, or nothing
    owner_id: Annotated[int | None, Blank] = None

    @field_validator("url", mode="after")
    @classmethod
    def _somewhere(cls, value: str) -> str:
        if not value:
            raise Refusal(msg("Fill this in."))
        return value

    @field_validator("kinds", mode="after")
    @classmethod
    def _something(cls, value: list[EventKind]) -> list[EventKind]:
        if not value:
            raise Refusal(msg("Choose at least one kind of event."))
        return list(dict.fromkeys(value))

    model_config = Form.model_config | {"validate_default": True}

    def scope_id(self, kind: Literal["portfolio", "programme"]) -> int | None:
        name, _, number = self.scope.partition(":")
        return int(number) if name == kind else None
