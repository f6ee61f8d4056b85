"""Why milestones slipped: moves of the forecast to a later day, added up per reason, the heaviest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pmo.kernel.languages import Message, msg
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason


@dataclass(frozen=True, slots=True)
class Move:
    """One moved forecast of the ledger, oldest first."""

    milestone_id: int
    before: date | None
    after: date | None
    reason: str  # MoveReason, "" where none was given


@dataclass(frozen=True, slots=True)
class SlipLine:
    """What one reason cost: how many moves later, and the calendar days they add up to."""

    reason: str
    count: int
    days: int


@dataclass(frozen=True, slots=True)
class Share:
    """A line of the Pareto: with the percent of all days that it and the heavier ones explain."""

    line: SlipLine
    percent: int
    cumulative: int


def by_reason(moves: Iterable[Move]) -> tuple[SlipLine, ...]:
    """Most days first. A move that was undone counts for nothing, and so does one to an earlier day."""
    found: dict[str, list[int]] = {}
    for move in _kept(moves):
        if move.before is not None and move.after is not None and move.after > move.before:
            found.setdefault(move.reason, []).append((move.after - move.before).days)
    lines = [SlipLine(reason, len(days), sum(days)) for reason, days in found.items()]
    return tuple(sorted(lines, key=lambda line: (-line.days, -line.count, line.reason)))


def pareto(lines: Sequence[SlipLine]) -> tuple[Share, ...]:
    """Rounded half up from the running sum, so that the last line says 100."""
    total, running, shares = sum(line.days for line in lines), 0, list[Share]()
    for line in lines:
        running += line.days
        shares.append(Share(line, _percent(line.days, total), _percent(running, total)))
    return tuple(shares)


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def _kept(moves: Iterable[Move]) -> list[Move]:
    """Without each undone move and the one that undid it."""
    kept: list[Move] = []
    for move in moves:
        if move.reason == MoveReason.UNDONE:
            undone = _undone_by(move, kept)
            if undone is not None:
                del kept[undone]
            continue
        kept.append(move)
    return kept


def _undone_by(move: Move, kept: Sequence[Move]) -> int | None:
    """Where the newest move back to front of this one stands."""
    wanted = (move.milestone_id, move.after, move.before)
    places = reversed(range(len(kept)))
    return next((at for at in places if (kept[at].milestone_id, kept[at].before, kept[at].after) == wanted), None)


def reason_name(reason: str) -> Message:
    """Of a reason as it is listed; "other" stands here for several, so it asks for no words."""
    if not reason:
        return msg("No reason given")
    return msg("Other reasons") if reason == MoveReason.OTHER else REASON_NAMES[MoveReason(reason)]
