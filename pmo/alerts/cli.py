"""The command that evaluates every rule now."""

import click

from pmo.alerts import jobs
from pmo.console import with_database


@click.group()
def alerts() -> None:
    """Find out what is wrong."""


@alerts.command()
@with_database
def run() -> None:
    """Evaluate every rule now; mails whose hour has come are written too."""
    outcome = jobs.run()
    jobs.write_digests()
    click.echo(f"{outcome.raised} raised, {outcome.repeated} repeated, {outcome.cleared} cleared")
