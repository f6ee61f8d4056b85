"""What grants may be limited to: the rooms above say which portfolios, programmes and projects there are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, cast

from flask import current_app

from pmo.kernel.permissions import ScopeKind


@dataclass(frozen=True, slots=True)
class Scope:
    kind: ScopeKind
    id: int
    code: str
    name: str


class Scopes(Protocol):
    """Offered by the portfolio room when the application is built; this room stands below it and may not look up."""

    def find(self, kind: ScopeKind, code: str) -> Scope | None: ...

    def named(self, kind: ScopeKind, ids: Collection[int]) -> dict[int, Scope]: ...

    def offered(self) -> list[Scope]: ...


def scopes() -> Scopes:
    return cast(Scopes, current_app.extensions["scopes"])
