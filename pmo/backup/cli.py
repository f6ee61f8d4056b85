"""`pmo backup` and `pmo restore`: the whole database, history included, in one file that is looked through before it is used."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import NullPool, create_engine, text

from pmo import config, keeping, opening, settings_file
from pmo.application import inside, migrate
from pmo.backup import facts, parcel, programs
from pmo.backup.progress import Progress
from pmo.config import Settings, from_environment
from pmo.console import Complaint
from pmo.db import applied_revision, knows_revision
from pmo.history import seals
from pmo.kernel import clock

EMPTY = text("select count(*) = 0 from pg_class where relnamespace = 'public'::regnamespace")
KEPT = "pmo-{:%Y-%m-%dT%H%M%S}.backup"
OURS = "pmo-????-??-??T??????.backup"
KEY = "PMO_SECRET_KEY"
FOR_US_ALONE = 0o600

progress_option = click.option(
    "--progress/--no-progress", default=None, help="Say how far it is, on stderr; on a terminal it does."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Only look through a FILE that is there: is it whole, and what is in it?")
@click.option("--with-secrets", is_flag=True, help="The secret key too: second factors and signed links depend on it.")
@click.option("--keep", type=click.IntRange(1), help="FILE is a folder: remove all but this many of the backups there.")
@progress_option
def backup(file: Path, verify: bool, with_secrets: bool, keep: int | None, progress: bool | None) -> None:
    """Write the database, with its history and files, to FILE.

    If FILE is a folder, the backup gets a name of its own in it, by the time it was made.
    """
    if keep and not file.is_dir():
        raise Complaint(f"--keep counts the backups of a folder, and {file} is none.")
    with Progress(progress) as telling, ending_in_order():
        if verify:
            say(look_through(file, telling))
            return
        target = file / KEPT.format(clock.machine_now()) if file.is_dir() else file
        size = write(target, with_secrets, telling)
    click.echo(f"{size // 1024} KiB in {target}")
    if with_secrets:
        click.echo("The secret key is in it: keep this file like a password.")
    for old in sorted(file.glob(OURS))[:-keep] if keep else ():
        old.unlink()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """SIGTERM is an exception like any other: what is unfinished is taken away."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def write(target: Path, with_secrets: bool, telling: Progress) -> int:
    """Beside the target first; a backup that does not come to its end leaves what was there. Raises Complaint."""
    settings = from_environment()
    unfinished = target.with_name(target.name + ".part")
    with opening.database(settings) as opened:
        opening.fits(opened.database_owner_url)
        if applied_revision(opened.database_owner_url) is None:
            raise Complaint("There is nothing to back up: this database has no tables yet.")
        try:
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, FOR_US_ALONE), "w+b") as out:
                writer = parcel.Writer(out)
                manifest = fill(writer, opened, with_secrets, telling)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(target)
        except OSError as problem:
            raise Complaint(f"{target} cannot be written: {problem.strerror}.") from problem
        finally:
            unfinished.unlink(missing_ok=True)
        size = target.stat().st_size
        facts.note(opened.database_owner_url, manifest, size, writer.parts[parcel.DUMP]["sha256"])
    return size


def fill(writer: parcel.Writer, settings: Settings, with_secrets: bool, telling: Progress) -> Mapping[str, Any]:
    telling.step("counting rows")
    with facts.snapshot(settings.database_owner_url) as seen:
        tables = len(seen.facts["rows"])
        telling.step("reading the database")
        dumped = programs.dump(
            settings.database_owner_url, seen.name, lambda begun: telling.part("reading the database", begun - 1, tables)
        )
        writer.add(parcel.DUMP, dumped)
    env = config.complete_environment()
    writer.add(parcel.SETTINGS, [settings_file.text(keeping.shareable(env)).encode()])
    if with_secrets:
        writer.add(parcel.SECRETS, [settings_file.text({KEY: config.secret_key(settings)}).encode()])
    telling.step("reading back what was written")
    writer.finish(seen.facts)
    return seen.facts


def look_through(file: Path, telling: Progress) -> parcel.Parcel:
    """Raises Complaint, in one sentence, for anything that is not as it was written."""
    try:
        size = file.stat().st_size
        return parcel.look_through(file, lambda read: telling.part("looking through the file", read, size))
    except parcel.Broken as problem:
        if file.is_file() and parcel.is_plain(file):
            raise Complaint(f"{file} was written by pg_dump alone: it has no manifest to compare it with.") from problem
        raise Complaint(f"{file} cannot be used, {problem}.") from problem
    except OSError as problem:
        raise Complaint(f"{file} cannot be read: {problem.strerror}.") from problem


def say(found: parcel.Parcel) -> None:
    said = found.manifest
    newest = said["newest_transaction"]
    click.echo(f"{found.path} is whole: every byte is as it was written.")
    click.echo("made     {made_at}, by pmo {program} at revision {revision}, from PostgreSQL {postgresql}".format(**said))
    click.echo(f"rows     {sum(said['rows'].values())} in {len(said['rows'])} tables")
    click.echo(f"newest   {'transaction {id} of {recorded_at}'.format(**newest) if newest else 'no transaction yet'}")
    click.echo(f"seal     {said['chain_head'] or 'nothing was sealed yet'}")
    click.echo(f"parts    {', '.join(name for name in found.parts if name != parcel.MARK)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--with-settings", is_flag=True, help="Also keep the settings in it, where nothing else is set.")
@progress_option
def restore(file: Path, with_settings: bool, progress: bool | None) -> None:
    """Fill an empty database from FILE, on the same or a newer PostgreSQL."""
    with Progress(progress) as telling:
        whole = None if parcel.is_plain(file) else look_through(file, telling)
        if whole is not None and not knows_revision(whole.manifest["revision"]):
            raise Complaint(f"{file} was made at revision {whole.manifest['revision']}, which this version of pmo does not know.")
        given = from_environment()
        with opening.database(given) as settings:
            opening.fits(settings.database_url)
            opening.fits(settings.database_owner_url)
            if not is_empty(settings.database_owner_url):
                raise Complaint("This database is not empty: restore into a new one (another PMO_DATA_DIR or PMO_DATABASE_URL).")
            if not given.database_url:
                has_room(file, settings.data_dir)
            play(file, whole, settings, telling)
            notes = take_over_key(whole, settings) if whole else []  # before the application makes one of its own
            telling.step("bringing tables and rules up to this version")
            migrate(settings)  # also gives the application's role its privileges
            notes += take_over_settings(whole, with_settings) if whole else []  # last: what fails here leaves a whole database
            telling.step("comparing history with its seals")
            found = judge(settings, whole)
    click.echo(f"restored from {file}")
    for line in [*notes, *found]:
        click.echo(line)
    if not found[-1].startswith("seals"):
        raise click.exceptions.Exit(1)


def has_room(file: Path, data_dir: Path) -> None:
    """An embedded database is at least as large as the file it comes from."""
    free, size = shutil.disk_usage(data_dir).free, file.stat().st_size
    if free < size:
        raise Complaint(f"{data_dir} has {free >> 20} MiB left, and {file} alone has {size >> 20} MiB.")


def play(file: Path, whole: parcel.Parcel | None, settings: Settings, telling: Progress) -> None:
    part = whole.parts[parcel.DUMP] if whole else parcel.Part(0, file.stat().st_size, "")
    telling.step("writing the database")
    programs.play(
        file,
        part.start,
        part.size,
        settings.database_owner_url,
        afterwards=facts.compare(whole.manifest["rows"]) if whole else "",
        tell=lambda done: telling.part("writing the database", done, part.size),
    )


def take_over_key(whole: parcel.Parcel, settings: Settings) -> list[str]:
    """The secret key, if there is one and none here yet."""
    said = [f"rows: {sum(whole.manifest['rows'].values())} in {len(whole.manifest['rows'])} tables, as the manifest says"]
    if parcel.SECRETS in whole.parts:
        key = settings_file.parse(whole.text(parcel.SECRETS), parcel.SECRETS)[KEY]
        if config.secret_key(settings, or_else=key) == key:
            said.append("secret key: the one of the backup")
        else:
            said.append("secret key: this installation has another one, and keeps it; second factors have to be set up anew")
    return said


def take_over_settings(whole: parcel.Parcel, with_settings: bool) -> list[str]:
    """Only when that is wanted, and only what is not set here."""
    values = settings_file.parse(whole.text(parcel.SETTINGS), parcel.SETTINGS)
    if not with_settings:
        return ["settings: those of the backup are left out (--with-settings keeps them)"] if values else []
    known = config.complete_environment()
    names = keeping.keep({name: value for name, value in values.items() if name not in known})
    return [f"settings: {', '.join(names) or 'nothing that is not set here'}"]


def judge(settings: Settings, whole: parcel.Parcel | None) -> list[str]:
    """History compared with its seals; the last line begins with `seals` when all is well."""
    with inside(settings):
        findings, head = seals.findings(), seals.head()
        expected = str(whole.manifest["chain_head"]) if whole else ""
        number, _, sha = expected.partition(":")
        if expected and not seals.holds(seals.Head(int(number), sha)):
            return [f"The chain of seals does not hold {expected}, which the manifest names: pmo audit verify says more."]
    if findings:
        return [f"History is not as it was sealed, {len(findings)} findings: pmo audit verify names them."]
    return [f"seals: history is as it was sealed, head of the chain {head or 'not there yet'}"]


def is_empty(url: str) -> bool:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return bool(connection.scalar(EMPTY))
