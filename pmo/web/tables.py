"""Lists: how one is sorted, filtered, paged and which columns it shows, read from the query string, so that every view is a link.

Paging is by key: a page begins after the last row of the one before, however long the list is.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import ColumnElement, Select, and_, false, or_

from pmo.kernel.languages import Message

ROWS = 100
NO_COLUMNS = "none"  # of those that may be taken away
OWN_NAMES = ("sort", "columns")
LARGEST = 2**31
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its key stands in the query string; `is_fixed` ones cannot be taken away."""

    key: str
    title: Message
    can_sort: bool = True
    is_fixed: bool = False
    is_shown: bool = True  # unless the query string says otherwise
    is_descending_first: bool = False  # sorted for the first time, the largest (worst, newest) stands on top


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins (or, going back, ends): the sort values of the row beside it."""

    values: tuple[Any, ...]
    is_backwards: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The state of one list as its address says it."""

    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)  # of the path
    filters: Mapping[str, str] = field(default_factory=dict)  # name -> value, those that are set
    columns: tuple[Column, ...] = ()
    shown: frozenset[str] = frozenset()
    sort: str = ""  # key of a column; "" is the list's own order
    is_descending: bool = False
    cursor: Cursor | None = None
    as_of: str = ""

    def shows(self, key: str) -> bool:
        return key in self.shown

    def url(self, **changes: str | None) -> str:
        """This list from its beginning with some filters changed; None takes one away."""
        return self._url(self._kept() | changes)

    def sort_url(self, key: str) -> str:
        """Sorted by this column; the other way round when it is already."""
        first = any(column.key == key and column.is_descending_first for column in self.columns)
        descending = not self.is_descending if self.sort == key else first
        return self._url(self._kept() | {"sort": f"-{key}" if descending else key})

    def sort_state(self, key: str) -> str:
        """What aria-sort says of this column, "" where the list is not sorted by it."""
        if self.sort != key:
            return ""
        return "descending" if self.is_descending else "ascending"

    def page_url(self, cursor: Cursor | None) -> str:
        if cursor is None:
            return ""
        name = "before" if cursor.is_backwards else "after"
        return self._url(self._kept() | {name: encode(cursor.values)})

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters)

    @property
    def address(self) -> str:
        """Without any query: where a form leads, whose fields make the query."""
        return url_for(self.endpoint, **self.arguments, as_of=None)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the form of the filters must carry along besides its own fields: sort, columns, the moment looked at."""
        kept = [(name, value) for name, value in self._kept().items() if name in OWN_NAMES and value]
        return [*kept, ("as_of", self.as_of)] if self.as_of else kept

    def _kept(self) -> dict[str, str | None]:
        kept: dict[str, str | None] = dict(self.filters)
        if self.sort:
            kept["sort"] = f"-{self.sort}" if self.is_descending else self.sort
        usual = {column.key for column in self.columns if column.is_shown or column.is_fixed}
        if self.columns and self.shown != usual:
            chosen = [column.key for column in self.columns if column.key in self.shown and not column.is_fixed]
            kept["columns"] = ",".join(chosen) or NO_COLUMNS
        return kept

    def _url(self, query: Mapping[str, str | None]) -> str:
        given = {name: value for name, value in query.items() if value}
        return url_for(self.endpoint, **self.arguments, **given)  # type: ignore[arg-type]


def read(columns: Sequence[Column] = (), filters: Sequence[str] = (), *, endpoint: str = "") -> Table:
    """The table this request asks for; what it does not know, it ignores."""
    args = request.args
    sort = args.get("sort", "")
    key = sort.removeprefix("-")
    sortable = any(column.key == key and column.can_sort for column in columns)
    return Table(
        endpoint=endpoint or str(request.endpoint),
        arguments=dict(request.view_args or {}),
        filters={name: value for name in filters if (value := args.get(name, "").replace("\x00", "").strip())},
        columns=tuple(columns),
        shown=_shown(columns, ",".join(args.getlist("columns"))),
        sort=key if sortable else "",
        is_descending=sortable and sort.startswith("-"),
        cursor=_cursor(args.get("after", ""), args.get("before", "")),
        as_of=args.get("as_of", ""),
    )


def _shown(columns: Sequence[Column], asked: str) -> frozenset[str]:
    wanted = set(asked.split(","))
    return frozenset(column.key for column in columns if column.is_fixed or (column.key in wanted if asked else column.is_shown))


def _cursor(after: str, before: str) -> Cursor | None:
    values = decode(after or before)
    return Cursor(values, is_backwards=not after) if values else None


@dataclass(frozen=True, slots=True)
class Key:
    """A column to sort by, never NULL (coalesce it); the keys of a list together are unique."""

    column: Any
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    rows: tuple[T, ...]
    next: Cursor | None = None
    previous: Cursor | None = None


def paged(query: Select[Any], keys: Sequence[Key], cursor: Cursor | None, size: int = ROWS) -> Select[Any]:
    """One page of the query, and one row more to know whether another page follows."""
    back = cursor is not None and cursor.is_backwards
    if cursor is not None and _fits(keys, cursor.values):
        query = query.where(_beyond(keys, cursor.values, back))
    return query.order_by(*(_ordered(key, back) for key in keys)).limit(size + 1)


def ordered(query: Select[Any], keys: Sequence[Key]) -> Select[Any]:
    """The whole list in its order: for files."""
    return query.order_by(*(_ordered(key, back=False) for key in keys))


def cut(rows: Sequence[T], cursor: Cursor | None, size: int, values: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """What `paged` fetched, as a page with the cursors of its neighbours; `values` are a row's sort values."""
    back = cursor is not None and cursor.is_backwards
    has_more = len(rows) > size
    kept = tuple(rows[:size])
    if back:
        kept = kept[::-1]
    if not kept:
        return Page(())
    follows, precedes = (True, has_more) if back else (has_more, cursor is not None)
    return Page(
        kept, Cursor(values(kept[-1])) if follows else None, Cursor(values(kept[0]), is_backwards=True) if precedes else None
    )


def _ordered(key: Key, back: bool) -> ColumnElement[Any]:
    descending = key.is_descending != back
    found: ColumnElement[Any] = key.column.desc() if descending else key.column.asc()
    return found


def _fits(keys: Sequence[Key], values: Sequence[Any]) -> bool:
    """Whether these are values of such keys: an address may have been typed."""
    if len(keys) != len(values):
        return False
    kinds = [key.column.type.python_type for key in keys]
    return all(
        type(value) is kind and (kind is not int or abs(value) < LARGEST) for value, kind in zip(values, kinds, strict=True)
    )


def _beyond(keys: Sequence[Key], values: Sequence[Any], back: bool) -> ColumnElement[bool]:
    """Rows after these values in the order of the keys (before them, going back)."""
    steps: list[ColumnElement[bool]] = []
    for index, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [earlier.column == known for earlier, known in zip(keys[:index], values, strict=False)]
        smaller = key.is_descending != back
        steps.append(and_(*same, key.column < value if smaller else key.column > value))
    return or_(*steps) if steps else false()


def encode(values: Sequence[Any]) -> str:
    """Sort values as one word of an address: text, numbers, days, moments."""
    packed = json.dumps([_packed(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(word: str) -> tuple[Any, ...]:
    """The values again; () for a word that was not made by `encode`, which then means the beginning."""
    try:
        packed = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        return tuple(KINDS[kind](text) for kind, text in packed)
    except (ValueError, TypeError, KeyError, InvalidOperation, binascii.Error):
        return ()


KINDS: dict[str, Callable[[str], Any]] = {
    "s": lambda text: str(text).replace("\x00", ""),
    "i": int,
    "n": Decimal,
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "b": lambda text: text == "1",
}


def _packed(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return ("b", "1" if value else "0")
        case int():
            return ("i", str(value))
        case Decimal():
            return ("n", str(value))
        case datetime():
            return ("t", value.isoformat())
        case date():
            return ("d", value.isoformat())
        case _:
            return ("s", str(value))
