"""`pmo backup` and `pmo restore`: the whole database, history included, in one file; by PostgreSQL's own programs."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine, make_url, text

from pmo import embedded, opening
from pmo.application import migrate
from pmo.config import from_environment
from pmo.console import Complaint
from pmo.jobs import conninfo

HEAD_LINES = 40
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
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
        play(file, settings.database_owner_url)
        migrate(settings)  # also gives the application's role its privileges
    click.echo(f"restored from {file}")


def is_empty(url: str) -> bool:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return bool(connection.scalar(EMPTY))


def run(program: str, url: str, *arguments: str) -> None:
    where, env = address(url)
    done = subprocess.run([find(program, url), where, *arguments], env=env, stderr=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Complaint(f"{program} failed: {last_line(done.stderr)}")


def play(file: Path, url: str) -> None:
    """All of the file or nothing: psql commits only after pg_restore has come to a good end."""
    where, env = address(url)
    with tempfile.TemporaryFile() as said:
        read = [find("pg_restore", url), "--file=-", "--no-owner", "--no-privileges", str(file)]
        write = [find("psql", url), where, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
        with (
            subprocess.Popen(read, stdout=subprocess.PIPE, stderr=said) as reading,  # noqa: S603
            subprocess.Popen(write, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as writing,  # noqa: S603
        ):
            good = pour(reading, writing)
            if not good:
                writing.kill()
        said.seek(0)
        if not good or writing.returncode != 0:
            raise Complaint(f"The file cannot be restored: {last_line(said.read())}")


def pour(reading: subprocess.Popen[bytes], writing: subprocess.Popen[bytes]) -> bool:
    """From one to the other, but for a setting in the head of the file that PostgreSQL before 17 does not know."""
    if not reading.stdout or not writing.stdin:
        return False
    try:
        for number, line in enumerate(reading.stdout):
            if number > HEAD_LINES or line != NEWER_SETTING:
                writing.stdin.write(line)
    except BrokenPipeError:
        return False
    return reading.wait() == 0


def address(url: str) -> tuple[str, dict[str, str]]:
    """The password goes through the environment, where other users do not see it."""
    parts = make_url(url)
    env = os.environ | ({"PGPASSWORD": str(parts.password)} if parts.password else {})
    return f"--dbname={conninfo(parts.set(password=None).render_as_string())}", env


def last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it does not say why"


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
