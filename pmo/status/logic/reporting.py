"""Which period a status update is about, and until when it may be corrected."""

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the day after the last one to today; `corrects` when an update of this very period exists already."""

    start: date | None
    end: date
    corrects: bool = False


def period(today: date, last_cut_off: date | None, updates: list[tuple[date | None, date]]) -> Period:
    """`updates` are (start, end) of those written, newest first; without a committee every calendar month is a period.

    A cut-off takes the data at the end of its day, so what is written on that day still belongs before it.
    """
    if not updates:
        return Period(None, today)
    start, end = updates[0]
    begins = last_cut_off + ONE_DAY if last_cut_off is not None else today.replace(day=1)
    if end >= begins or end >= today:
        return Period(start, max(end, today), corrects=True)
    return Period(min(end + ONE_DAY, today), today)
