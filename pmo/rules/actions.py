"""What is done to rules: the shipped ones are loaded, an administrator lays down a new value from a day on."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from pmo.db import because, db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.rules.logic import Entry, Unit, objection
from pmo.rules.models import Rule
from pmo.rules.queries import forget, rule_book, values_of

SHIPPED = Path(__file__).parents[2] / "seeds" / "rules.csv"
ONE_DAY = timedelta(days=1)


def load(path: Path = SHIPPED) -> int:
    """Add the values of a file that are newer than what is known of their rule; answers how many. Never edits the past."""
    newest: dict[tuple[str, str], Rule] = {}
    for rule in db.session.scalars(select(Rule).where(Rule.programme_id.is_(None)).order_by(Rule.valid_from)):
        newest[rule.code, rule.country] = rule
    added = 0
    for entry in _read(path):
        known = newest.get((entry.code, entry.country))
        if known is not None and entry.valid_from <= known.valid_from:
            continue
        newest[entry.code, entry.country] = _add(entry, known)
        added += 1
    db.session.flush()
    forget()
    return added


def set_value(code: str, *, value: Decimal, valid_from: date, reason: str, seen_version: int) -> Rule:
    """A new value of a general rule from a day on; the one before it ends the day before. Raises Invalid, Conflict, NotFound.

    A value that does not hold yet, or only since today, is corrected in place: nothing was decided by it before today.
    """
    newest = values_of(code)[0]
    if newest.version != seen_version:
        raise Conflict(msg("Somebody else changed this rule while you were looking at it."))
    if not reason:
        raise Invalid({"reason": msg("Say why, and who decided it.")})
    if valid_from < clock.today():
        raise Invalid({"valid_from": msg("The past is not changed: choose today or a later day.")})
    if valid_from < newest.valid_from:
        raise Invalid(
            {"valid_from": msg("A value from %(day)s is planned already: choose that day or a later one.", day=newest.valid_from)}
        )
    if wrong := objection(code, value, Unit(newest.unit), rule_book(valid_from)):
        raise Invalid({"value": wrong})
    because(reason)
    if valid_from == newest.valid_from:
        newest.value, newest.source = value, reason
        changed = newest
    else:
        changed = _add(Entry(code, value, Unit(newest.unit), valid_from, None, newest.country, source=reason), newest)
    db.session.flush()
    forget()
    return changed


def _add(entry: Entry, before: Rule | None) -> Rule:
    if before is not None and (before.valid_to is None or before.valid_to >= entry.valid_from):
        before.valid_to = entry.valid_from - ONE_DAY
    rule = Rule(
        code=entry.code,
        country=entry.country,
        value=entry.value,
        unit=entry.unit.value,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        source=entry.source,
    )
    db.session.add(rule)
    return rule


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Entry, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(
                row["code"],
                Decimal(row["value"]),
                Unit(row["unit"]),
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                row["country"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )
