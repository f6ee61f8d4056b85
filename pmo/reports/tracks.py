"""What was expected of each milestone at the end of every month: the facts behind the milestone trend."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import column, func, select, table

from pmo.db import db, looking_back
from pmo.kernel import clock
from pmo.reports.logic.content import ProgrammeBlock, Said, TrackLine
from pmo.status.project_queries import report_days

HISTORY = table(
    "milestone",
    *(column(name) for name in ("id", "forecast", "actual", "h_from", "h_to", "h_txn", "h_closed", "h_version")),
    schema="history",
)


def tracks(blocks: Iterable[ProgrammeBlock], today: date) -> tuple[TrackLine, ...]:
    """What was expected of each open milestone at the end of every month since it is known, and is today."""
    wanted = {
        line.id: (project.code, line)
        for block in blocks
        for project in block.projects
        for line in project.milestones
        if not line.is_reached and line.promise.forecast is not None
    }
    versions = _versions(list(wanted))
    if not versions:
        return ()
    first = min(held[0][0] for held in versions.values())
    days = report_days(clock.local(first).date(), today)
    made = ((key, _said(versions.get(key, ()), days)) for key in wanted)
    return tuple(
        TrackLine(wanted[key][0], wanted[key][1].code, wanted[key][1].name, said, wanted[key][1].colour)
        for key, said in made
        if said
    )


Version = tuple[datetime, datetime | None, date | None]  # held from, held to, expected


def _versions(ids: Collection[int]) -> dict[int, list[Version]]:
    """Every version up to the moment looked at, as it was known then."""
    moment, held = looking_back(), HISTORY.c
    until = moment.at if moment else clock.now()
    expected = func.coalesce(held.actual, held.forecast)
    query = select(held.id, held.h_from, held.h_to, held.h_closed, expected).where(held.id.in_(ids), held.h_from <= until)
    known = moment.known_txn if moment else None
    if known is not None:
        query = query.where(held.h_txn <= known)
    found: dict[int, list[Version]] = {}
    for key, start, end, closed, day in db.session.execute(query.order_by(held.id, held.h_version)):
        is_ended = end is not None and not (known is not None and closed is not None and closed > known)
        found.setdefault(key, []).append((start, end if is_ended else None, day))
    return found


def _said(versions: Sequence[Version], days: Sequence[date]) -> tuple[Said, ...]:
    said = []
    for day in days:
        end = clock.end_of_day(day)
        holding = [expected for start, stop, expected in versions if start <= end and (stop is None or stop > end)]
        if holding and holding[-1] is not None:
            said.append(Said(day, holding[-1]))
    return tuple(said)
