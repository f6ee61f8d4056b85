"""Opens the house: settings, database (embedded where no address is given), migrations, application."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from sqlalchemy.exc import OperationalError

from pmo import embedded
from pmo.app import create_app
from pmo.config import Settings, from_environment
from pmo.console import Complaint
from pmo.db import acting, applied_revision, db, newest_revision, read_test_clock, transaction, upgrade
from pmo.rules import actions as rules


class NotReady(Complaint):
    """The database cannot be reached or does not fit this program; the sentence says what to do."""


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """The settings with addresses in them; the embedded server runs at least as long as this is open."""
    if settings.database_url:
        yield settings
    else:
        with embedded.attach(settings.data_dir) as cluster:
            yield with_addresses(settings, cluster)


def with_addresses(settings: Settings, cluster: embedded.Cluster) -> Settings:
    return replace(settings, database_url=cluster.url(), database_owner_url=cluster.owner_url())


def bring_up_to_date(settings: Settings, *, may_migrate: bool) -> None:
    """The embedded database follows the program by itself; another one only when an administrator says so."""
    try:
        applied, newest = applied_revision(settings.database_url), newest_revision()
    except OperationalError as problem:
        raise NotReady(f"The database cannot be reached: {str(problem.orig).strip()}") from problem
    if applied == newest:
        return
    if not may_migrate:
        raise NotReady(f"The database is at revision {applied or 'none'}, this program needs {newest}: run pmo db upgrade.")
    migrate(settings)


def migrate(settings: Settings) -> None:
    """Bring tables and shipped rules to this version of the program."""
    upgrade(settings.database_owner_url)
    app = create_app(settings)
    with app.app_context(), acting(None, "console"):
        with transaction("Rules shipped with this version"):
            rules.load()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def application() -> Iterator[Flask]:
    """Opened and closed around one command, which acts from the console."""
    given = from_environment()
    with database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        app = create_app(settings)
        with app.app_context(), acting(None, "console"):
            if settings.test_clock:
                read_test_clock()
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def for_a_web_server() -> Flask:
    """Opened once; an embedded server stops after the process has ended, in whatever way."""
    settings = given = from_environment()
    if not given.database_url:
        settings = with_addresses(given, embedded.attach(given.data_dir))
    bring_up_to_date(settings, may_migrate=not given.database_url)
    return create_app(settings)
