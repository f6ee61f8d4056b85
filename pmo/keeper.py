"""Runs PostgreSQL for one data folder as a process of its own, until the folder's last client is gone.

`embedded.py` starts this file by its path; it needs the standard library only, so it is small and quick. Locks, all by `flock`,
which the kernel gives back whatever way a process ends:
`clients.lock` is shared by the clients; the keeper waits to have it alone and then stops the server;
`keeper.lock` is held while a keeper lives; `server.lock` is inherited by PostgreSQL and held until its last process has ended.
"""

import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "pmo-postgres"
PORT = 5432
LOG_BYTES = 16 * 1024 * 1024
PATIENCE_WITH_SHUTDOWN = 60.0
PR_SET_PDEATHSIG = 1

# For a trial on a small machine: no TCP, no replication, no parallel queries (containers have tiny shared memory).
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that PostgreSQL runs as when we are root, whom it refuses."""

    uid: int
    gid: int
    name: str


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the signal when the parent ends, however it ends. Linux only."""
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), number)

    return ask_the_kernel


def tell(text: str) -> None:
    """One line for the person who started us."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def make_account() -> Account:
    """Our own system user, made the first time."""
    try:
        known = pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = shutil.which("useradd") or "/usr/sbin/useradd"
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run([command, *options, ACCOUNT], check=True, capture_output=True)  # noqa: S603
        tell(f"PostgreSQL refuses to run as root: made the system user {ACCOUNT} for it")
        known = pwd.getpwnam(ACCOUNT)
    return Account(known.pw_uid, known.pw_gid, known.pw_name)


def account_for(data: Path) -> Account | None:
    """Nobody special for a normal user; as root the owner of existing data, else our own account."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, str(owner.st_uid))
    return make_account()


def may_pass(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def open_the_way(paths: list[Path], account: Account) -> None:
    """Let others pass through (not list) the folders above, such as root's home; says which."""
    above = {folder for path in paths for folder in path.parents}
    closed = [folder for folder in sorted(above) if not may_pass(folder.stat(), account)]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    if closed:
        tell(f"opened for passing through by {account.name}: " + ", ".join(str(folder) for folder in closed))


def make_readable(programs: Path, account: Account) -> None:
    """A wheel unpacked under a strict umask is closed to everybody else."""
    if all(may_pass(folder.stat(), account) for folder in (programs, programs / "postgres")):
        return
    for path in [programs.parent, *programs.parent.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | ((mode & 0o500) >> 6))


def private_folder(path: Path, account: Account | None) -> None:
    """Made with mode 0700 for the server; one that somebody else has put there is refused."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    owner = path.lstat()
    if path.is_symlink() or owner.st_uid != (account.uid if account else os.geteuid()):
        raise OSError(f"{path} belongs to another user")
    path.chmod(0o700)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one cluster lives, and the programs that run it."""

    home: Path
    sockets: Path
    programs: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"


class Keeper:
    """Makes the cluster, runs its server, stops it when nobody is left."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.account = account_for(place.data)
        self.log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def start(self, program: str, arguments: list[str], keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        """As the account, without the caller's PG* variables; ends (fast shutdown) when the keeper does."""
        return subprocess.Popen(  # noqa: S603
            [str(self.place.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            cwd="/",
            env={name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))},
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (one thread so far)
            pass_fds=keep,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )

    def prepare(self) -> None:
        """Folders, permissions, and a cluster; a half-made cluster never gets the final name."""
        if self.account:
            self.place.home.chmod(0o711)
            open_the_way([self.place.home / "data", self.place.sockets, self.place.programs / "postgres"], self.account)
            make_readable(self.place.programs, self.account)
        private_folder(self.place.sockets, self.account)
        if self.place.data.exists():
            return
        unfinished = self.place.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished, self.account)
        # One order of text everywhere, whatever the machine's language: code points, upper and lower case by Unicode.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = [] if self.place.durable else ["--no-sync"]
        made = ["-D", str(unfinished), "-U", "postgres", "--auth=trust", "--no-instructions", *locale, *sync]
        if self.start("initdb", made).wait() != 0:
            raise OSError("initdb failed")
        unfinished.rename(self.place.data)

    def run(self, clients: int, server_lock: int) -> int:
        """Until the server ends, because nobody is left or for a reason of its own."""
        self.prepare()
        settings = SETTINGS | ({} if self.place.durable else NOT_DURABLE) | {"unix_socket_directories": str(self.place.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = self.start("postgres", ["-D", str(self.place.data), *options], keep=(server_lock,))
        threading.Thread(target=stop_when_alone, args=(clients, server), daemon=True).start()
        os.dup2(self.log, sys.stderr.fileno())  # from here on nobody's terminal or pipe is held open
        return server.wait()


def stop_when_alone(clients: int, server: subprocess.Popen[bytes]) -> None:
    """The lock stays taken until the process ends, so a client that comes meanwhile waits and then starts anew."""
    fcntl.flock(clients, fcntl.LOCK_EX)
    server.send_signal(signal.SIGINT)
    try:
        server.wait(PATIENCE_WITH_SHUTDOWN)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)


def take(path: Path) -> int:
    """A lock held until this process ends; the client has seen it free, so only another client's glance can be in the way."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def shortened(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.rename(log.with_suffix(".1"))


def main(arguments: Iterator[str]) -> int:
    home, sockets, programs, durable = (next(arguments) for _ in range(4))
    place = Place(Path(home), Path(sockets), Path(programs), durable == "durable")
    os.setsid()
    os.chdir("/")
    shortened(place.log)
    _held = take(place.home / "keeper.lock")
    server_lock = take(place.home / "server.lock")
    clients = os.open(place.home / "clients.lock", os.O_RDWR)
    keeper = Keeper(place)
    try:
        return keeper.run(clients, server_lock)
    except (OSError, subprocess.SubprocessError) as problem:
        os.write(keeper.log, f"keeper: {problem}\n".encode())
        return 1


if __name__ == "__main__":
    sys.exit(main(iter(sys.argv[1:])))
