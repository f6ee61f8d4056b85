"""Two versions of the program on one database: the older goes on while the newer migrates, and does not start again then."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from pmo.app import create_app
from pmo.application import bring_up_to_date
from pmo.config import Settings
from pmo.db import MIGRATIONS, db, newest_revision
from pmo.opening import NotReady
from tests import pushing
from tests.clusters import free_port
from tests.postgres import DatabaseUrls

HOUSE = Path(__file__).parent.parent
CLIENTS = 2
CONTENT = """
from datetime import date
from pmo.app import create_app
from pmo.config import from_environment
from pmo.db import acting, db, transaction
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from tests.factories import Make
app = create_app(from_environment())
with app.app_context(), acting(None, "console"):
    make = Make()
    project = make.project()
    ids = [make.milestone(project, baseline=None, forecast=date(2029, 12, 31)).id for _ in range(2)]
    person = make.person("Els Wauters", role=Role.PMO)
    with transaction("token"):
        token = people.make_token(person, "load")
    print("made", token, *ids)
"""


@pytest.fixture
def ahead(make_database: Callable[[], DatabaseUrls], tmp_path: Path) -> Settings:
    """A database that a newer program has brought further than this one knows."""
    urls = make_database()
    engine = create_engine(urls.owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = 'next'"))
        connection.execute(text("insert into procrastinate_workers default values"))
    return Settings(data_dir=tmp_path, database_url=urls.app, database_owner_url=urls.owner, secret_key="only for tests")


@pytest.mark.parametrize("may_migrate", [False, True])
def test_a_program_does_not_start_on_a_database_that_a_newer_one_made(ahead, may_migrate):
    with pytest.raises(NotReady, match="The database is at revision next, which a newer program made: start that one, not this."):
        bring_up_to_date(ahead, may_migrate=may_migrate)


def test_a_program_that_runs_goes_on_and_says_that_it_should_be_replaced(ahead):
    app = create_app(ahead)

    ready, page = app.test_client().get("/readyz"), app.test_client().get("/sign-in")

    said = f"next, newer than this program ({newest_revision()}): it goes on, and should be replaced"
    assert (ready.status_code, ready.json["migrations"], page.status_code) == (200, said, 200)
    with app.app_context():
        db.engine.dispose()


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=HOUSE, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The program as it was before the newest migration."""
    newest = next(path for path in (MIGRATIONS / "versions").glob(f"{newest_revision()}_*.py"))
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest.relative_to(HOUSE))).decode().strip()
    packed = git("archive", f"{added}^") if added else b""
    if not packed:
        pytest.skip("the history of the source is not here: no older program to run")
    folder = tmp_path / "older"
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    for catalogue in (HOUSE / "pmo" / "translations").rglob("*.mo"):
        place = folder / catalogue.relative_to(HOUSE)
        if place.parent.is_dir():
            shutil.copy(catalogue, place)
    return folder


def run(program: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=program, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextmanager
def serving(program: Path, environment: dict[str, str], log: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "pmo.cli", "serve", "--port", str(port)]
    with log.open("ab") as said:
        process = subprocess.Popen(command, cwd=program, env=environment, stdout=said, stderr=said)
    deadline = time.monotonic() + 60
    while not pushing.answers(port):
        assert process.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.slow
def test_both_versions_serve_while_the_newer_one_migrates(older, make_database, tmp_path):
    urls = make_database(migrated=False)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    given = {"PMO_DATABASE_URL": urls.app, "PMO_DATABASE_OWNER_URL": urls.owner, "PMO_SECRET_KEY": "only for tests"}
    before, after = ({**kept, **given, "PMO_DATA_DIR": str(tmp_path / name)} for name in ("before", "after"))
    run(older, before, "-m", "pmo.cli", "db", "upgrade")
    _, token, *ids = run(older, before, "-c", CONTENT).split()

    with ExitStack() as stack:
        ports = [stack.enter_context(serving(older, before, tmp_path / "log"))]
        clients = [pushing.Client(ports, token, int(number)) for number in ids]
        for client in clients:
            client.start()
        run(HOUSE, after, "-m", "pmo.cli", "db", "upgrade")
        halfway = [len(client.said.written) for client in clients]
        ports.append(stack.enter_context(serving(HOUSE, after, tmp_path / "log")))
        for client in clients:
            client.ports.append(ports[-1])
        time.sleep(4)
        said = [client.stop() for client in clients]

    engine = create_engine(urls.owner, poolclass=NullPool)
    with engine.connect() as connection:
        found = [pushing.kept(connection, int(number)) for number in ids]
        revision = connection.scalar(text("select version_num from alembic_version"))
    assert revision == newest_revision()
    assert [(one.wrong, one.cut, one.refused) for one in said] == [([], 0, 0)] * CLIENTS
    assert [pushing.missing(one.written, days) + pushing.doubled(days) for one, days in zip(said, found, strict=True)] == [
        []
    ] * CLIENTS
    assert all(0 < n < len(one.written) for n, one in zip(halfway, said, strict=True))
