"""Calls made up from the description of the API, as one role: right ones and wrong ones, about objects of two worlds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, cycle
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.marked import MARK, World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DAYS = ("2026-03-12", "2026-03-01", "last-committee", "2026-01-05T10:00+01:00")
# What the number in the address of a collection is called in a world.
IDS = {
    "portfolios": "portfolio", "programmes": "programme", "projects": "project", "milestones": "milestone", "raid": "item",
    "committees": "committee", "meetings": "meeting", "decision-requests": "request", "decisions": "decision",
    "actions": "action", "alerts": "finding", "indicators": "indicator", "measurements": "measurement",
    "changes": "change", "gates": "gate",
    "documents": "document", "reports": "edition", "report-orders": "making", "people": "person", "grants": "grant",
    "rules": "number_of_rule", "status-updates": "update",
}  # fmt: skip
IN_BODIES = {
    "portfolio_id": "portfolio", "programme_id": "programme", "project_id": "project", "committee_id": "committee",
    "meeting_id": "meeting", "request_id": "request", "decision_id": "decision", "milestone_id": "milestone",
    "owner_id": "person", "manager_id": "person", "person_id": "person", "deferred_to": "meeting", "scope_id": "portfolio",
}  # fmt: skip


@dataclass
class Outcome:
    """How often what was answered, and what was wrong with it."""

    calls: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = ", ".join(f"{status}: {number}" for status, number in sorted(self.answers.items()))
        return f"{self.calls} calls ({said}), {len(self.failures)} failures"


@lru_cache
def operations(app: Flask) -> list[Any]:
    """Every operation of the description, in the order of its addresses."""

    def outside(environ: Any, start: Any) -> Iterable[bytes]:
        with app.app_context():  # each request in a context of its own, as in production
            return app.wsgi_app(environ, start)

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", outside)
    return [found.ok() for found in schema.get_all_operations()]


@lru_cache
def cases(app: Flask, examples: int) -> list[tuple[Any, dict[str, Any]]]:
    """`examples` of every operation, one half of them by the description and the other half against it; made up once."""
    found: list[tuple[Any, dict[str, Any]]] = []
    for operation in operations(app):
        for mode in MODES:
            _make_up(operation, mode, examples // len(MODES), found)
    return found


def _make_up(operation: Any, mode: GenerationMode, most: int, found: list[tuple[Any, dict[str, Any]]]) -> None:
    @given(case=operation.as_strategy(mode))
    @settings(
        max_examples=most, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    def keep(case: Any) -> None:
        found.append((case, {name: deepcopy(getattr(case, name)) for name in ("path_parameters", "headers", "query", "body")}))

    keep()


def ask_all(app: Flask, token: str, worlds: tuple[World, World], *, examples: int, sees_all: bool = False) -> Outcome:
    """All of them, about what lies within the grant of the token's owner and about what lies outside."""
    outcome, turn = Outcome(), _turns(worlds)
    for case, parts in cases(app, examples):
        for name, part in parts.items():  # as it was made up, whatever the last role's turn made of it
            setattr(case, name, deepcopy(part))
        _aim(case, *next(turn))
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        answer = case.call()
        outcome.calls += 1
        outcome.answers[answer.status_code] += 1
        _look(case, answer, outcome, sees_all=sees_all)
    return outcome


def _look(case: Any, answer: Any, outcome: Outcome, *, sees_all: bool) -> None:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        said = "; ".join(f"{type(one).__name__} {one}" for one in group.exceptions)
        outcome.failures.append(f"{case.as_curl_command()[:600]}\n    {said[:900]}")
    if not sees_all and MARK in answer.text:
        outcome.failures.append(f"{case.as_curl_command()[:400]}\n    tells what this role must not see")


def _turns(worlds: tuple[World, World]) -> Iterator[tuple[int, World]]:
    """Three calls about what lies within the grant, one about what lies outside."""
    own, other = worlds
    return zip(count(), cycle((own, own, other, own)), strict=False)


def _aim(case: Any, number: int, world: World) -> None:
    """At something that is there: random numbers would meet nothing. Every twelfth call stays as it was made up."""
    if number % 12 == 11:  # noqa: PLR2004
        return
    path = case.path_parameters
    if path and "item_id" in path and (name := IDS.get(case.path.split("/")[3])) in world.ids:
        path["item_id"] = world.ids[name]
    if case.headers and "If-Match" in case.headers and number % 5:
        case.headers["If-Match"] = "*" if number % 4 else '"1-0"'
    if case.query and "as_of" in case.query:
        case.query["as_of"] = DAYS[number % len(DAYS)]
    if isinstance(case.body, dict):
        for name in IN_BODIES.keys() & case.body.keys():
            if isinstance(case.body[name], int) and not isinstance(case.body[name], bool):
                case.body[name] = world.ids[IN_BODIES[name]]
