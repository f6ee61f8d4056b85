"""PostgreSQL's own programs: pg_dump, and pg_restore into psql, which commits everything or nothing."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import URL, NullPool, create_engine, make_url, text

from pmo import embedded
from pmo.backup.parcel import CHUNK, Told
from pmo.console import Complaint
from pmo.jobs import conninfo

HEAD_LINES = 40
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
DUMPING = b"dumping contents of table"
SPEAKING = {"LC_ALL": "C", "LANGUAGE": "C"}


def dump(url: str, snapshot: str, tell: Told) -> Iterator[bytes]:
    """The database in pg_dump's own format; `tell` hears how many tables were begun. Raises Complaint."""
    where, env = address(url)
    command = [find("pg_dump", url), where, "--format=custom", f"--snapshot={snapshot}", "--verbose"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dumping:  # noqa: S603
        said: list[bytes] = []
        listening = threading.Thread(target=listen, args=(dumping.stderr, said, tell), daemon=True)
        listening.start()
        try:
            while dumping.stdout and (chunk := dumping.stdout.read(CHUNK)):
                yield chunk
        except BaseException:  # the disk is full, or somebody stops us
            dumping.kill()
            raise
        finally:
            listening.join(10)
    if dumping.returncode != 0:
        raise Complaint(f"pg_dump failed: {worst_line(b''.join(said))}")


def listen(stream: IO[bytes] | None, said: list[bytes], tell: Told) -> None:
    """Everything it says is progress, but for the end of a failure."""
    begun = 0
    for line in stream or ():
        said[:] = [*said[-20:], line]
        if DUMPING in line:
            begun += 1
            tell(begun)


def play(path: Path, start: int, size: int, url: str, *, afterwards: str, tell: Told) -> None:
    """A dump that lies in a file; then `afterwards`, in the same transaction. All of it or nothing. Raises Complaint."""
    where, env = address(url)
    with tempfile.TemporaryFile() as said:
        read = [find("pg_restore", url), "--file=-", "--no-owner", "--no-privileges"]
        write = [find("psql", url), where, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
        with (
            subprocess.Popen(read, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said) as reading,  # noqa: S603
            subprocess.Popen(write, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as writing,  # noqa: S603
        ):
            with feeding(path, start, size, reading, tell):
                good = pour(reading, writing, afterwards)
            if not good:
                writing.kill()
        said.seek(0)
        if not good or writing.returncode != 0:
            raise Complaint(f"The file cannot be restored: {worst_line(said.read())}")


@contextmanager
def feeding(path: Path, start: int, size: int, reading: subprocess.Popen[bytes], tell: Told) -> Iterator[None]:
    """Part of a file goes to a program, beside what is done with its answer."""

    def feed() -> None:
        left = size
        try:
            with path.open("rb") as file, reading.stdin or open(os.devnull, "wb") as program:
                file.seek(start)
                while left and (chunk := file.read(min(CHUNK, left))):
                    program.write(chunk)
                    left -= len(chunk)
                    tell(size - left)
        except BrokenPipeError:
            return  # it has ended, and says why

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    yield
    feeder.join(60)


def pour(reading: subprocess.Popen[bytes], writing: subprocess.Popen[bytes], afterwards: str) -> bool:
    """From one to the other, but for a setting in the head of the file that PostgreSQL before 17 does not know."""
    if not reading.stdout or not writing.stdin:
        return False
    try:
        for number, line in enumerate(reading.stdout):
            if number > HEAD_LINES or line != NEWER_SETTING:
                writing.stdin.write(line)
        if reading.wait() != 0:
            return False
        writing.stdin.write(afterwards.encode())
        writing.stdin.close()
    except BrokenPipeError:
        reading.kill()
        with suppress(BrokenPipeError):  # it says why; what was not written yet is of no use to it
            writing.stdin.close()
        return False
    return True


def address(url: str) -> tuple[str, dict[str, str]]:
    """The password goes through the environment, where other users do not see it."""
    parts = make_url(url)
    open_ = URL.create("postgresql+psycopg", parts.username, None, parts.host, parts.port, parts.database, parts.query)
    env = os.environ | SPEAKING | ({"PGPASSWORD": str(parts.password)} if parts.password else {})
    return f"--dbname={conninfo(open_.render_as_string())}", env


def worst_line(said: bytes) -> str:
    """The first that speaks of an error, else the last."""
    lines = said.decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (errors or lines[-1:] or ["it does not say why"])[0]


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
