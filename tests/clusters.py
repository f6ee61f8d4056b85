"""PostgreSQL clusters that follow one another, of the wheel's own programs: for tests and tools about several machines."""

import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from pmo import embedded, keeper

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "io_method": "sync",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "fsync": "off",  # the machine of a test does not lose its power
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "500ms",
}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Cluster:
    """One server on a port of this machine; anybody here may connect."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def program(self, name: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """As somebody else when we are root, whom PostgreSQL refuses."""
        return subprocess.run(
            [str(embedded.programs() / name), *arguments], check=check, capture_output=True, text=True, cwd="/", **self.identity()
        )  # type: ignore[call-overload,no-any-return]

    def identity(self) -> dict[str, object]:
        account = keeper.account_for(self.data)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        return {"env": env} | ({"user": account.uid, "group": account.gid, "extra_groups": []} if account else {})

    def own(self) -> None:
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        account = keeper.account_for(self.data)
        if account:
            keeper.make_readable(embedded.programs(), account)
            keeper.open_the_way([self.folder / "data", embedded.programs() / "postgres"], account)
            os.chown(self.folder, account.uid, account.gid)

    def make(self) -> "Cluster":
        self.own()
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self.program("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--no-sync", *locale)
        return self

    def follow(self, primary: "Cluster", name: str) -> "Cluster":
        """A copy of the primary that goes on replaying what it does."""
        self.own()
        where = f"host=127.0.0.1 port={primary.port} user=postgres application_name={name}"
        self.program("pg_basebackup", "-d", where, "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        return self

    def start(self) -> "Cluster":
        settings = SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [str(embedded.programs() / "postgres"), "-D", str(self.data), *options], stdout=log, stderr=log, cwd="/",
                **self.identity(),
            )  # type: ignore[call-overload]  # fmt: skip
        for _ in range(200):
            if self.program("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode == 0:
                return self
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def promote(self) -> None:
        self.program("pg_ctl", "promote", "-D", str(self.data), "-w")

    def kill(self) -> None:
        """As a machine that loses its power: all its processes at once."""
        if self.server:
            parent = self.server.pid
            listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
            for number in (parent, *map(int, listed.stdout.split())):
                try:
                    os.kill(number, 9)
                except ProcessLookupError:
                    continue
            self.server.wait()
            self.server = None

    def stop(self) -> None:
        if self.server:
            self.server.send_signal(2)
            self.server.wait(30)
            self.server = None

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        where = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []

    def with_pmo(self) -> "Cluster":
        """Its roles and its empty database."""
        for statement in ("create role pmo_owner login", "create role pmo_app login", "create database pmo owner pmo_owner"):
            self.execute(statement)
        return self

    def url(self, role: str = "pmo_app") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/pmo"


def temporary() -> Path:
    """Somewhere another user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="pmo-clusters-"))
    folder.chmod(0o711)
    return folder


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
