"""What one project promises another: the gap between two dates, who agreed to them, and what follows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.raid.logic import RaidStatus


class Side(StrEnum):
    RECEIVER = "receiver"
    GIVER = "giver"


class AgreementState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    BROKEN = "broken"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


STATE_NAMES: dict[AgreementState, Message] = {
    AgreementState.PROPOSED: msg("Proposed"),
    AgreementState.AGREED: msg("Agreed"),
    AgreementState.BROKEN: msg("Broken"),
    AgreementState.DELIVERED: msg("Delivered"),
    AgreementState.WITHDRAWN: msg("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Dates:
    """The day the receiver needs it, and the day the giver promises it."""

    need_by: date | None
    promised: date | None

    @property
    def gap(self) -> int | None:
        """Calendar days the promise lies after the need; less than 0 when it comes earlier."""
        return (self.promised - self.need_by).days if self.promised and self.need_by else None


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many days of gap on an agreement is broken, and from how many that is red."""

    broken_from: int
    red_from: int

    def is_broken(self, dates: Dates) -> bool:
        return dates.gap is not None and dates.gap >= self.broken_from

    def is_red(self, dates: Dates) -> bool:
        return dates.gap is not None and dates.gap >= self.red_from


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands. `settled` are the dates that the sides said yes to."""

    dates: Dates
    settled: Dates = Dates(None, None)
    said_yes: frozenset[Side] = frozenset()
    ended: RaidStatus | None = None

    @property
    def agreed(self) -> frozenset[Side]:
        """Who agrees to the dates as they are now: a yes to other dates is none."""
        return self.said_yes if self.settled == self.dates else frozenset()

    def state(self, limits: Limits) -> AgreementState:
        """A promise after the need is broken, whoever agreed to it."""
        if self.ended is not None:
            return AgreementState.DELIVERED if self.ended is RaidStatus.DELIVERED else AgreementState.WITHDRAWN
        if limits.is_broken(self.dates):
            return AgreementState.BROKEN
        return AgreementState.AGREED if self.agreed == frozenset(Side) else AgreementState.PROPOSED

    @property
    def who_agreed(self) -> Message:
        if self.agreed == frozenset(Side):
            return msg("both agreed")
        if not self.agreed:
            return msg("nobody agreed yet")
        return msg("only the receiver agreed") if Side.RECEIVER in self.agreed else msg("only the giver agreed")
