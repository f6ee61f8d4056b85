"""What the minutes of a meeting say, as plain values in no language."""

from dataclasses import dataclass
from datetime import date, datetime

from pmo.reports.logic.decision_lines import ActionLine, TakenLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    committee: str
    held_on: date
    at: datetime
    place: str = ""
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    quorum: int = 0
    decisions: tuple[TakenLine, ...] = ()
    actions: tuple[ActionLine, ...] = ()  # of this meeting
    earlier: tuple[ActionLine, ...] = ()  # still open from before
    next_on: date | None = None
    author: str = ""
    organisation: str = ""

    @property
    def members(self) -> int:
        return len(self.present) + len(self.absent)
