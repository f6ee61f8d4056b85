"""The one filter language: words to look for, and terms such as `late:me`, `risk>=15`, `-programme:ONCO`, `status:red,amber`.

Every list reads it the same way; each says which fields it has and what they mean in its own query.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, not_, or_

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key

FIELD_OF_FORM = "q"
LONGEST = 500
TOKEN = re.compile(r'\s*(?P<no>-)?(?:(?P<field>[A-Za-z_]+)(?P<op>>=|<=|:|=|>|<))?(?P<value>(?:"[^"]*"|[^\s"])*)')


class Op(StrEnum):
    IS = ":"
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition as it was typed: a field, how it is compared, the values of which one must fit."""

    field: str
    op: Op
    values: tuple[str, ...]
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart: all words and all terms must fit."""

    words: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(term.field for term in self.terms)


def parse(text: str) -> Query:
    """Take a filter apart. Raises Invalid (field "q") with a sentence that names what cannot be understood."""
    if len(text) > LONGEST:
        raise _refusal(msg("This filter is too long."))
    if text.count('"') % 2:
        raise _refusal(msg("A quotation mark is open: close it, or take it away."))
    words: list[str] = []
    terms: list[Term] = []
    for found in TOKEN.finditer(text.replace("\x00", "")):
        value = found["value"]
        if found["field"]:
            terms.append(_term(found["field"].lower(), found["op"], value, bool(found["no"])))
        elif word := ((found["no"] or "") + value.replace('"', "")).strip():
            words.append(word)
    return Query(tuple(words), tuple(terms))


def _term(field: str, op: str, value: str, is_not: bool) -> Term:
    values = tuple(part.replace('"', "").strip() for part in re.findall(r'(?:"[^"]*"|[^,"])+', value))
    values = tuple(part for part in values if part)
    if not values:
        raise _refusal(msg("Say what %(field)s should be, for example %(field)s:something.", field=field))
    return Term(field, Op.IS if op == "=" else Op(op), values, is_not)


def _refusal(sentence: Message) -> Invalid:
    return Invalid({FIELD_OF_FORM: sentence})


Compare = Callable[[Op, str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a list: its name in words, an example, and the condition a value makes."""

    title: Message
    example: str
    compare: Compare


def conditions(query: Query, fields: Mapping[str, Field]) -> list[ColumnElement[bool]]:
    """The terms as conditions of a query. Raises Invalid for a field the list does not have, or a value it cannot be."""
    return [_condition(term, fields) for term in query.terms]


def _condition(term: Term, fields: Mapping[str, Field]) -> ColumnElement[bool]:
    field = fields.get(term.field)
    if field is None:
        known = ", ".join(sorted(fields))
        raise _refusal(msg("There is no field %(field)s here. You can use: %(known)s.", field=term.field, known=known))
    fits = or_(*(field.compare(term.op, value) for value in term.values))
    return not_(fits.is_(True)) if term.is_not else fits


@dataclass(frozen=True, slots=True)
class Folded:
    """A column that holds text as kernel.sorting.name_key folds it."""

    column: Any


def containing(words: Sequence[str], *columns: Any) -> list[ColumnElement[bool]]:
    """Each word occurs in one of the columns, whatever the case, in folded ones whatever the accents."""
    return [or_(*(_contains(column, word) for column in columns)) for word in words]


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        column.column.contains(name_key(word), autoescape=True)
        if isinstance(column, Folded)
        else column.icontains(word, autoescape=True)
    )
    return found


def text(*columns: Any) -> Compare:
    """Equal to one of the columns, whatever the case."""

    def compare(op: Op, value: str) -> ColumnElement[bool]:
        _only(op, Op.IS)
        return or_(*(_equals(each, value) for each in columns))

    return compare


def _equals(column: Any, value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        column.column == name_key(value) if isinstance(column, Folded) else func.lower(column) == value.lower()
    )
    return found


def number(column: Any) -> Compare:
    def compare(op: Op, value: str) -> ColumnElement[bool]:
        try:
            known = Decimal(value.replace(",", "."))
            if not known.is_finite() or abs(known) > 10**15:  # noqa: PLR2004 more than any number of the house
                raise InvalidOperation
        except InvalidOperation as problem:
            raise _refusal(msg("%(value)s is not a number.", value=value)) from problem
        return _compared(column, op, known)

    return compare


def day(column: Any, today: date) -> Compare:
    """Days are written 2026-03-31, `today`, `today+14`, `today-7` (calendar days)."""

    def compare(op: Op, value: str) -> ColumnElement[bool]:
        return _compared(column, op, _day(value, today))

    return compare


def _day(value: str, today: date) -> date:
    relative = re.fullmatch(r"today([+-]\d{1,4})?", value, re.IGNORECASE)
    try:
        return today + timedelta(days=int(relative[1] or 0)) if relative else date.fromisoformat(value)
    except (ValueError, OverflowError) as problem:
        example = msg("%(value)s is not a day. Write 2026-03-31, today, or today+14.", value=value)
        raise _refusal(example) from problem


def choice(column: Any, values: Mapping[str, Any]) -> Compare:
    """One of a few words, each standing for a value of the column (None: there is none)."""

    def compare(op: Op, value: str) -> ColumnElement[bool]:
        _only(op, Op.IS)
        if value.lower() not in values:
            raise _refusal(msg("%(value)s is none of: %(known)s.", value=value, known=", ".join(values)))
        meant = values[value.lower()]
        found: ColumnElement[bool] = column.is_(None) if meant is None else column == meant
        return found

    return compare


def person(me: int, condition: Callable[[Callable[[Any, Any], ColumnElement[bool]]], ColumnElement[bool]]) -> Compare:
    """`me`, or part of a name. `condition` is given a test of (id column, name key column) and says where to apply it."""

    def compare(op: Op, value: str) -> ColumnElement[bool]:
        _only(op, Op.IS)

        def fits(id_column: Any, key_column: Any) -> ColumnElement[bool]:
            found: ColumnElement[bool] = id_column == me if value.lower() == "me" else _contains(Folded(key_column), value)
            return found

        return condition(fits)

    return compare


def yes(condition: ColumnElement[bool]) -> Compare:
    """A field that is either so or not: `said:yes`, `said:no`."""

    def compare(op: Op, value: str) -> ColumnElement[bool]:
        _only(op, Op.IS)
        if value.lower() not in ("yes", "no"):
            raise _refusal(msg("%(value)s is none of: %(known)s.", value=value, known="yes, no"))
        return condition if value.lower() == "yes" else not_(condition.is_(True))

    return compare


def _only(op: Op, allowed: Op) -> None:
    if op is not allowed:
        raise _refusal(msg("%(op)s compares numbers and days only. Write a colon here.", op=op.value))


def _compared(column: Any, op: Op, value: Any) -> ColumnElement[bool]:
    found: dict[Op, ColumnElement[bool]] = {
        Op.IS: column == value,
        Op.AT_LEAST: column >= value,
        Op.AT_MOST: column <= value,
        Op.ABOVE: column > value,
        Op.BELOW: column < value,
    }
    return found[op]
