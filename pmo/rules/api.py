"""The numbers that are rules, for programs."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint
from pydantic import Field, StringConstraints
from sqlalchemy import Select, select

from pmo.db import db
from pmo.kernel.errors import Conflict, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.rules import actions, queries
from pmo.rules.logic import Unit
from pmo.rules.models import Rule
from pmo.web.api import Asked, Body, Day, Out
from pmo.web.doors import Collection
from pmo.web.forms import Filled, Line

bp = Blueprint("rules_api", __name__, url_prefix="/api/v1")


class RuleOut(Out):
    """One value of a rule, with the days on which it holds."""

    id: int
    code: str
    country: str
    programme_id: int | None
    value: Decimal
    unit: Unit
    valid_from: date
    valid_to: date | None
    source: str
    version: int


class RulesAsked(Asked):
    code: Line = ""


class ValueBody(Body):
    """From today on or later; `reason` says why and who decided it."""

    value: Annotated[Decimal, Field(max_digits=14, decimal_places=4)]
    valid_from: Day
    reason: Annotated[Filled, StringConstraints(max_length=200)]


def _rows(_person: Actor) -> Select[Any]:
    return select(Rule)


def _narrow(query: Select[Any], asked: RulesAsked) -> Select[Any]:
    return query.where(Rule.code == asked.code) if asked.code else query


def _rule(rule_id: int) -> Rule:
    found = db.session.get(Rule, rule_id)
    if found is None:
        raise NotFound
    return found


def _set(found: Rule, typed: ValueBody, seen: int) -> Rule:
    """The newest general value is the one that a new one follows."""
    if queries.values_of(found.code)[0].id != found.id:
        raise Conflict(msg("This is not the newest value of the rule: change that one."))
    return actions.set_value(
        found.code, value=typed.value, valid_from=typed.valid_from, reason=typed.reason, seen_version=seen
    )  # fmt: skip


rules: Collection[Rule] = Collection(
    bp, "rules", "rule", RuleOut, Permission.RULES_READ, _rows, Rule.id, _rule, asked=RulesAsked, narrow=_narrow, anywhere=True,
)  # fmt: skip
rules.list(msg("Every value there was, is and will be"))
rules.read(msg("One value of a rule"))
rules.act(
    "value", msg("A new value from a day on"), Permission.RULES_ADMIN, _set, form=ValueBody, why=lambda typed: typed.reason
)  # fmt: skip
