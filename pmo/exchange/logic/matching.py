"""Which project a row means: by the sender's identifier, else by its name, else somebody has to say."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class By(StrEnum):
    """How a row found its project."""

    IDENTIFIER = "identifier"
    NAME = "name"
    ANSWER = "answer"
    NONE = "new"
    OPEN = "open question"


class Why(StrEnum):
    """What makes a row doubtful."""

    SAME_NAME_TWICE = "several projects carry this name"
    SAME_ROW_TWICE = "several rows carry this identifier or name"
    OTHER_IDENTIFIER = "a project of this name has another identifier"


NEW = "new"  # the answer "it is a new project"


class Row(Protocol):
    """What is known of a row before it is matched."""

    @property
    def at(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def group_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that is there."""

    id: int
    code: str
    name: str
    key: str
    external_id: str | None
    group_key: str
    former: frozenset[str] = frozenset()  # keys of names it carried before
    was_listed: bool = False  # in this sender's list of the same day, brought in before


@dataclass(frozen=True, slots=True)
class Question:
    at: str
    why: Why
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What became of a row. An open question without `stands` keeps the row out until it is answered."""

    at: str
    by: By
    project_id: int | None = None
    question: Question | None = None


def match(rows: Sequence[Row], known: Sequence[Candidate], answers: Dict[str, str]) -> list[Link]:
    """A link per row, in order. `answers`: place of the row -> code of the project meant, or "new"."""
    by_id = {_fold(one.external_id): one for one in known if one.external_id}
    by_code = {_fold(one.code): one for one in known}
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for one in known:
        for key in {one.key, *one.former}:
            by_key[key].append(one)
    twice = _twice(rows)
    taken: set[int] = set()
    links = []
    for row in rows:
        link = _link(row, _Known(by_id, by_code, by_key), answers.get(row.at, ""), row.at in twice)
        if link.project_id is not None and link.project_id in taken:
            again = Question(row.at, Why.SAME_ROW_TWICE, tuple(one for one in known if one.id == link.project_id))
            link = Link(row.at, By.OPEN, question=again)
        if link.project_id is not None:
            taken.add(link.project_id)
        links.append(link)
    return links


@dataclass(frozen=True, slots=True)
class _Known:
    by_id: Dict[str, Candidate]
    by_code: Dict[str, Candidate]
    by_key: Dict[str, Sequence[Candidate]]


def _link(row: Row, known: _Known, answer: str, is_twice: bool) -> Link:
    if answer:
        chosen = known.by_code.get(_fold(answer))
        return Link(row.at, By.ANSWER, chosen.id if chosen else None)
    if is_twice:
        return Link(row.at, By.OPEN, question=Question(row.at, Why.SAME_ROW_TWICE, tuple(known.by_key.get(row.key, ()))))
    found = known.by_id.get(_fold(row.external_id)) or known.by_code.get(_fold(row.code)) if row.external_id or row.code else None
    if found is not None:
        return Link(row.at, By.IDENTIFIER, found.id)
    same_name = known.by_key.get(row.key, ())
    free = _narrowed(row, [one for one in same_name if not (one.external_id and row.external_id)])
    if len(free) == 1:
        return Link(row.at, By.NAME, free[0].id)
    if free:
        return Link(row.at, By.OPEN, question=Question(row.at, Why.SAME_NAME_TWICE, tuple(free)))
    others = tuple(one for one in same_name if one.group_key == row.group_key)
    doubt = Question(row.at, Why.OTHER_IDENTIFIER, others) if others else None
    return Link(row.at, By.NONE, question=doubt)


def _narrowed(row: Row, found: list[Candidate]) -> list[Candidate]:
    """Of several of one name: the one this list meant before, that is called so today, or stands in the programme."""
    tests: tuple[Callable[[Candidate], bool], ...] = (
        lambda one: one.was_listed,
        lambda one: one.key == row.key,
        lambda one: one.group_key == row.group_key,
    )
    for test in tests:
        if len(found) > 1:
            found = [one for one in found if test(one)] or found
    return found


def _twice(rows: Sequence[Row]) -> set[str]:
    """Rows that share an identifier, or, without one, a name within a programme: which is which cannot be told."""
    ids = Counter(_fold(row.external_id) for row in rows if row.external_id)
    names = Counter((row.key, row.group_key) for row in rows if not row.external_id and not row.code)
    return {
        row.at
        for row in rows
        if (ids[_fold(row.external_id)] > 1 if row.external_id else not row.code and names[(row.key, row.group_key)] > 1)
    }


def _fold(text: str | None) -> str:
    return (text or "").strip().casefold()
