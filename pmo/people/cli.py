"""Commands that add people and give programs a key."""

import secrets

import click
from flask import current_app

from pmo.config import Settings
from pmo.console import Complaint, with_database
from pmo.db import transaction
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.token_scopes import TokenScope
from pmo.people import actions, queries
from pmo.people.scopes import scopes

SCOPES = click.Choice([scope.value for scope in TokenScope])
ROLES = click.Choice([role.value for role in Role], case_sensitive=False)


@click.group()
def user() -> None:
    """Look after people."""


@user.command("add")
@click.option("--email", required=True, help="Address, also the name to sign in with.")
@click.option("--name", required=True, help="Name, as colleagues know it.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="Role, once or more.")
@click.option("--scope", default="", help="What the roles are for, e.g. project:PAC-01; everything without it.")
@click.option("--language", type=click.Choice(["en", "fr", "nl"]), default="en", show_default=True)
@click.option("--password", default="", help="First password; one is made and printed without it.")
@with_database
def add(email: str, name: str, roles: tuple[str, ...], scope: str, language: str, password: str) -> None:
    """Add a person who may sign in; the first password must be changed."""
    kind, scope_id = _scope(scope)
    first = password or secrets.token_urlsafe(12)
    with transaction("person added by command"):
        person = actions.add_person(email=email, name=name, language=language)
        actions.set_password(person, first, must_change=True)
        for role in roles:
            actions.grant(person, Role(role.upper()), kind, scope_id)
    click.echo(f"{person.email} was added, first password: {first}")


@click.group()
def token() -> None:
    """Look after keys of programs."""


@token.command("create")
@click.option("--user", "email", required=True, help="Address of the person whose rights the key has.")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is valid; without it, PMO_TOKEN_DAYS.")
@click.option("--scope", "scopes", multiple=True, type=SCOPES, help="What it may do, once or more; everything without it.")
@click.option("--read-only", is_flag=True, help="The same as --scope read.")
@with_database
def create(email: str, name: str, days: int | None, scopes: tuple[str, ...], read_only: bool) -> None:
    """Make a bearer token for the API and print it, once. It may never do more than its owner; reading is always in it."""
    if read_only and set(scopes) - {TokenScope.READ.value}:
        raise Complaint("--read-only and a --scope that writes contradict each other: leave one away.")
    person = queries.person_by_email(email)
    if person is None or not person.is_active:
        raise Complaint(f"There is no active person with the address {email}.")
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("token made by command"):
        wanted = [TokenScope(scope) for scope in scopes] if scopes else None
        made = actions.make_token(person, name, days=days or settings.token_days, read_only=read_only, scopes=wanted)
    click.echo(made)


def _scope(text: str) -> tuple[ScopeKind, int | None]:
    if not text:
        return ScopeKind.ALL, None
    kind, _, code = text.partition(":")
    if kind not in (ScopeKind.PORTFOLIO, ScopeKind.PROGRAMME, ScopeKind.PROJECT):
        raise Complaint(f"{text!r} is not a scope such as project:PAC-01.")
    found = scopes().find(ScopeKind(kind), code)
    if found is None:
        raise Complaint(f"There is no {kind} with the code {code!r}.")
    return found.kind, found.id
