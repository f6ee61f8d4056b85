"""`pmo backup` and `pmo restore`: the whole database, history included, in one file; by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine, make_url, text

from pmo import embedded, opening
from pmo.application import migrate
from pmo.config import from_environment
from pmo.console import Complaint

EMPTY = text("select count(*) = 0 from pg_class where relnamespace = 'public'::regnamespace")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the database, with its history and files, to FILE."""
    unfinished = file.with_name(file.name + ".part")
    with opening.database(from_environment()) as settings:
        opening.is_up_to_date(settings)
        try:
            unfinished.touch(0o600)
            run("pg_dump", settings.database_owner_url, "--format=custom", f"--file={unfinished}")
            unfinished.replace(file)
        except OSError as problem:
            raise Complaint(f"{file} cannot be written: {problem.strerror}.") from problem
        finally:
            unfinished.unlink(missing_ok=True)
    click.echo(f"{file.stat().st_size // 1024} KiB in {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Fill an empty database from FILE, on the same or a newer PostgreSQL."""
    with opening.database(from_environment()) as settings:
        opening.is_up_to_date(settings)
        if not is_empty(settings.database_owner_url):
            raise Complaint("This database is not empty: restore into a new one (another PMO_DATA_DIR or PMO_DATABASE_URL).")
        run("pg_restore", settings.database_owner_url, "--no-owner", "--no-privileges", "--single-transaction", str(file))
        migrate(settings)  # also gives the application's role its privileges
    click.echo(f"restored from {file}")


def is_empty(url: str) -> bool:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return bool(connection.scalar(EMPTY))


def run(program: str, url: str, *arguments: str) -> None:
    """The password goes through the environment, where other users do not see it."""
    address = make_url(url).set(drivername="postgresql")
    env = os.environ | ({"PGPASSWORD": str(address.password)} if address.password else {})
    where = address.set(password=None).render_as_string()
    command = [find(program, url), f"--dbname={where}", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Complaint(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")


def find(program: str, url: str) -> str:
    """The wheel's; for a server newer than those, the machine's own."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        server = connection.scalar(text("select current_setting('server_version_num')::int / 10000")) or 0
    if server <= embedded.MAJOR:
        return str(embedded.programs() / program)
    found = shutil.which(program)
    if not found:
        raise Complaint(f"{program} of PostgreSQL {server} is needed and was not found.")
    return found
