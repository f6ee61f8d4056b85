"""A backup restored elsewhere is the same database, history included."""

import os
import re
import threading

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from pmo.app import create_app
from pmo.backup import parcel
from pmo.backup.programs import dump
from pmo.cli import main
from pmo.config import Settings
from pmo.db import db, transaction
from tests.factories import Make

pytestmark = pytest.mark.slow

TABLES = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'history')"


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


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command in this process, on a database."""
    for name in [name for name in os.environ if name.startswith("PMO_")]:
        monkeypatch.delenv(name)

    def run(urls, *arguments):
        settings = {"PMO_DATABASE_URL": urls.app, "PMO_DATABASE_OWNER_URL": urls.owner, "PMO_DATA_DIR": str(tmp_path)}
        return CliRunner().invoke(main, [str(one) for one in arguments], env=settings | {"PMO_ORGANISATION": "Meridian"})

    return run


def test_what_was_backed_up_is_restored_with_its_history(filled, make_database, run, tmp_path):
    elsewhere = make_database(migrated=False)
    file = tmp_path / "pmo.backup"

    assert run(filled, "backup", str(file)).exit_code == 0
    answer = run(elsewhere, "restore", str(file))

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines()[0] == f"restored from {file}"
    assert re.fullmatch(r"rows: \d+ in \d+ tables, as the manifest says", answer.stdout.splitlines()[1])
    assert answer.stdout.splitlines()[2] == "settings: those of the backup are left out (--with-settings keeps them)"
    assert answer.stdout.splitlines()[3].startswith("seals: history is as it was sealed, ")
    there, here = contents(elsewhere), contents(filled)
    assert here.pop("public.backup_made") != there.pop("public.backup_made")  # noted after the snapshot was taken
    shipped = {f"{schema}.{table}" for schema in ("public", "history") for table in ("rule", "artefact")}
    grown = shipped | {"history.txn"}  # what this version ships is loaded after a restore
    assert {name: there[name] for name in here if name not in grown} == {name: here[name] for name in here if name not in grown}
    assert file.stat().st_mode & 0o777 == 0o600
    with create_engine(elsewhere.app, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("select has_table_privilege('history.milestone', 'select')"))
        assert not connection.scalar(text("select has_table_privilege('history.milestone', 'delete')"))


def test_a_database_with_something_in_it_is_not_overwritten(filled, run, tmp_path):
    file = tmp_path / "pmo.backup"
    run(filled, "backup", str(file))
    before = contents(filled)

    answer = run(filled, "restore", str(file))

    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: This database is not empty:")
    assert contents(filled) == before


def test_a_file_that_is_no_backup_leaves_nothing(make_database, run, tmp_path):
    urls = make_database(migrated=False)
    (tmp_path / "letter.txt").write_text("Dear mother")

    answer = run(urls, "restore", str(tmp_path / "letter.txt"))

    assert answer.exit_code == 2
    assert answer.stderr == f"Error: {tmp_path / 'letter.txt'} cannot be used, this is no backup of pmo.\n"
    assert contents(urls) == {}


def test_an_empty_database_has_nothing_to_back_up(make_database, run, tmp_path):
    answer = run(make_database(migrated=False), "backup", tmp_path / "none")

    assert (answer.exit_code, answer.output) == (2, "Error: There is nothing to back up: this database has no tables yet.\n")
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(filled, run, tmp_path):
    answer = run(filled, "backup", tmp_path / "missing" / "pmo.backup")

    assert (answer.exit_code, answer.output) == (
        2,
        f"Error: {tmp_path / 'missing' / 'pmo.backup'} cannot be written: No such file or directory.\n",
    )


def test_half_a_backup_leaves_nothing(filled, make_database, run, tmp_path):
    elsewhere = make_database(migrated=False)
    run(filled, "backup", str(tmp_path / "whole"))
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) * 2 // 3])

    answer = run(elsewhere, "restore", str(tmp_path / "half"))

    assert answer.exit_code == 2
    assert f"half cannot be used, truncated at byte {len(whole) * 2 // 3}: database.dump goes on to byte " in answer.stderr
    assert contents(elsewhere) == {}


def test_what_pg_dump_alone_has_written_is_restored_as_before(filled, make_database, run, tmp_path):
    elsewhere = make_database(migrated=False)
    with create_engine(filled.owner, isolation_level="REPEATABLE READ").connect() as connection:
        snapshot = connection.scalar(text("select pg_export_snapshot()"))
        (tmp_path / "old").write_bytes(b"".join(dump(filled.owner, snapshot, lambda _begun: None)))

    answer = run(elsewhere, "restore", tmp_path / "old")

    assert (answer.exit_code, answer.output.splitlines()[0]) == (0, f"restored from {tmp_path / 'old'}"), answer.output
    assert contents(elsewhere)["public.milestone"] == contents(filled)["public.milestone"]
    assert run(elsewhere, "backup", "--verify", tmp_path / "old").output.endswith("no manifest to compare it with.\n")


def test_a_changed_byte_and_wrong_counts_are_found_before_anything_is_written(filled, make_database, run, tmp_path):
    elsewhere = make_database(migrated=False)
    run(filled, "backup", tmp_path / "whole")
    whole = bytearray((tmp_path / "whole").read_bytes())
    part = parcel.look_through(tmp_path / "whole").parts[parcel.DUMP]
    whole[part.start + part.size // 2] ^= 1
    (tmp_path / "altered").write_bytes(whole)
    lie(tmp_path / "whole", tmp_path / "lying")

    altered, lying = run(elsewhere, "restore", tmp_path / "altered"), run(elsewhere, "restore", tmp_path / "lying")

    assert (altered.exit_code, altered.output) == (2, f"Error: {tmp_path / 'altered'} cannot be used, altered: database.dump.\n")
    assert lying.exit_code == 2
    assert lying.output.endswith("ERROR:  public.milestone has 1 rows instead of 2\n")
    assert contents(elsewhere) == {}


def lie(whole, lying):
    """The same database, under a manifest that speaks of one milestone more."""
    found = parcel.look_through(whole)
    part, rows = found.parts[parcel.DUMP], dict(found.manifest["rows"])
    rows["public.milestone"] += 1
    with lying.open("w+b") as out:
        writer = parcel.Writer(out)
        writer.add(parcel.DUMP, [whole.read_bytes()[part.start : part.start + part.size]])
        writer.finish({**found.manifest, "rows": rows})


def test_what_it_holds_is_said_without_a_database_and_secrets_are_in_it_only_when_asked_for(filled, run, tmp_path):
    (tmp_path / "secret_key").write_text("only for tests")
    run(filled, "backup", tmp_path / "open")
    answer = run(filled, "backup", tmp_path / "closed", "--with-secrets")
    said = run(filled, "backup", "--verify", tmp_path / "open")

    assert "keep this file like a password" in answer.output
    assert parcel.look_through(tmp_path / "closed").text(parcel.SECRETS).splitlines()[1] == 'PMO_SECRET_KEY="only for tests"'
    assert b"only for tests" not in (tmp_path / "open").read_bytes()
    assert "PMO_ORGANISATION=Meridian" in parcel.look_through(tmp_path / "open").text(parcel.SETTINGS)
    assert [line.split()[0] for line in said.output.splitlines()[1:]] == ["made", "rows", "newest", "seal", "parts"]


def test_a_folder_keeps_the_newest_and_progress_is_told_beside_the_answer(filled, run, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("pmo-2025-01-01T020000.backup", "pmo-2025-01-02T020000.backup", "mine.txt"):
        (folder / name).touch()

    answer = run(filled, "backup", folder, "--keep", "2", "--progress")

    assert answer.exit_code == 0
    assert answer.stderr.splitlines()[0] == "counting rows"
    assert answer.stderr.splitlines()[-1] == "reading back what was written"
    kept = sorted(path.name for path in folder.iterdir())
    assert kept[:2] == ["mine.txt", "pmo-2025-01-02T020000.backup"]
    assert len(kept) == 3
    assert answer.stdout.endswith(f"{folder / kept[2]}\n")


def test_a_backup_made_while_others_write_is_one_moment(filled, make_database, run, tmp_path):
    """Two rows that every transaction changes together are equal in it, and history is as it was sealed."""
    elsewhere = make_database(migrated=False)
    pairs, stop = ("update portfolio set name = :name", "update programme set name = :name"), threading.Event()
    written = []

    def write():
        with create_engine(filled.app, poolclass=NullPool).connect() as connection:
            while not stop.is_set():
                name = f"{threading.get_ident()} {len(written)}"
                with connection.begin():
                    for statement in pairs:
                        connection.execute(text(statement), {"name": name})
                    connection.execute(text("select history.seal(5)"))
                written.append(len(written))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while len(written) < 5:
        stop.wait(0.01)
    answer = run(filled, "backup", tmp_path / "busy")
    stop.set()
    for writer in writers:
        writer.join(30)
    restored = run(elsewhere, "restore", tmp_path / "busy")

    assert (answer.exit_code, restored.exit_code) == (0, 0), answer.output + restored.output
    assert "seals: history is as it was sealed" in restored.output
    with create_engine(elsewhere.app, poolclass=NullPool).connect() as connection:
        [(one, other, versions, open_ones)] = connection.execute(
            text(
                "select (select name from portfolio), (select name from programme), (select count(*) from history.portfolio),"
                " (select count(*) from history.portfolio where h_to is null)"
            )
        ).all()
    assert one == other
    assert (5 < versions <= len(written) + 2, open_ones) == (True, 1)
