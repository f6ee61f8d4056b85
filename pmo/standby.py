"""Whether a look back may be read from the standby: when that has replayed all that belongs to the moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

NAME = "standby"  # of its engine among the binds

GOING = frozenset({"57P01", "57P02", "57P03", "53300"})  # shut down, crashed, starting, too many connections

WRITTEN = text("select pg_current_wal_lsn()::text")
REPLAYED = text("""
    select pg_is_in_recovery() as follows, pg_last_wal_replay_lsn() >= cast(:written as pg_lsn) as is_level,
           pg_last_xact_replay_timestamp() as replayed_at,
           cast(:known as bigint) is null or exists (select from history.txn where id = cast(:known as bigint)) as knows
""")


@dataclass(frozen=True, slots=True)
class Position:
    """How far a standby is."""

    follows: bool  # false once it was promoted: then it is nobody's copy
    is_level: bool  # it has everything the primary had when it was asked
    replayed_at: datetime | None  # the last commit it has replayed
    knows: bool = True  # the transaction up to which something was known


def is_settled(position: Position, moment: datetime, now: datetime, limit: timedelta) -> bool:
    """Everything up to the moment is there: it is level, or it is beyond the moment and not too far behind."""
    if not position.follows or not position.knows:
        return False
    if position.is_level:
        return True
    at = position.replayed_at
    return at is not None and at > moment and now - at <= limit


def is_lost(error: DBAPIError) -> bool:
    """Whether the database went away or could not be had, rather than refused something."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith("08") or state in GOING


def has_settled(
    primary: Connection, standby: Engine, moment: datetime, known: int | None, now: datetime, limit: timedelta,
    tell: Callable[[SQLAlchemyError], None],
) -> bool:  # fmt: skip
    """Asks both. A standby that does not answer is no reason to fail: it is told, and the primary is read."""
    written = primary.scalar(WRITTEN)
    try:
        with standby.connect() as connection:
            found = connection.execute(REPLAYED, {"written": written, "known": known}).one()
    except SQLAlchemyError as problem:
        tell(problem)
        return False
    return is_settled(Position(found.follows, bool(found.is_level), found.replayed_at, found.knows), moment, now, limit)
