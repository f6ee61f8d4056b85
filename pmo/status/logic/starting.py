"""What a new project needs before it can be steered; each point is computed from what is there."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Need(StrEnum):
    MANAGER = "manager"
    SPONSOR = "sponsor"
    BUDGET = "budget"
    MILESTONE = "milestone"
    BASELINE = "baseline"
    COMMITTEE = "committee"


NEED_NAMES: dict[Need, Message] = {
    Need.MANAGER: msg("A manager"),
    Need.SPONSOR: msg("A sponsor"),
    Need.BUDGET: msg("A budget"),
    Need.MILESTONE: msg("A first milestone"),
    Need.BASELINE: msg("An approved baseline"),
    Need.COMMITTEE: msg("A committee that follows it"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """The points in the order one meets them, each met or not; `is_hidden` when somebody put the list aside."""

    points: tuple[tuple[Need, bool], ...]
    is_hidden: bool = False

    @property
    def met(self) -> int:
        return sum(is_met for _, is_met in self.points)

    @property
    def is_complete(self) -> bool:
        return self.met == len(self.points)


def start_of(met: frozenset[Need], *, is_hidden: bool, without: frozenset[Need] = frozenset()) -> Start:
    """`without`: what the reader may not know of, such as money."""
    return Start(tuple((need, need in met) for need in Need if need not in without), is_hidden)
