"""Which version of a procedure is in force, whom it is for, and who still has to read it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Mine(StrEnum):
    """How one person stands towards a procedure, what waits first."""

    TO_READ = "to_read"
    CONFIRMED = "confirmed"
    NOT_ASKED = "not_asked"


MINE_NAMES: dict[Mine, Message] = {
    Mine.TO_READ: msg("To be read"),
    Mine.CONFIRMED: msg("Read and understood"),
    Mine.NOT_ASKED: msg("For information"),
}
TONES: dict[Mine, str] = {Mine.TO_READ: "amber", Mine.CONFIRMED: "green", Mine.NOT_ASKED: "line"}


@dataclass(frozen=True, slots=True)
class Issue:
    """A version of a procedure: its number and the first day it counts."""

    id: int
    number: int
    valid_from: date


def in_force(issues: Sequence[Issue], today: date) -> Issue | None:
    """The newest version whose first day has come."""
    begun = [one for one in issues if one.valid_from <= today]
    return max(begun, key=lambda one: one.number, default=None)


def coming(issues: Sequence[Issue], today: date) -> Issue | None:
    """The newest version, when it does not count yet."""
    newest = max(issues, key=lambda one: one.number, default=None)
    return newest if newest is not None and newest.valid_from > today else None


def is_for(audience: Collection[str], roles: Iterable[str]) -> bool:
    """Whether somebody with these roles is to read it; without an audience everybody who has a role is."""
    held = set(roles)
    return bool(held & set(audience)) if audience else bool(held)


def mine(current: Issue | None, *, confirmed: bool, is_asked: bool) -> Mine:
    """A confirmation counts whoever it is; only who is asked has something to read."""
    if current is not None and confirmed:
        return Mine.CONFIRMED
    return Mine.TO_READ if current is not None and is_asked else Mine.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Followed:
    """How many of those who are asked have confirmed the version in force."""

    confirmed: int
    asked: int

    @property
    def is_complete(self) -> bool:
        return self.confirmed == self.asked
