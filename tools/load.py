"""Three web processes and two workers on one PostgreSQL, clients that write and read, and kill -9: `python tools/load.py`.

Prints what was written, cut, refused and lost (there must be none), and how long answers and silences were. Everything is on this
machine and ends with the program; nothing of it is left.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import NullPool, create_engine, text  # noqa: E402

from pmo.config import from_environment  # noqa: E402
from tests import pushing  # noqa: E402
from tests.clusters import Cluster, clear, free_port, temporary  # noqa: E402

WEBS, WORKERS, CLIENTS = 3, 2, 8
LONGEST_SECONDS = 1200
PATIENCE_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened."""

    seconds: float
    kills: int
    writes: int
    reads: int
    cut: int
    refused: int
    repeated: int
    wrong: tuple[str, ...]
    lost: int
    doubled: int
    jobs: dict[str, int]
    jobs_expected: int
    slowest_seconds: float
    median_silence_seconds: float
    longest_silence_seconds: float
    until_jobs_done_seconds: float


class Processes:
    """Web servers and workers, any of which may be killed and is started again."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.ports = [free_port() for _ in range(WEBS)]
        self.commands = [("serve", "--port", str(port)) for port in self.ports] + [("worker", "--heartbeat", "1")] * WORKERS
        self.running = [self.start(command) for command in self.commands]
        self.kills = 0

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "processes.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "pmo.cli", *command], env=self.environment, stdout=log, stderr=log)

    def kill_one(self, chance: random.Random) -> None:
        number = chance.randrange(len(self.running))
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self.start(self.commands[number])
        self.kills += 1

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(pushing.answers(port) for port in self.ports):
            if time.monotonic() > deadline:
                raise SystemExit((self.folder / "processes.log").read_text()[-2000:])
            time.sleep(0.1)

    def end(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def server() -> Iterator[tuple[Cluster, dict[str, str], Path]]:
    folder = temporary()
    cluster = Cluster(folder / "one").make()
    try:
        cluster.start().with_pmo()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
        given = {
            "PMO_DATABASE_URL": cluster.url(),
            "PMO_DATABASE_OWNER_URL": cluster.url("pmo_owner"),
            "PMO_DATA_DIR": str(folder / "data"),
            "PMO_SECRET_KEY": "only for a trial",
            "PMO_LOG_LEVEL": "WARNING",
        }
        yield cluster, kept | given, folder
    finally:
        cluster.stop()
        clear(folder)


def run(seconds: float, between: tuple[float, float], seed: int) -> Numbers:
    """For so long, with a kill at a random moment of each such span."""
    with server() as (cluster, environment, folder):
        token, milestones = pushing.prepare(from_environment(environment), CLIENTS)
        processes = Processes(folder, environment)
        try:
            processes.wait_until_ready()
            clients = [pushing.Client(processes.ports, token, milestone) for milestone in milestones]
            took = push(processes, clients, seconds, between, random.Random(seed))  # noqa: S311
            return summed(cluster, milestones, processes, [client.said for client in clients], took)
        finally:
            processes.end()


def push(
    processes: Processes, clients: Sequence[pushing.Client], seconds: float, between: tuple[float, float], chance: random.Random
) -> float:
    began = time.monotonic()
    for client in clients:
        client.start()
    while (left := began + seconds - time.monotonic()) > 0:
        time.sleep(min(left, chance.uniform(*between)))
        if began + seconds - time.monotonic() > 1:
            processes.kill_one(chance)
    for client in clients:
        client.ending.set()
    for client in clients:
        client.stop()
    return time.monotonic() - began


def summed(
    cluster: Cluster, milestones: Sequence[int], processes: Processes, said: Sequence[pushing.Said], took: float
) -> Numbers:
    engine = create_engine(cluster.url("pmo_owner").replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    waited = time.monotonic()
    while not pushing.all_done(engine) and time.monotonic() < waited + PATIENCE_SECONDS:
        time.sleep(0.2)
    waited = time.monotonic() - waited
    with engine.connect() as connection:
        found = [pushing.kept(connection, milestone) for milestone in milestones]
        jobs, refreshed = pushing.jobs(connection), connection.scalar(text(pushing.COMMITTED)) or 0
    silences = [one.longest_silence for one in said]
    return Numbers(
        seconds=round(took, 1), kills=processes.kills, writes=sum(map(len, found)), reads=sum(one.read for one in said),
        cut=sum(one.cut for one in said), refused=sum(one.refused for one in said), repeated=sum(one.repeated for one in said),
        wrong=tuple(text for one in said for text in one.wrong),
        lost=sum(len(pushing.missing(one.written, days)) for one, days in zip(said, found, strict=True)),
        doubled=sum(len(pushing.doubled(days)) for days in found), jobs=jobs | {"status.refresh": refreshed},
        jobs_expected=sum(map(len, found)), slowest_seconds=round(max(one.slowest for one in said), 2),
        median_silence_seconds=round(statistics.median(silences), 2), longest_silence_seconds=round(max(silences), 2),
        until_jobs_done_seconds=round(waited, 1),
    )  # fmt: skip


def is_good(found: Numbers) -> bool:
    """Nothing wrong, lost or doubled, and every job done."""
    every = found.jobs_expected == found.jobs["status.refresh"] and set(found.jobs) == {"succeeded", "status.refresh"}
    return every and not found.wrong and found.lost == 0 and found.doubled == 0 and found.writes > 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--between", type=float, nargs=2, default=(5, 15), help="seconds between two kills, at least and at most")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    found = run(min(given.seconds, LONGEST_SECONDS), tuple(given.between), given.seed)
    sys.stdout.write(json.dumps(asdict(found), indent=2) + "\n")
    return 0 if is_good(found) else 1


if __name__ == "__main__":
    sys.exit(main())
