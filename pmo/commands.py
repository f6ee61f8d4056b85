"""Commands of the house itself: web server, worker, database, test clock."""

import logging
import signal
import socket
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
import waitress
from sqlalchemy import delete

from pmo import embedded, opening
from pmo import worker as worker_process
from pmo.app import create_app
from pmo.config import Settings, from_environment
from pmo.console import Complaint, listen, with_database
from pmo.db import TestClock, newest_revision, transaction
from pmo.db import db as database
from pmo.kernel.clock import machine_now


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
@click.option("--listening", type=int, hidden=True, help="A socket the supervisor has opened already.")
def serve(host: str, port: int, threads: int, listening: int | None) -> None:
    """Run the web server."""
    given = from_environment()
    if listening is None:
        embedded.claim_server(given.data_dir)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then finishes what it has begun
    listener = socket.socket(fileno=listening) if listening is not None else listen(host, port)
    with opening.database(given) as settings:
        opening.bring_up_to_date(settings, may_migrate=not given.database_url)
        app = create_app(settings)
        if listening is None:
            click.echo(f"serving http://{host}:{listener.getsockname()[1]}")
        waitress.serve(app, sockets=[listener], threads=threads, ident=None, clear_untrusted_proxy_headers=True)


@click.command()
@click.option("--heartbeat", default=worker_process.HEARTBEAT_SECONDS, hidden=True, help="Seconds between signs of life.")
def worker(heartbeat: float) -> None:
    """Run a job worker."""
    logging.basicConfig(level=logging.WARNING)
    given = from_environment()
    with opening.database(given) as settings:
        opening.bring_up_to_date(settings, may_migrate=not given.database_url)
        worker_process.work(create_app(settings), settings, heartbeat)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest revision, as its owner."""
    with opening.database(from_environment()) as settings:
        opening.migrate(settings)
        click.echo(f"The database is at revision {newest_revision()}.")


@click.group()
def clock() -> None:
    """Move the clock of a trial installation (PMO_TEST_CLOCK=1)."""


def must_be_a_trial(settings: Settings) -> None:
    if not settings.test_clock:
        raise Complaint("The clock can be moved only with PMO_TEST_CLOCK=1, which production refuses.")


@clock.command("set")
@click.argument("moment")
def clock_set(moment: str) -> None:
    """Let it be MOMENT (such as 2026-12-04T18:00+01:00) now; time goes on from there."""
    settings = from_environment()
    must_be_a_trial(settings)
    try:
        wanted = datetime.fromisoformat(moment)
    except ValueError as problem:
        raise Complaint(f"{moment!r} is not a moment such as 2026-12-04T18:00+01:00.") from problem
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=ZoneInfo(settings.time_zone))
    store(wanted - machine_now())
    click.echo(f"It is {wanted.isoformat(timespec='minutes')}.")


@clock.command("clear")
def clock_clear() -> None:
    """Go back to the machine's time."""
    must_be_a_trial(from_environment())
    store(None)
    click.echo("The clock is the machine's again.")


@with_database
def store(offset: timedelta | None) -> None:
    with transaction("test clock"):
        database.session.execute(delete(TestClock))
        if offset is not None:
            database.session.add(TestClock(offset_seconds=offset.total_seconds()))
