"""What a program asks of a table (`$select`, `$filter`, `$orderby`, `$top`, `$skip`, `$skiptoken`, `$count`), and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, text
from sqlalchemy.exc import DataError, DBAPIError, ProgrammingError

from pmo.db import db
from pmo.feeds.filtering import NOT_UNDERSTOOD, condition, refused
from pmo.feeds.tables import Table
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor

KNOWN = frozenset(("$select", "$filter", "$orderby", "$top", "$skip", "$skiptoken", "$count", "$format"))
NOT_HERE = frozenset(("$expand", "$search", "$apply", "$compute", "$levels", "$deltatoken"))
TOO_SLOW = "57014"  # the database's own time limit
BIGGEST = 10_000_000
AT = "after-row-"  # a token that counts rows, where they are in an order of their own
AFTER = "after-id-"


class NotOffered(Invalid):
    """A part of OData that is not there: said so, instead of leaving it out silently."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be answered: everything in it is a column or a number."""

    table: Table
    columns: tuple[str, ...]  # empty: all
    where: ColumnElement[bool] | None
    order: tuple[ColumnElement[Any], ...]
    top: int | None
    skip: int
    after: int | None  # the id of the last row seen
    counts: bool
    source: Subquery


@dataclass(frozen=True, slots=True)
class Answer:
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    following: str  # the token of the next page, "" at the end
    count: int | None


def asked(table: Table, actor: Actor, options: Mapping[str, Sequence[str]]) -> Asked:
    """Raises Invalid with a sentence under the option it is about."""
    given = _single(options)
    source = table.rows(actor).subquery("asked")
    skip, after = _count(given, "$skip") or 0, None
    token = given.get("$skiptoken", "")
    if token.startswith(AFTER):
        after = _number("$skiptoken", token.removeprefix(AFTER))
    elif token:
        skip = _number("$skiptoken", token.removeprefix(AT))
    return Asked(
        table,
        _columns(given.get("$select", ""), source),
        condition(given["$filter"], source) if given.get("$filter", "").strip() else None,
        _order(given.get("$orderby", ""), source),
        _count(given, "$top"),
        skip,
        after,
        _flag(given.get("$count", "")),
        source,
    )


def answer(question: Asked, *, page: int, seconds: int) -> Answer:
    """One page: a statement, and one more where the number of all is asked for. Raises Invalid for what the database refuses."""
    size = page if question.top is None else min(page, question.top)
    try:
        db.session.execute(text("select set_config('statement_timeout', :most, true)"), {"most": f"{seconds * 1000}"})
        count = db.session.scalar(_counted(question)) if question.counts else None
        rows = db.session.execute(_page(question).limit(size + 1)).all()
    except (DataError, ProgrammingError) as error:
        db.session.rollback()
        raise refused(NOT_UNDERSTOOD) from error
    except DBAPIError as error:
        db.session.rollback()
        if getattr(error.orig, "sqlstate", "") != TOO_SLOW:
            raise
        raise refused(
            msg("This takes too long. Ask for fewer rows, or filter by a column instead of inside its text.")
        ) from error
    shown = [row[1:] for row in rows[:size]]
    return Answer(_names(question), shown, _following(question, rows, size), count)


def all_names(source: Subquery) -> tuple[str, ...]:
    return tuple(source.c.keys())


def _names(question: Asked) -> tuple[str, ...]:
    return question.columns or all_names(question.source)


def _page(question: Asked) -> Select[Any]:
    """In the order asked for, then by id, so that every page continues where the last one ended."""
    c = question.source.c
    query = select(c.id, *(c[name].label(f"c_{name}") for name in _names(question)))
    if question.where is not None:
        query = query.where(question.where)
    if question.after is not None:
        query = query.where(c.id > question.after)
    return query.order_by(*question.order, c.id).offset(question.skip or None)


def _counted(question: Asked) -> Select[int]:
    query = select(func.count()).select_from(question.source)
    return query if question.where is None else query.where(question.where)


def _following(question: Asked, rows: Sequence[Any], size: int) -> str:
    if len(rows) <= size or size in (0, question.top):
        return ""
    if question.order or question.skip:
        return f"{AT}{question.skip + size}"
    return f"{AFTER}{rows[size - 1][0]}"


def _single(options: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Options of the language begin with a dollar sign; anything else is ours or nobody's."""
    found: dict[str, str] = {}
    for name, values in options.items():
        if not name.startswith("$"):
            continue
        if name in NOT_HERE:
            raise NotOffered({name: msg("%(name)s is not offered here.", name=name)})
        if name not in KNOWN or len(values) != 1:
            raise Invalid({name[:100]: msg("%(name)s is unknown here, or stands there twice.", name=name[:100])})
        found[name] = values[0]
    if found.get("$format", "json").split(";")[0] not in ("json", "application/json"):
        raise NotOffered({"$format": msg("Only JSON is offered here.")})
    return found


def _columns(written: str, source: Subquery) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    if names == ("*",):
        return ()
    for name in names:
        _column("$select", name, source)
    return names


def _order(written: str, source: Subquery) -> tuple[ColumnElement[Any], ...]:
    """What is empty comes first going up, as OData means it."""
    found = []
    for part in (one.split() for one in written.split(",") if one.strip()):
        direction = part[1].lower() if len(part) > 1 else "asc"
        if len(part) > 2 or direction not in ("asc", "desc"):
            raise Invalid({"$orderby": msg("Write $orderby as columns with asc or desc, for example: forecast desc, code")})
        column = _column("$orderby", part[0], source)
        found.append(column.desc().nulls_last() if direction == "desc" else column.asc().nulls_first())
    return tuple(found)


def _column(option: str, name: str, source: Subquery) -> ColumnElement[Any]:
    if name not in source.c:
        raise Invalid({option: msg("There is no column %(name)s in this table.", name=name[:100])})
    return source.c[name]


def _count(given: Mapping[str, str], option: str) -> int | None:
    return _number(option, given[option]) if option in given else None


def _number(option: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 12 and int(written) <= BIGGEST):
        raise Invalid({option: NO_NUMBER})
    return int(written)


NO_NUMBER: Message = msg("Enter a whole number up to %(most)s.", most=BIGGEST)


def _flag(written: str) -> bool:
    if written not in ("", "true", "false"):
        raise Invalid({"$count": msg("Write $count=true or $count=false.")})
    return written == "true"
