"""A timeline as a list: milestones by month, which serves a small screen better than a picture."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_rows import Kind, Row

MOST_PAST, MOST_AHEAD = 50, 200


@dataclass(frozen=True, slots=True)
class Entry:
    day: date
    name: str
    project: str  # its code
    key: str = ""  # of its row, when it has one on the page
    colour: Colour | None = None
    is_reached: bool = False
    baseline: date | None = None
    commitment: date | None = None


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    is_past: bool
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        return len(self.entries)


def by_month(rows: Iterable[Row], codes: Mapping[str, str], today: date) -> tuple[tuple[Month, ...], int]:
    """The dated milestones of these rows, also those that are marks on the bar of a folded project, and how many are left out.

    A page of folded projects can stand for thousands: the list keeps the nearest ones.
    """
    every = sorted(_entries(rows, codes), key=lambda entry: (entry.day, entry.project, entry.name))
    now = bisect_left(every, today.replace(day=1), key=lambda entry: entry.day)
    entries = every[max(0, now - MOST_PAST) : now + MOST_AHEAD]
    months = groupby(entries, key=lambda entry: entry.day.replace(day=1))
    listed = tuple(Month(first, first < today.replace(day=1), tuple(group)) for first, group in months)
    return listed, len(every) - len(entries)


def _entries(rows: Iterable[Row], codes: Mapping[str, str]) -> Iterator[Entry]:
    for row in rows:
        if row.kind is Kind.MILESTONE and row.finish is not None:
            code = codes.get(row.parent, "")
            yield Entry(row.finish, row.name, code, row.key, row.colour, row.is_reached, row.baseline, row.commitment)
        for mark in row.marks:
            yield Entry(mark.day, mark.name, row.code, mark.key, mark.colour, mark.is_reached)
