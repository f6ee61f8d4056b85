"""Moving the dates of a milestone: which dates there are, when a move asks for a reason, and which reasons one may choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class DateField(StrEnum):
    """The dates of a milestone that the ledger follows."""

    BASELINE = "baseline"
    COMMITMENT = "commitment"
    FORECAST = "forecast"
    ACTUAL = "actual"


class MoveReason(StrEnum):
    """Why a date moved. The last two are never chosen by hand."""

    AUTHORITY = "authority"
    SITE_CONTRACT = "site_contract"
    SUPPLY = "supply"
    STAFF = "staff"
    DECISION = "decision"
    QUALITY = "quality"
    SCOPE = "scope"
    OTHER = "other"
    IMPORTED = "imported"
    UNDONE = "undone"


FIELD_NAMES: dict[DateField, Message] = {
    DateField.BASELINE: msg("Baseline"),
    DateField.COMMITMENT: msg("Commitment"),
    DateField.FORECAST: msg("Forecast"),
    DateField.ACTUAL: msg("Reached on"),
}
REASON_NAMES: dict[MoveReason, Message] = {
    MoveReason.AUTHORITY: msg("Authority question"),
    MoveReason.SITE_CONTRACT: msg("Site contract"),
    MoveReason.SUPPLY: msg("Supply"),
    MoveReason.STAFF: msg("Staff"),
    MoveReason.DECISION: msg("Decision late or early"),
    MoveReason.QUALITY: msg("Quality finding"),
    MoveReason.SCOPE: msg("Scope change"),
    MoveReason.OTHER: msg("Other: words needed"),
    MoveReason.IMPORTED: msg("As the imported list says"),
    MoveReason.UNDONE: msg("Move undone"),
}
NOT_CHOSEN = frozenset({MoveReason.IMPORTED, MoveReason.UNDONE})
PICK_LIST: dict[MoveReason, Message] = {reason: name for reason, name in REASON_NAMES.items() if reason not in NOT_CHOSEN}


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one milestone at one moment."""

    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None
    actual: date | None = None

    @property
    def is_promised(self) -> bool:
        """Somebody relies on it: it was baselined, or a committee was told."""
        return self.baseline is not None or self.commitment is not None


NO_DATES = Dates()


@dataclass(frozen=True, slots=True)
class Why:
    """The reason of a move as it was given; words are needed only for "other"."""

    reason: MoveReason | None = None
    words: str = ""


NO_REASON = Why()
IMPORTED = Why(MoveReason.IMPORTED)


def asks_reason(dates: Dates, field: DateField, after: date | None) -> bool:
    """A promised milestone keeps baseline and forecast unless somebody says why; a first date is no move."""
    before = {DateField.BASELINE: dates.baseline, DateField.FORECAST: dates.forecast}.get(field)
    return dates.is_promised and before is not None and before != after


def objections(dates: Dates, field: DateField, after: date | None, why: Why) -> Mapping[str, Message]:
    """What is missing before this date may move, by field of the form; empty when nothing is."""
    if why.reason is MoveReason.OTHER and not why.words:
        return {"words": msg("Say in a few words what the other reason is.")}
    if asks_reason(dates, field, after) and why.reason is None:
        return {"reason": msg("Choose why this date moves: it was baselined, or a committee was told.")}
    return {}
