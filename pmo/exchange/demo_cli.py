"""`pmo seed`: content to try things with."""

import click

from pmo.console import with_database
from pmo.exchange import demo as story


@click.group()
def seed() -> None:
    """Load content to try things with."""


@seed.command()
@with_database
def demo() -> None:
    """Load the demo portfolio, unless it is there; prints who may sign in."""
    people = story.load()
    width = max(len(address) for address, _ in people)
    click.echo(f'Sign in as one of these with the password "{story.password()}":')
    for address, who in people:
        click.echo(f"  {address:<{width}}  {who}")
