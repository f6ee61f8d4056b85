"""`pmo demo`: everything in the foreground, ready by itself, and nothing left of it afterwards.

The supervisor holds the embedded database and runs each step and each server as a child process. Children are told by the kernel
when the supervisor ends, so that even kill -9 leaves nothing.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from pmo import embedded
from pmo.config import Settings, from_environment
from pmo.console import Complaint, listen
from pmo.keeper import die_with_parent
from pmo.settings_file import NAME, NAMED_BY

MARK = "pmo-data.txt"
MARK_TEXT = "This folder belongs to pmo: the database of one installation. pmo demo --reset empties it.\n"
READY_SECONDS = 120
STOP_SECONDS = 15
PAUSE = 0.1
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop(BaseException):
    """SIGTERM, SIGINT or SIGHUP: the way a demo ends."""


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the web server.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the database lives (PMO_DATA_DIR).")
@click.option("--reset", is_flag=True, help="Begin with an empty data folder.")
def demo(port: int, data_dir: Path | None, reset: bool) -> None:
    """Run database, demo portfolio, web server and worker, in the foreground."""
    settings = from_environment(dict(os.environ))  # not from a file: a trial must not meet the database of an installation
    if data_dir:
        settings = replace(settings, data_dir=data_dir.resolve())
    listener = listen("127.0.0.1", port)
    claim(settings.data_dir, reset)
    with stopping_at_a_signal(), listener:
        Demo(settings, listener).run()


def claim(folder: Path, reset: bool) -> None:
    """The folder is ours, served by nobody else, and empty if that is wanted."""
    if (folder / NAME).exists():
        raise Complaint(f"{folder} holds an installation that pmo init has set up: a demo needs another --data-dir.")
    ours = (folder / MARK).exists() or (folder / "pg").is_dir()
    if reset and folder.exists() and any(folder.iterdir()) and not ours:
        raise Complaint(f"{folder} is not a data folder of pmo: it is left as it is.")
    embedded.claim_server(folder)
    if reset:
        if embedded.is_running(folder):
            raise Complaint(f"The database in {folder} is in use by another pmo command: end that first.")
        for path in folder.iterdir():
            if path.name != embedded.SERVING:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (folder / MARK).write_text(MARK_TEXT)


@contextmanager
def stopping_at_a_signal() -> Iterator[None]:
    """The first signal ends the demo; more of them do not disturb the clearing up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        raise Stop

    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    except Stop:
        click.echo("stopped")


def ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Demo:
    """The steps, in order, and the children that are alive."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.settings = settings
        self.listener = listener
        self.began = time.monotonic()
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        quiet = {"PMO_LOG": "text", "PMO_LOG_LEVEL": "WARNING"}  # unless it is asked for: somebody looks at this terminal
        given = {"PMO_DATA_DIR": str(settings.data_dir), "PMO_BASE_URL": self.address, NAMED_BY: ""}
        self.environment = quiet | os.environ | given

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        """Until a signal or the end of a child."""
        cluster = None
        try:
            if not self.settings.database_url:
                cluster = embedded.attach(self.settings.data_dir)
                self.environment |= {"PMO_DATABASE_URL": cluster.url(), "PMO_DATABASE_OWNER_URL": cluster.owner_url()}
            self.tell("database runs")
            self.do("db", "upgrade")
            self.tell("migrations applied")
            logins = self.do("seed", "demo")
            self.tell("demo portfolio loaded")
            self.start("serve", "--listening", str(self.listener.fileno()))
            self.start("worker")
            self.wait_until_ready()
            click.echo(f"ready {self.address}")
            click.echo(logins)
            self.watch()
        finally:
            self.end_children()
            if cluster:
                cluster.close()

    def tell(self, what: str) -> None:
        click.echo(f"{time.monotonic() - self.began:6.1f} s  {what}")

    def start(self, *arguments: str, output: int | None = None) -> subprocess.Popen[bytes]:
        """A session of its own, so that Ctrl-C reaches only us and children end in order."""
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "pmo.cli", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            start_new_session=True,
            pass_fds=[self.listener.fileno()],
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (one thread)
        )
        self.children[arguments[0]] = child
        return child

    def do(self, *arguments: str) -> str:
        """A step that has to succeed; what it prints."""
        child = self.start(*arguments, output=subprocess.PIPE)
        printed, _ = child.communicate()
        del self.children[arguments[0]]
        if child.returncode != 0:
            raise Complaint(f"pmo {' '.join(arguments)} failed, see above.")
        return printed.decode().strip()

    def wait_until_ready(self) -> None:
        """The server answers that database, migrations and worker are all there."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check_children()
            status, answer = self.ask("/readyz")
            if status == 200:
                return
            time.sleep(PAUSE)
        raise Complaint(f"Not ready within {READY_SECONDS} seconds: {answer}")

    def ask(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.getsockname()[1], timeout=READY_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read(2000).decode(errors="replace")
        except OSError as problem:
            return 0, str(problem)
        finally:
            connection.close()

    def watch(self) -> None:
        while True:
            self.check_children()
            time.sleep(PAUSE)

    def check_children(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None:
                raise Complaint(f"pmo {name} ended by itself (exit code {child.returncode}).")

    def end_children(self) -> None:
        """Asked first, then made to; the web server goes before the worker."""
        ignore_signals()
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
