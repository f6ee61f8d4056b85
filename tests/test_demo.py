"""`pmo demo`, `serve`, `worker` and `check` as real processes: what they say, and that nothing is left of them."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmo import embedded

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

PATIENCE = 170  # a demo has three minutes to be ready, download included


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    return kept | {"PMO_DATA_DIR": str(folder)} | more


def pmo(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pmo.cli", *arguments]
    return subprocess.run(command, env=environment(folder, **more), capture_output=True, text=True, timeout=PATIENCE, check=False)


def processes_of(folder: Path) -> list[str]:
    """Every process that was given this folder, or works in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            known = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in known and process.name != str(os.getpid()):
            found.append(known.replace(b"\0", b" ").decode(errors="replace")[:200])
    return found


def ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class Demo:
    """A running demo; its output up to the third line of the logins has been read."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self.lines = folder, free_port(), []
        command = [sys.executable, "-m", "pmo.cli", "demo", "--port", str(self.port), "--data-dir", str(folder), *options]
        self.process = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if len(self.lines) > 3 and self.lines[-4].startswith("ready"):
                return
        self.process.communicate()
        pytest.fail("the demo ended by itself; it said: " + "\n".join(self.lines))

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("demo") / "data"
    yield data
    assert processes_of(data) == []


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)


def test_it_says_ready_with_its_address_and_then_it_is(demo):
    status, answer = ask(demo.port, "/readyz")

    assert demo.lines[-4] == f"ready http://127.0.0.1:{demo.port}"
    assert ["@" in line for line in demo.lines[-3:]] == [False, True, True]
    assert (status, json.loads(answer)["ready"]) == (200, True)
    assert ask(demo.port, "/healthz") == (200, "alive\n")
    assert ask(demo.port, "/")[0] == 303


def test_a_command_joins_the_running_database(demo):
    answer = pmo(demo.folder, "check")

    assert answer.returncode == 0, answer.stdout
    assert [line.split()[:2] for line in answer.stdout.splitlines()][:5] == [
        ["ok", "database"], ["ok", "roles"], ["ok", "migrations"], ["ok", "clock"], ["ok", "worker"],
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_second_server_on_the_folder_says_so_and_ends(demo, command):
    answer = pmo(demo.folder, command, "--port", str(free_port()))

    assert answer.returncode == 2
    assert answer.stderr == f"Error: The folder {demo.folder} is already being served, by process {demo.process.pid}.\n"


def test_a_taken_port_is_said_in_a_sentence_before_anything_starts(demo, tmp_path):
    answer = pmo(tmp_path / "other", "demo", "--port", str(demo.port))

    assert answer.returncode == 2
    assert answer.stderr == (
        f"Error: Port {demo.port} on 127.0.0.1 cannot be used: Address already in use. Choose another with --port.\n"
    )
    assert not (tmp_path / "other").exists()


def test_sigterm_leaves_no_process_and_a_good_exit_code(demo):
    assert demo.end(signal.SIGTERM) == 0

    assert processes_of(demo.folder) == []


def test_kill_9_leaves_no_process_either_and_the_data_serve_again(folder):
    killed = Demo(folder)
    killed.process.kill()
    killed.process.communicate()
    deadline = time.monotonic() + 30
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)

    assert processes_of(folder) == []
    assert Demo(folder).end(signal.SIGINT) == 0


def test_reset_begins_anew_but_not_in_somebody_elses_folder(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("Dear mother")

    answer = pmo(tmp_path, "demo", "--reset", "--port", str(free_port()), "--data-dir", str(tmp_path / "letters"))

    assert answer.returncode == 2
    assert answer.stderr == f"Error: {tmp_path / 'letters'} is not a data folder of pmo: it is left as it is.\n"
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["to-mother.txt"]


def test_check_names_what_is_wrong_and_fails(tmp_path):
    nowhere = {"PMO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "PMO_SMTP_HOST": "127.0.0.1", "PMO_SMTP_PORT": "1"}
    answer = pmo(tmp_path, "check", **nowhere)

    assert answer.returncode == 1
    assert [line.split()[:2] for line in answer.stdout.splitlines()][:2] == [["wrong", "database"], ["wrong", "mail"]]


def test_the_test_clock_is_for_trials_only(tmp_path):
    answer = pmo(tmp_path, "clock", "set", "2026-12-04T18:00+01:00")

    assert (answer.returncode, answer.stderr) == (
        2, "Error: The clock can be moved only with PMO_TEST_CLOCK=1, which production refuses.\n",
    )  # fmt: skip
    assert not embedded.is_running(tmp_path)
