"""What a list of projects is asked for: which tab, which order, which projects."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import State
from pmo.web.filters import Query


class View(StrEnum):
    """The tabs of the portfolio page."""

    ALL = ""
    NOT_GREEN = "not-green"
    SAID = "said"
    DUE = "due"
    CHANGED = "changed"
    STALE = "stale"
    OVERRIDDEN = "overridden"


class Order(StrEnum):
    """What a list of projects can be sorted by; by programme it is grouped."""

    PROGRAMME = ""
    PROJECT = "project"
    OVERALL = "overall"
    NEXT = "next"
    TO_BASELINE = "to_baseline"
    TO_COMMITMENT = "to_commitment"
    END = "end"
    END_TO_BASELINE = "end_to_baseline"
    MANAGER = "manager"
    UPDATED = "updated"


STATUS_RANKS: dict[str, tuple[int | None, ...]] = {"red": (4,), "amber": (1, 2, 3), "green": (0,), "grey": (None,)}
STATUS_NAMES: dict[str, Message] = {
    "red": msg("Red"),
    "amber": msg("Amber"),
    "green": msg("Green"),
    "grey": msg("Not reported"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the projects one may see are meant. None means any."""

    portfolio_id: int | None = None
    programme_id: int | None = None
    programme_code: str = ""  # a filter: whatever it leaves, totals are of the whole portfolio
    project_ids: tuple[int, ...] | None = None
    manager_id: int | None = None
    view: View = View.ALL
    status: str = ""  # one of STATUS_RANKS
    state: State | None = State.OPEN
    query: Query = Query()


@dataclass(frozen=True, slots=True)
class Sorting:
    order: Order = Order.PROGRAMME
    is_descending: bool = False
