"""Commands of the weekly walk: send the mail now, close links."""

import click
from flask import current_app

from pmo.console import Complaint, with_database
from pmo.db import transaction
from pmo.home import inviting, jobs
from pmo.people import actions, queries
from pmo.people.links import Purpose
from pmo.people.models import Person


@click.group()
def walk() -> None:
    """Look after the weekly walk."""


@walk.command()
@click.option("--email", default="", help="Only this person, also beside the mail of the week; everybody without it.")
@click.option("--show", is_flag=True, help="With --email: print a link instead of mailing one.")
@with_database
def invite(email: str, show: bool) -> None:
    """Send the mail with the walk now, whatever its day and hour."""
    if not email:
        if show:
            raise Complaint("--show prints the link of one person: name them with --email.")
        count = jobs.invite_all(now=True)
        click.echo(f"{count} {'mail is' if count == 1 else 'mails are'} on the way")
        return
    person = _person(email)
    settings = current_app.config["SETTINGS"]
    with transaction("walk opened by command"):
        if show:
            click.echo(inviting.link_for(person, settings))
        elif inviting.invite(person, settings):
            click.echo(f"a mail to {person.email} is on the way")
        else:
            raise Complaint(f"{person.email} has nothing to confirm, or was written to by command today already.")


@walk.command()
@click.option("--email", required=True, help="Address of the person.")
@with_database
def close(email: str) -> None:
    """Close the links that a person was sent; what is open through them ends."""
    person = _person(email)
    with transaction("links closed by command"):
        count = actions.revoke_links(person.id, Purpose.WALK.value)
    click.echo(f"{count} {'link is' if count == 1 else 'links are'} closed")


def _person(email: str) -> Person:
    found = queries.person_by_email(email)
    if found is None or not found.is_active:
        raise Complaint(f"There is no active person with the address {email}.")
    return found
