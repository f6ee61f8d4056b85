"""A new house: installed, used, backed up, lost, and brought back into another data folder and into PostgreSQL 15."""

import re
import shutil
import socket
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import requests
from click.testing import CliRunner

from pmo.app import create_app
from pmo.cli import main
from pmo.config import from_environment
from pmo.db import db
from tests.journeys.conftest import HOUSE, PATIENCE
from tests.journeys.visitor import Visitor
from tests.postgres15 import fifteen

__all__ = ["fifteen"]

EMAIL, PASSWORD = "ann.peeters@example.org", "a sentence to remember"
LIST = (
    ("Project id", "Project", "Department", "RAG", "Start date", "End date", "Budget (kEUR)"),
    ("P-1", "Order desk", "Medical affairs", "Green", "12/01/2026", "30/06/2027", 200),
    ("P-2", "Register of hospitals", "ICT", "Amber", "02/02/2026", "31/03/2027", 120),
)


class House:
    """One installation after the other: a data folder, the command, and the two servers."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PMO_DATA_DIR": str(folder), **settings}
        self.processes: list[subprocess.Popen[bytes]] = []

    def tries(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pmo.cli", *arguments]
        return subprocess.run(command, cwd=HOUSE, env=self.environment, input=typed, capture_output=True, text=True, check=False)

    def pmo(self, *arguments: str, typed: str = "") -> str:
        done = self.tries(*arguments, typed=typed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        for arguments in (["serve", "--port", str(self.port)], ["worker", "--heartbeat", "1"]):
            self.processes.append(
                subprocess.Popen([sys.executable, "-m", "pmo.cli", *arguments], cwd=HOUSE, env=self.environment)
            )
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert time.monotonic() < deadline, "the installation is not ready"
            time.sleep(0.2)

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.processes.clear()

    def sign_in(self) -> Visitor:
        return Visitor(self.address).go("/sign-in").send("/sign-in", email=EMAIL, password=PASSWORD)


@pytest.fixture
def houses():
    made = []

    def make(folder: Path, **settings: str) -> House:
        made.append(House(folder, **settings))
        return made[-1]

    yield make
    for house in made:
        house.end()


def test_from_a_clean_folder_through_its_loss_to_two_other_databases(houses, fifteen, post, tmp_path):
    first = houses(tmp_path / "first")
    said = set_up(first, post.port)
    first.start()
    visitor = first.sign_in()
    type_a_project(visitor)
    import_a_list(visitor)
    edition, digest = publish(visitor)
    first.pmo("backup", str(tmp_path / "pmo.backup"), "--with-secrets")
    key = (tmp_path / "first" / "secret_key").read_text()
    first.end()
    shutil.rmtree(tmp_path / "first")

    second = houses(tmp_path / "second")
    restored = second.pmo("restore", str(tmp_path / "pmo.backup"), "--with-settings")
    second.start()
    again = second.sign_in().go(f"{edition}/check").text
    third = houses(tmp_path / "third", **fifteen.environment)
    moved = third.pmo("restore", str(tmp_path / "pmo.backup"))
    elsewhere = checked_without_a_server(third, f"{edition}/check")

    assert "a test mail for ann.peeters@example.org was accepted" in said
    assert "To: ann.peeters@example.org" in post.accepted[0]
    assert (tmp_path / "second" / "secret_key").read_text() == key
    assert "PMO_ORGANISATION" in restored
    assert fifteen.value("show server_version").startswith("15.")
    for answer in (restored, moved):
        assert "as the manifest says" in answer
        assert "seals: history is as it was sealed" in answer
    for page in (again, elsewhere):
        assert digest in page
        assert "Computed again from the history, every number and date is the same." in page
    assert "History is as it was sealed." in third.pmo("audit", "verify")


def checked_without_a_server(house: House, path: str) -> str:
    """Signed in with the password from before, by the application itself."""
    app = create_app(from_environment(house.environment), WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    page = client.get(path).text
    with app.app_context():
        db.engine.dispose()
    return page


def set_up(house: House, port: int) -> str:
    """The first administrator, and a mail that really leaves."""
    mail = ("--smtp-host", "127.0.0.1", "--smtp-port", str(port), "--smtp-from", "pmo@example.org")
    who = ("--name", "Ann Peeters", "--email", EMAIL, "--password-stdin", "--language", "en")
    return house.pmo("init", *who, "--organisation", "Meridian", "--base-url", house.address, *mail, typed=PASSWORD)


def type_a_project(visitor: Visitor) -> None:
    assert visitor.path == "/first-steps"
    visitor.go("/portfolios/new").send(code="BX", name="Brussels")
    visitor.send(code="PAC", name="Patient access")
    visitor.send(code="PAC-01", name="Early access desk")
    assert "Early access desk" in visitor.text


def import_a_list(visitor: Visitor) -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    for row in LIST:
        book.active.append(row)
    book.save(file)
    visitor.go("/imports").send("/imports", files={"file": ("projects_2026-03-01.xlsx", file.getvalue())}, portfolio="BX")
    visitor.send("/apply")
    assert "brought in" in visitor.text


def publish(visitor: Visitor) -> tuple[str, str]:
    """By the worker; where the edition is, and its hash."""
    visitor.go("/reports/new").send("/reports/new")
    deadline = time.monotonic() + PATIENCE
    while "/making/" in visitor.path:
        assert time.monotonic() < deadline, visitor.text
        time.sleep(0.3)
        visitor.go(visitor.path)
    return visitor.path, re.findall(r"\b[0-9a-f]{64}\b", visitor.text)[0]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("postgresql://pmo_app:wrong@127.0.0.1:{port}/pmo", 'password authentication failed for user "pmo_app"'),
        ("postgresql://pmo_app:the%20server's%20password@127.0.0.1:{port}/none", 'database "none" does not exist'),
    ],
)
def test_a_wrong_password_or_name_of_the_database_is_one_sentence(fifteen, tmp_path, monkeypatch, wrong, sentence):
    for name, value in {**fifteen.environment, "PMO_DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PMO_DATABASE_URL", wrong.format(port=fifteen.port))

    answer = CliRunner().invoke(main, ["db", "upgrade"])

    assert (answer.exit_code, answer.output.count("\n")) == (2, 1)
    assert answer.output.endswith(f" cannot be reached: {sentence}.\n")
