"""Commands that look after the database and the test clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import delete

from pmo import opening
from pmo.application import migrate
from pmo.config import Settings, from_environment
from pmo.console import Complaint, with_database
from pmo.db import TestClock, newest_revision, transaction
from pmo.db import db as database
from pmo.kernel.clock import machine_now


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest revision, as its owner."""
    with opening.database(from_environment()) as settings:
        opening.fits(settings.database_url)
        opening.fits(settings.database_owner_url)
        migrate(settings)
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
