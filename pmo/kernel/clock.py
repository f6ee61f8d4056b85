"""The only place that asks the machine what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_moment: ContextVar[datetime | None] = ContextVar("pmo_moment", default=None)


@dataclass(slots=True)
class _Settings:
    """Of the whole process, threads included; set when the application is built."""

    zone: ZoneInfo = ZoneInfo("Europe/Brussels")
    offset: timedelta = timedelta(0)


_settings = _Settings()


def now() -> datetime:
    """The effective moment, aware: the moment looked at, or the machine's time moved by the test clock."""
    return _moment.get() or datetime.now(UTC) + _settings.offset


def machine_now() -> datetime:
    """The machine's own time: for locks, time-outs and sign-in, which no test clock and no look back may move."""
    return datetime.now(UTC)


def today() -> date:
    """The day of `now()` in the organisation's time zone."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    return moment.astimezone(_settings.zone)


def end_of_day(day: date) -> datetime:
    """The last microsecond of a day in the organisation's time zone: what "the state on that day" means."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=_settings.zone).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_settings.zone).astimezone(UTC)


def is_moved() -> bool:
    """True while time is moved or pretended: changes then state their effective time instead of leaving it to the database."""
    return _moment.get() is not None or _settings.offset != timedelta(0)


def move(offset: timedelta) -> None:
    _settings.offset = offset


def zone() -> ZoneInfo:
    return _settings.zone


def live_in(zone: str) -> None:
    _settings.zone = ZoneInfo(zone)


@contextmanager
def pretend(moment: datetime | None) -> Iterator[None]:
    """Inside, `now()` is `moment` (None: no pretending): how a look at the past gets that day's today."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
