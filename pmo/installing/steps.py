"""What `pmo init` does, one step after the other; each says what it did, or that it was so before."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from pmo import keeping, opening
from pmo.alerts import delivery
from pmo.application import inside, migrate
from pmo.config import Settings
from pmo.console import Complaint
from pmo.db import applied_revision, newest_revision, transaction
from pmo.history import seals
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.people import queries
from pmo.people.logic import ROLE_NAMES

ADMINISTRATORS = text(
    "select p.email from person p where p.is_active and exists (select from role_grant g where g.person_id = p.id"
    " and g.role = :role and g.scope = 'all') order by p.id"
)
DONE, AS_BEFORE, NOTE = "done", "as before", "note"


@dataclass(frozen=True, slots=True)
class First:
    """The first administrator; without a password one is made and shown."""

    email: str
    name: str
    language: str
    roles: Sequence[Role]
    password: str = ""


def say(state: str, words: str) -> None:
    click.echo(f"{state:11}{words}")


def administrators(settings: Settings) -> list[str]:
    """Of a database that is there, whatever its revision. Raises NotReady."""
    with opening.database(settings) as opened:
        opening.fits(opened.database_url)
        with create_engine(opened.database_url, poolclass=NullPool).connect() as connection:
            if connection.scalar(text("select to_regclass('public.role_grant') is null")):
                return []
            return list(connection.scalars(ADMINISTRATORS, {"role": Role.ADMINISTRATOR.value}))


def database(settings: Settings) -> None:
    """Seen, and seen to be usable by both users, before anything is written."""
    version = opening.fits(settings.database_url)
    opening.fits(settings.database_owner_url)
    say(AS_BEFORE if opening.is_up_to_date(settings) else DONE, f"database: PostgreSQL {version} answers")


def mail(address: str, language: str, settings: Settings) -> None:
    try:
        delivery.send_test(address, language, settings)
    except delivery.NotSent as problem:
        raise Complaint(str(problem)) from problem
    say(DONE, f"mail: a test mail for {address} was accepted by {settings.smtp.host}:{settings.smtp.port}")


def keep(values: Mapping[str, str]) -> bool:
    """Whether anything changed. What the environment says already is not kept a second time."""
    changed = keeping.keep(values)
    if changed:
        say(DONE, f"settings: {', '.join(changed)} kept in {keeping.kept_in()}")
    else:
        say(AS_BEFORE, f"settings: in {keeping.kept_in() or 'the environment'}")
    return bool(changed)


def tables(settings: Settings) -> bool:
    before = applied_revision(settings.database_url)
    if before == newest_revision():
        say(AS_BEFORE, f"tables: at revision {before}")
        return False
    try:
        migrate(settings)
    except DBAPIError as problem:
        raise Complaint(f"The tables cannot be made: {opening.reason(problem)}.") from problem
    say(DONE, f"tables: {'made' if before is None else f'brought from revision {before}'}, at revision {newest_revision()}")
    with inside(settings):
        if not seals.is_protected():
            say(NOTE, seals.UNPROTECTED)
    return True


def administrator(first: First, settings: Settings) -> None:
    made = first.password or secrets.token_urlsafe(12)
    with inside(settings), transaction("first administrator, by pmo init"):
        person = queries.person_by_email(first.email) or people.add_person(
            email=first.email, name=first.name, language=first.language
        )
        people.set_password(person, made, must_change=not first.password)
        for role in first.roles:
            people.grant(person, role)
    roles = " and ".join(str(ROLE_NAMES[role]) for role in first.roles)
    say(DONE, f"administrator: {first.name}, {first.email}, in the role {roles}")
    if not first.password:
        say(NOTE, f"first password, shown this once: {made}")
