"""The embedded PostgreSQL: with real processes, because what matters is what is left of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pmo import embedded, keeper

CLIENT = """
import sys, time
from pathlib import Path
from pmo import embedded
cluster = embedded.attach(Path(sys.argv[1]), durable=False)
print("attached", flush=True)
sys.stdin.read()
if sys.argv[2] == "close":
    cluster.close()
"""


def processes_of(folder: Path) -> list[str]:
    """Command lines of PostgreSQL and its keeper for this folder, backends included (they hold the server's lock open)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            files = [os.readlink(file) for file in (process / "fd").iterdir()]
        except OSError:
            continue
        if process.name != str(os.getpid()) and any(file.startswith(f"{folder}/pg/server") for file in files):
            found.append(command)
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


class Client:
    """Another process that holds the server until it is told to end, or is killed."""

    def __init__(self, folder: Path, ending: str = "close") -> None:
        command = [sys.executable, "-c", CLIENT, str(folder), ending]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def attached(self) -> "Client":
        assert self.process.stdout
        assert self.process.stdout.readline() == "attached\n"
        return self

    def end(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    yield data
    assert wait_for(lambda: processes_of(data) == []), "a test left PostgreSQL running"


def select(url: str, query: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def test_a_new_folder_gets_a_database_of_the_owner_and_a_role_for_the_application(folder):
    with embedded.attach(folder, durable=False) as cluster:
        assert select(cluster.url(), "select current_user || ' in ' || current_database()") == "pmo_app in pmo"
        assert select(cluster.owner_url(), "select pg_get_userbyid(datdba) from pg_database where datname = 'pmo'") == "pmo_owner"
        assert select(cluster.url(), "show listen_addresses") == ""
        assert select(cluster.url(), "select count(*) from pg_roles where rolname ~ '^pmo' and (rolsuper or rolcreatedb)") == 0


def test_what_was_written_is_there_after_stop_and_start(folder):
    with embedded.attach(folder, durable=False) as cluster, psycopg.connect(cluster.owner_url().replace("+psycopg", "")) as owner:
        owner.execute("create table kept as select 42 as answer")

    assert processes_of(folder) == []
    with embedded.attach(folder) as cluster:
        assert select(cluster.owner_url(), "select answer from kept") == 42
        assert select(cluster.owner_url(), "show fsync") == "on"


def test_only_the_owner_of_the_folder_reaches_the_socket(folder):
    with embedded.attach(folder, durable=False) as cluster:
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
        assert [path.name for path in cluster.sockets.iterdir()] == [".s.PGSQL.5432", ".s.PGSQL.5432.lock"]


def test_the_server_stays_for_the_others_and_ends_with_the_last(folder):
    first = Client(folder).attached()
    with embedded.attach(folder) as second:
        first.end()
        assert select(second.url(), "select 1") == 1

    assert processes_of(folder) == []


@pytest.mark.parametrize("ending", ["closes", "ends without closing", "is killed"])
def test_nothing_survives_the_last_client_whatever_way_it_ends(folder, ending):
    client = Client(folder, "close" if ending == "closes" else "forget").attached()
    assert processes_of(folder)

    client.kill() if ending == "is killed" else client.end()

    assert wait_for(lambda: processes_of(folder) == [])


def test_a_killed_client_among_several_does_not_keep_the_server(folder):
    killed, other = Client(folder).attached(), Client(folder).attached()
    killed.kill()
    other.end()

    assert wait_for(lambda: processes_of(folder) == [])


def test_a_client_killed_while_it_starts_leaves_nothing_and_the_next_one_starts(folder):
    early = Client(folder)
    assert wait_for(lambda: (folder / "pg" / "data.new").exists())
    early.kill()

    with embedded.attach(folder, durable=False) as cluster:
        assert select(cluster.url(), "select 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has ended")
def test_a_killed_keeper_takes_the_server_with_it_and_the_next_client_starts_anew(folder):
    with embedded.attach(folder, durable=False) as cluster:
        assert cluster._keeper
        os.kill(cluster._keeper, signal.SIGKILL)
        with embedded.attach(folder, durable=False) as again:
            assert select(again.url(), "select 1") == 1


def test_after_a_crash_a_stale_pid_file_with_the_pid_of_another_program_is_no_obstacle(folder):
    with embedded.attach(folder, durable=False) as cluster:
        pid_file = cluster.home / "data" / "postmaster.pid"
        left = pid_file.read_text()
    pid_file.write_text("\n".join([str(os.getpid()), *left.split("\n")[1:]]))

    with embedded.attach(folder, durable=False) as cluster:
        assert select(cluster.url(), "select 1") == 1


def test_many_clients_at_once_share_one_server(folder):
    clients = [Client(folder) for _ in range(4)]
    for client in clients:
        client.attached()
    starts = (folder / "pg" / "log").read_text().count("starting PostgreSQL")
    for client in clients:
        client.end()

    assert starts == 1
    assert processes_of(folder) == []


def test_clients_that_come_and_go_never_meet_a_dying_server(folder):
    for _ in range(3):
        client = Client(folder, "forget").attached()
        client.kill()
        with embedded.attach(folder, durable=False) as cluster:
            assert select(cluster.url(), "select 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_private_folder_among_the_temporary_files(tmp_path):
    deep = tmp_path / ("long" * 20) / ("é" * 40) / "with space"
    with embedded.attach(deep, durable=False) as cluster:
        assert cluster.sockets.stat().st_mode & 0o777 == 0o700
        assert select(cluster.url(), "select current_user") == "pmo_app"
    cluster.sockets.rmdir()


def test_a_server_that_cannot_start_says_why(folder):
    with embedded.attach(folder, durable=False) as cluster:
        settings = cluster.home / "data" / "postgresql.auto.conf"
    settings.write_text("no_such_setting = 1\n")

    with pytest.raises(embedded.Unavailable, match="(?s)did not start.*no_such_setting"):
        embedded.attach(folder, durable=False)


def test_a_folder_of_another_version_is_refused_before_anything_is_touched(folder):
    with embedded.attach(folder, durable=False) as cluster:
        (cluster.home / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.Unavailable, match="made by PostgreSQL 17, this is 18"):
        embedded.attach(folder, durable=False)


def test_a_second_server_on_one_folder_is_told_who_has_it(tmp_path):
    lock = embedded.claim_server(tmp_path)

    with pytest.raises(embedded.Unavailable, match=f"already being served, by process {os.getpid()}"):
        embedded.claim_server(tmp_path)

    os.close(lock)
    os.close(embedded.claim_server(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_runs_it_as_a_user_of_its_own_and_opens_closed_folders_for_passing_only(folder):
    folder.mkdir(mode=0o700)
    folder.parent.chmod(0o700)
    with embedded.attach(folder, durable=False) as cluster:
        assert (cluster.home / "data").owner() == keeper.ACCOUNT
        assert folder.parent.stat().st_mode & 0o777 == 0o701
