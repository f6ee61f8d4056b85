"""Two editions side by side: what changed from the older to the newer one, with who moved a date and why."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pmo.db import Moment
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.reports import queries
from pmo.reports.contents import shown
from pmo.reports.logic import canonical
from pmo.reports.logic.compare import compare
from pmo.reports.logic.content import Changes, Report
from pmo.reports.models import Edition
from pmo.reports.trail import trail


@dataclass(frozen=True, slots=True)
class Side:
    """What the page says of an edition."""

    id: int
    title: str
    name: str
    moment: datetime
    red: int
    amber: int
    green: int


@dataclass(frozen=True, slots=True)
class Pair:
    old: Side
    new: Side
    changes: Changes
    mean_days: int | None  # of the dates that moved
    new_high: int  # new risks the committee list would show

    @property
    def more(self) -> list[tuple[Decimal, str]]:
        """By how much the forecast cost changed, per currency."""
        return [(change.after - change.before, change.currency) for change in self.changes.money]


def pair(first_id: int, second_id: int, actor: Actor) -> Pair:
    """Both were asked for; the caller has made sure that both may be read. Raises Conflict for one of an unknown form."""
    editions = sorted((queries.with_content(each) for each in (first_id, second_id)), key=lambda each: (each.moment, each.id))
    old, new = editions
    try:
        was, now = queries.read(old), queries.read(new)
    except canonical.Unreadable as error:
        raise Conflict(msg("One of them was made by another version of the report and can only be read as a file.")) from error
    before, after, old_known, known = _side(old), _side(new), old.known_txn, new.known_txn
    with shown(Moment(after.moment, known)):  # the session forgets the editions
        way = trail(was, now, Moment(before.moment, old_known), actor)
    changes = compare(was, now, way)
    days = [change.days for change in changes.dates if change.days]
    mean = round(sum(days) / len(days)) if days else None
    return Pair(before, after, changes, mean, _high(changes, now))


def _side(edition: Edition) -> Side:
    return Side(edition.id, edition.title, edition.name, edition.moment, edition.red, edition.amber, edition.green)


def _high(changes: Changes, now: Report) -> int:
    new = {(risk.project, risk.code) for risk in changes.new_risks}
    listed = [line for line in now.raid if (line.project, line.code) in new and (line.level or 0) >= now.limits.risk_listed]
    return len(listed)
