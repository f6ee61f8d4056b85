"""Reads of the rules. Always from now, also while looking back: the day looked at is the book's day, not its date of print."""

from datetime import date
from typing import Any, cast

from sqlalchemy import CompoundSelect, MetaData, Select, Table, select, union_all

from pmo.db import db, looking_back
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.rules.logic import EVERYWHERE, Entry, RuleBook, Unit, book
from pmo.rules.models import Rule

KEPT = "rule_books"
COLUMNS = ("code", "value", "unit", "valid_from", "valid_to", "country", "programme_id", "source")
OF_NOW = (
    cast(Table, Rule.__table__).to_metadata(MetaData(), schema="public").c
)  # also where the session shows what was known earlier


def rule_book(day: date | None = None, country: str = EVERYWHERE) -> RuleBook:
    """Every number that is a rule, as of `day` (today): one statement, and none again in the same session."""
    wanted = (day or clock.today(), country)
    kept: dict[Any, RuleBook] = db.session().info.setdefault(KEPT, {})
    if wanted not in kept:
        kept[wanted] = book(entries(), *wanted)
    return kept[wanted]


def forget() -> None:
    """After a rule was changed: the books of this session are out of print."""
    db.session().info.pop(KEPT, None)


def entries() -> list[Entry]:
    """Every value of every rule, past and coming ones too."""
    rows = db.session.execute(_entries())
    return [
        Entry(code, value, Unit(unit), start, end, country, programme_id, source)
        for code, value, unit, start, end, country, programme_id, source in rows
    ]


def _entries() -> Select[Any] | CompoundSelect[Any]:
    """As known at the moment looked back at; of a rule that came later, the values of now: it had none to contradict."""
    known = select(*(getattr(Rule, name) for name in COLUMNS))
    moment = looking_back()
    if moment is None or moment.known_txn is None:
        return known.order_by(Rule.code, Rule.valid_from)
    later = select(*(OF_NOW[name] for name in COLUMNS)).where(OF_NOW.code.not_in(select(Rule.code)))
    return union_all(known, later).order_by("code", "valid_from")


def values_of(code: str, country: str = EVERYWHERE, programme_id: int | None = None) -> list[Rule]:
    """The values one rule had, has and will have, newest first. Raises NotFound for a rule that does not exist."""
    query = select(Rule).where(Rule.code == code, Rule.country == country, Rule.programme_id.is_not_distinct_from(programme_id))
    found = list(db.session.scalars(query.order_by(Rule.valid_from.desc())))
    if not found:
        raise NotFound
    return found
