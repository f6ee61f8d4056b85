"""`pmo mail receive`: the other end of a mail server's pipe."""

import sys
from typing import cast

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from pmo.config import BadSettings, Settings, from_environment
from pmo.console import Complaint, Opener
from pmo.inbox import receiving
from pmo.kernel.errors import Conflict
from pmo.kernel.inbox import MIB

EX_TEMPFAIL = 75  # sysexits.h: the mail server keeps the mail and tries again
PIECE = 64 * 1024


@click.group()
def mail() -> None:
    """Take in mail."""


@mail.command()
@click.pass_context
def receive(context: click.Context) -> None:
    """Read one mail on standard input: taken or held (0), or to be brought again later (75)."""
    open_application = cast(Opener, context.find_root().obj)
    try:
        settings = from_environment()
        if not settings.inbox.address:
            raise Complaint("PMO_INBOX_ADDRESS is not set: no mail is taken.")
        raw = _read(settings.inbox.max_mib * MIB + 1)
        with open_application():
            opened: Settings = current_app.config["SETTINGS"]
            limit = settings.inbox.max_mib * MIB
            receiving.receive(raw[:limit], opened, is_cut=len(raw) > limit)
    except (Complaint, BadSettings, Conflict) as problem:
        click.echo(str(problem), err=True)
        context.exit(EX_TEMPFAIL)
    except (OperationalError, OSError):
        click.echo("The database cannot be reached.", err=True)
        context.exit(EX_TEMPFAIL)


def _read(most: int) -> bytes:
    """As much as is looked at; the rest is read and forgotten, so that the mail server is not cut off."""
    found = sys.stdin.buffer.read(most)
    while sys.stdin.buffer.read(PIECE):
        pass
    return found
