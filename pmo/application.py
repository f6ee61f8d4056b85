"""The application on its database: around one command, or for a web server as long as that lives."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from pmo import embedded, opening
from pmo.app import create_app
from pmo.config import Settings, from_environment
from pmo.db import acting, db, knows_revision, newest_revision, read_test_clock, transaction, upgrade
from pmo.kernel import memory
from pmo.methods import actions as methods
from pmo.rules import actions as rules
from pmo.watching import logs


@contextmanager
def application() -> Iterator[Flask]:
    """Opened and closed around one command, which acts from the console."""
    given = from_environment()
    with opening.database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        with inside(settings) as app:
            yield app


@contextmanager
def inside(settings: Settings) -> Iterator[Flask]:
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
    logs.configure(given.log, given.log_level)
    if not given.database_url:
        settings = opening.with_addresses(given, embedded.attach(given.data_dir))
    bring_up_to_date(settings, may_migrate=not given.database_url)
    with memory.loading():
        return create_app(settings)


def bring_up_to_date(settings: Settings, *, may_migrate: bool) -> None:
    """The embedded database follows the program by itself; another one only when an administrator says so."""
    if opening.is_up_to_date(settings):
        return
    applied = opening.applied(settings)
    if applied is not None and not knows_revision(applied):
        raise opening.NotReady(f"The database is at revision {applied}, which a newer program made: start that one, not this.")
    if not may_migrate:
        raise opening.NotReady(f"This program needs the database at revision {newest_revision()}: run pmo db upgrade.")
    migrate(settings)


def migrate(settings: Settings) -> None:
    """Bring tables and shipped rules to this version of the program."""
    upgrade(settings.database_owner_url)
    with inside(settings), transaction("Rules shipped with this version"):
        rules.load()
        methods.load()
