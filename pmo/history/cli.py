"""`pmo audit`: is history as it was sealed, and the erasure of a person from it."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click
from sqlalchemy import text

from pmo.console import Complaint, with_database
from pmo.db import as_owner, transaction
from pmo.history import actions, seals
from pmo.kernel import clock
from pmo.people.queries import person_by_email

EVERYTHING = 1_000_000_000
FORGET = (
    "update person set is_active = false, version = version + 1 where id = :id",
    "delete from credential where person_id = :id",
    "delete from login_session where person_id = :id",
    "delete from api_token where person_id = :id",
    "delete from signed_link where person_id = :id",
    "delete from last_sign_in where person_id = :id",
    "delete from recovery_code where person_id = :id",
    "delete from second_factor where person_id = :id",
    "delete from calendar_feed where person_id = :id",
    "delete from kept_answer where person_id = :id",
)


@click.group()
def audit() -> None:
    """Verify the history, or erase a person from it."""


@audit.command()
@click.option("--anchor", default="", metavar="NUMBER:DIGEST", help="A head of the chain printed earlier, such as in a report.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_database
def verify(anchor: str, as_json: bool) -> None:
    """Compare all of history with its seals; exit code 2 when something was edited."""
    found = seals.findings()
    head, waiting = seals.head(), seals.waiting()
    has_anchor = not anchor or seals.holds(_anchor(anchor))
    if as_json:
        sealed = {"head": str(head or ""), "waiting": waiting.transactions, "anchor_holds": has_anchor}
        click.echo(json.dumps({"findings": [asdict(one) for one in found], **sealed}))
    else:
        _say(found, head, waiting, has_anchor)
    if found or not has_anchor:
        raise click.exceptions.Exit(2)


def _say(found: Sequence[seals.Finding], head: seals.Head | None, waiting: seals.Waiting, has_anchor: bool) -> None:
    for one in found:
        click.echo(str(one))
    if not has_anchor:
        click.echo("The chain does not hold the given anchor: it was rewritten, or cut off before it.")
    if found or not has_anchor:
        click.echo(f"History is not as it was sealed: {len(found)} findings.")
    else:
        click.echo("History is as it was sealed.")
    click.echo(f"Head of the chain: {head or 'nothing is sealed yet'}")
    if waiting.transactions:
        click.echo(f"Waiting for their seal: {waiting.transactions} transactions, since {waiting.since:%Y-%m-%d %H:%M} UTC.")
    if erasures := seals.erasures():
        click.echo(f"Erasures with a certificate: {erasures}.")
    if not seals.is_protected():
        click.echo(seals.UNPROTECTED)


def _anchor(text_: str) -> seals.Head:
    number, _, sha = text_.strip().partition(":")
    if not number.isdigit() or not sha:
        raise Complaint("An anchor looks like 1234:5f2a...: the number of a seal, a colon, its digest.")
    return seals.Head(int(number), sha.lower())


@audit.command()
@with_database
def seal() -> None:
    """Seal now what waits for it; the worker does this every five minutes."""
    with transaction("seal"):
        actions.seal(EVERYTHING)
    click.echo(f"Head of the chain: {seals.head() or 'nothing is sealed yet'}")


@audit.command("erase-person")
@click.argument("email")
@click.option("--reason", required=True, help="Why, for the certificate; not the person's name.")
@click.confirmation_option(prompt="This cannot be undone. Erase this person's name and address, now and in all history?")
@with_database
def erase_person(email: str, reason: str) -> None:
    """Blank a person's name and address in all history; what they did stays, with a certificate."""
    person = person_by_email(email.strip().lower())
    if person is None:
        raise Complaint(f"Nobody has the address {email}.")
    name = f"Erased person {person.id}"
    blank = {"email": f"erased-{person.id}@invalid", "name": name, "name_key": name.lower(), "title": "", "time_zone": ""}
    with as_owner("erasure") as owner:
        for statement in FORGET:
            owner.execute(text(statement), {"id": person.id})
        number = actions.erase(owner, "person", person.id, blank, reason)
    click.echo(f"Erased on {clock.machine_now():%Y-%m-%d %H:%M} UTC; certificate {number}.")
    click.echo("Texts that people typed were not searched for the name.")
