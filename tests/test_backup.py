"""A backup restored elsewhere is the same database, history included."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import NullPool, create_engine, text

from pmo.app import create_app
from pmo.config import Settings
from pmo.db import db, transaction
from tests.factories import Make

pytestmark = pytest.mark.slow

TABLES = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'history')"


def pmo(urls, folder, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    settings = {"PMO_DATABASE_URL": urls.app, "PMO_DATABASE_OWNER_URL": urls.owner, "PMO_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "pmo.cli", *arguments]
    return subprocess.run(command, env=kept | settings, capture_output=True, text=True, check=False)


def contents(urls):
    with create_engine(urls.superuser, poolclass=NullPool).connect() as connection:
        names = connection.scalars(text(TABLES)).all()
        query = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
        return {name: connection.scalar(text(query.format(name))) for name in names}


@pytest.fixture
def filled(make_database, tmp_path):
    urls = make_database()
    app = create_app(Settings(data_dir=tmp_path, database_url=urls.app, secret_key="only for tests"))
    with app.app_context():
        milestone = Make().milestone()
        with transaction("moved"):
            milestone.name = "Renamed, so that there is history"
        db.session.remove()
        db.engine.dispose()
    return urls


def test_what_was_backed_up_is_restored_with_its_history(filled, make_database, tmp_path):
    elsewhere = make_database(migrated=False)
    file = tmp_path / "pmo.backup"

    assert pmo(filled, tmp_path, "backup", str(file)).returncode == 0
    answer = pmo(elsewhere, tmp_path, "restore", str(file))

    assert (answer.returncode, answer.stderr) == (0, "")
    there, here = contents(elsewhere), contents(filled)
    shipped = {f"{schema}.{table}" for schema in ("public", "history") for table in ("rule", "artefact")}
    grown = shipped | {"history.txn"}  # what this version ships is loaded after a restore
    assert {name: there[name] for name in here if name not in grown} == {name: here[name] for name in here if name not in grown}
    assert file.stat().st_mode & 0o777 == 0o600
    with create_engine(elsewhere.app, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("select has_table_privilege('history.milestone', 'select')"))
        assert not connection.scalar(text("select has_table_privilege('history.milestone', 'delete')"))


def test_a_database_with_something_in_it_is_not_overwritten(filled, tmp_path):
    file = tmp_path / "pmo.backup"
    pmo(filled, tmp_path, "backup", str(file))
    before = contents(filled)

    answer = pmo(filled, tmp_path, "restore", str(file))

    assert answer.returncode == 2
    assert answer.stderr.startswith("Error: This database is not empty:")
    assert contents(filled) == before


def test_a_file_that_is_no_backup_leaves_nothing(make_database, tmp_path):
    urls = make_database(migrated=False)
    (tmp_path / "letter.txt").write_text("Dear mother")

    answer = pmo(urls, tmp_path, "restore", str(tmp_path / "letter.txt"))

    assert answer.returncode == 2
    assert answer.stderr.startswith("Error: The file cannot be restored: pg_restore: error:")
    assert contents(urls) == {}


def test_half_a_backup_leaves_nothing(filled, make_database, tmp_path):
    elsewhere = make_database(migrated=False)
    pmo(filled, tmp_path, "backup", str(tmp_path / "whole"))
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) * 2 // 3])

    answer = pmo(elsewhere, tmp_path, "restore", str(tmp_path / "half"))

    assert answer.returncode == 2
    assert contents(elsewhere) == {}
