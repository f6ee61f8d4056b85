"""`pmo check`: the lines about backups, proxies and the file of settings."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from pmo import checkup, settings_file
from pmo.backup.models import BackupMade
from pmo.checkup import Finding, State
from pmo.config import Settings
from pmo.db import db, transaction
from pmo.kernel.clock import machine_now


@pytest.mark.parametrize(("age", "state"), [(None, State.NOTE), (1, State.OK), (3, State.NOTE)])
def test_a_backup_is_none_new_or_old(app, cluster_urls, age, state):
    if age is not None:
        with transaction("backup"):
            db.session.add(BackupMade(made_at=machine_now() - timedelta(days=age), bytes=1, sha256="0"))

    engine = create_engine(cluster_urls.app)
    with engine.connect() as connection:
        found = checkup.backup(connection)
    engine.dispose()

    assert found.state is state
    assert found.words.startswith("none was made yet" if age is None else "the newest is of ")


@pytest.mark.parametrize(
    ("address", "trusted", "finding"),
    [
        ("http://host", (), Finding(State.OK, "none is trusted")),
        ("https://host", ("127.0.0.1/32",), Finding(State.OK, "trusted: 127.0.0.1/32")),
        (
            "https://host",
            (),
            Finding(State.NOTE, "PMO_BASE_URL is https, and PMO_TRUSTED_PROXIES names no proxy that could say so"),
        ),
    ],
)
def test_https_without_a_proxy_that_says_so_is_a_note(tmp_path, address, trusted, finding):
    assert checkup.proxies(Settings(data_dir=tmp_path, base_url=address, trusted_proxies=trusted)) == finding


@pytest.mark.parametrize(
    ("line", "mode", "state"),
    [("PMO_SMTP_PASSWORD=x", 0o600, State.OK), ("PMO_SMTP_PASSWORD=x", 0o644, State.WRONG), ("PMO_COUNTRY=BE", 0o644, State.OK)],
)
def test_passwords_that_everybody_can_read_are_wrong(monkeypatch, tmp_path, line, mode, state):
    monkeypatch.setattr(settings_file, "MACHINE", tmp_path / "none")
    monkeypatch.delenv("PMO_SETTINGS_FILE", raising=False)
    monkeypatch.setenv("PMO_DATA_DIR", str(tmp_path))
    (tmp_path / "pmo.env").write_text(line + "\n")
    (tmp_path / "pmo.env").chmod(mode)

    assert checkup.settings_file().state is state


def test_without_a_file_the_environment_speaks_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("PMO_SETTINGS_FILE", "")

    assert checkup.settings_file() == Finding(State.OK, "from the environment alone")
