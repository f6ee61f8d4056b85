"""The product as it is installed: web server and worker as processes of their own, mail to a real server, a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import DESKTOP
from tests.post import Post, post
from tests.postgres import DatabaseUrls

__all__ = ["post"]

HOUSE = Path(__file__).parents[2]
PATIENCE = 60


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if "browser" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.browser)
                item.add_marker(pytest.mark.xdist_group("browser"))


class Installation:
    """One database with its server and worker; `pmo(...)` is the command beside them."""

    def __init__(self, urls: DatabaseUrls, folder: Path, post: Post) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
        self.environment = kept | {
            "PMO_DATABASE_URL": urls.app,
            "PMO_DATABASE_OWNER_URL": urls.owner,
            "PMO_DATA_DIR": str(folder),
            "PMO_BASE_URL": self.address,
            "PMO_SMTP_HOST": "127.0.0.1",
            "PMO_SMTP_PORT": str(post.port),
            "PMO_TEST_CLOCK": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def pmo(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "pmo.cli", *arguments]
        done = subprocess.run(command, cwd=HOUSE, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        for arguments in (["serve", "--port", str(self.port)], ["worker", "--heartbeat", "1"]):
            command = [sys.executable, "-m", "pmo.cli", *arguments]
            self.processes.append(subprocess.Popen(command, cwd=HOUSE, env=self.environment))
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert time.monotonic() < deadline, "the installation is not ready"
            time.sleep(0.2)

    def is_ready(self) -> bool:
        try:
            with closing(urlopen(f"{self.address}/readyz", timeout=5)) as answer:  # noqa: S310 (our own server)
                return int(answer.status) == 200
        except (URLError, OSError):
            return False

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


@pytest.fixture
def installation(make_database: Callable[[], DatabaseUrls], tmp_path: Path, post: Post) -> Iterator[Installation]:
    """Empty, but for its first person, on 12 March 2026 at 09:40 in Brussels."""
    made = Installation(make_database(), tmp_path, post)
    made.pmo("db", "upgrade")
    made.pmo("clock", "set", "2026-03-12T09:40+01:00")
    made.start()
    yield made
    made.end()


@pytest.fixture
def window(browser: Browser, installation: Installation) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=installation.address, accept_downloads=True, **DESKTOP) as made:
        made.set_default_timeout(PATIENCE * 1000)
        yield made
