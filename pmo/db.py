"""The database: one session, one base class, one way to commit, one way to look back."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from pmo import standby
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import Message, msg

NEWER_HISTORY = "PM001"  # raised by history.after() in the database
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table has a surrogate key that never changes and a version that makes a lost update impossible."""

    metadata = MetaData(naming_convention=NAMES)

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    version: Mapped[int] = mapped_column(sort_order=-1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Reading(FlaskSession):
    """Reads from the standby while it looks back to a moment that is settled there; writes never."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        return db.engines[standby.NAME] if self.info.get(standby.NAME) else super().get_bind(*args, **kwargs)


db = SQLAlchemy(model_class=Base, session_options={"class_": Reading})
CHANGED = msg("Somebody else changed this while you were looking at it.")


def fresh(row: Base, seen_version: int | None, changed: Message = CHANGED) -> None:
    """With a version seen: wait for whoever is writing this row, look at it anew, and raise Conflict when they were faster."""
    if seen_version is None:
        return
    db.session.refresh(row, with_for_update={"of": type(row)})
    if row.version != seen_version:
        raise Conflict(changed)


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, and through which door: ui, api, import, job, console, phone."""

    person_id: int | None = None
    origin: str = "console"


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction says about itself in the history."""

    reason: str = ""
    effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A look back: the state at `at`; with `known_txn`, as it was known when that transaction was the newest."""

    at: datetime
    known_txn: int | None = None


_author: ContextVar[Author] = ContextVar("pmo_author", default=Author())


@contextmanager
def acting(person_id: int | None, origin: str) -> Iterator[None]:
    """Everything committed inside is done by this person through this door."""
    token = _author.set(Author(person_id, origin))
    try:
        yield
    finally:
        _author.reset(token)


def act_as(person_id: int | None, origin: str) -> None:
    """The same for the rest of this context (a request)."""
    _author.set(Author(person_id, origin))


@contextmanager
def transaction(reason: str = "", *, effective_at: datetime | None = None) -> Iterator[None]:
    """Commit on success, roll back on any exception; never nested, so its end is the commit.

    `effective_at` is given only for positions older than now (imports, seeds): the database refuses it
    where newer history exists.
    """
    session = db.session()
    if "change" in session.info:
        raise RuntimeError("transactions do not nest: the outer one commits")
    session.info["change"] = Change(reason, effective_at or (clock.now() if clock.is_moved() else None))
    if session.in_transaction():  # reads came first: tell this transaction too
        _announce(session.connection(), session.info["change"])
    try:
        yield
        session.commit()
    except DBAPIError as error:
        session.rollback()
        if is_newer_history(error):
            raise Conflict(msg("Something here was changed after the moment it should hold from. Nothing was saved.")) from error
        raise
    except StaleDataError as error:
        session.rollback()
        raise Conflict(CHANGED) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("change", None)
        session.info.pop("deferred", None)


def is_newer_history(error: DBAPIError) -> bool:
    """Whether the database refused a write because its row has a newer version: history moves forward only."""
    return getattr(error.orig, "sqlstate", "") == NEWER_HISTORY


@contextmanager
def as_owner(reason: str) -> Iterator[Connection]:
    """One transaction as the owner of the database, for the few acts that the application's role may not do."""
    engine = create_engine(current_app.config["SETTINGS"].database_owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        _announce(connection, Change(reason))
        yield connection


def because(reason: str) -> None:
    """State or complete the reason of the running transaction, before its first write is flushed."""
    session = db.session()
    session.info["change"] = replace(session.info["change"], reason=reason)
    _announce(session.connection(), session.info["change"])


def author() -> Author:
    """Who acts now, and through which door."""
    return _author.get()


def holds_from() -> datetime:
    """The effective moment of the running transaction: the stated one, or now."""
    change: Change | None = db.session().info.get("change")
    return (change.effective_at if change else None) or clock.now()


@contextmanager
def as_of(moment: datetime, known_txn: int | None = None) -> Iterator[None]:
    """Inside, every query of the session shows that moment and every write is refused; also after a rollback."""
    look_back(Moment(moment, known_txn))
    try:
        with clock.pretend(moment):
            yield
    finally:
        look_back(None)


def look_back(moment: Moment | None) -> None:
    """Turn this session towards a moment (None: the present). What it has loaded so far is forgotten."""
    session = db.session()
    session.rollback()
    session.expunge_all()
    session.info.pop(standby.NAME, None)
    session.info.pop("as_of", None)
    if moment is not None:
        if standby.NAME in db.engines:
            session.info[standby.NAME] = current_app.extensions[standby.NAME](moment)
        session.info["as_of"] = moment


def looking_back() -> Moment | None:
    return db.session().info.get("as_of")


@event.listens_for(Session, "after_begin")
def _enter(session: Session, _transaction: object, connection: Connection) -> None:
    moment: Moment | None = session.info.get("as_of")
    change: Change | None = session.info.get("change")
    if moment is not None:
        _turn_back(connection, moment)
    elif change is not None:
        _announce(connection, change)


def _turn_back(connection: Connection, moment: Moment) -> None:
    schema = "asof" if moment.known_txn is None else "asknown"
    connection.execute(
        text(
            "select set_config('transaction_read_only', 'on', true), set_config('search_path', :path, true),"
            " set_config('pmo.as_of', :at, true), set_config('pmo.known_txn', :known, true)"
        ),
        {"path": f"{schema}, public", "at": moment.at.isoformat(), "known": str(moment.known_txn or "")},
    )


def _announce(connection: Connection, change: Change) -> None:
    author = _author.get()
    connection.execute(
        text(
            "select set_config('pmo.actor', :actor, true), set_config('pmo.origin', :origin, true),"
            " set_config('pmo.reason', :reason, true), set_config('pmo.effective_at', :effective_at, true)"
        ),
        {
            "actor": str(author.person_id or ""),
            "origin": author.origin,
            "reason": change.reason,
            "effective_at": change.effective_at.isoformat() if change.effective_at else "",
        },
    )


class TestClock(Base):
    """At most one row: how far the effective time of a trial is moved, for all its processes."""

    __test__ = False  # not a test class
    __tablename__ = "test_clock"

    offset_seconds: Mapped[float]


def read_test_clock() -> None:
    """Move this process's clock as far as the database says. Only called where PMO_TEST_CLOCK allows it."""
    found = db.session.scalar(select(TestClock.offset_seconds))
    clock.move(timedelta(seconds=found or 0.0))


MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Run the migrations as the owner of the database."""
    command.upgrade(_migrations(owner_url), revision)


def newest_revision() -> str | None:
    """The last migration that this program knows."""
    return ScriptDirectory.from_config(_migrations("")).get_current_head()


@cache
def knows_revision(revision: str | None) -> bool:
    """Whether this program can bring a database of that revision to its own; False for one that a newer program has applied."""
    known = ScriptDirectory.from_config(_migrations("")).walk_revisions()
    return revision is None or any(one.revision == revision for one in known)


def applied_revision(url: str) -> str | None:
    """The last migration that this database has seen; None before the first one."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    with engine.connect() as connection:
        if connection.scalar(text("select to_regclass('public.alembic_version') is null")):
            return None
        applied: str | None = connection.scalar(text("select version_num from alembic_version"))
        return applied


def _migrations(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config
