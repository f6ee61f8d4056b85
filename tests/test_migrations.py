"""Migrations run up and down with data, end where the models are, and know nothing of the application."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

import pmo
from pmo.db import MIGRATIONS, Base, applied_revision, newest_revision, upgrade
from pmo.reports.logic import canonical

CONFIG = Config()
CONFIG.set_main_option("script_location", str(MIGRATIONS))
REVISIONS: list[Script] = list(ScriptDirectory.from_config(CONFIG).walk_revisions())[::-1]
FILES = sorted(MIGRATIONS.rglob("*.py"))


@dataclass(frozen=True)
class Empty:
    """A database without tables, its owner's address, and ways up and down."""

    url: str
    engine: Engine

    def up(self, revision: str = "head") -> None:
        upgrade(self.url, revision)

    def down(self, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["url"] = self.url
        command.downgrade(config, revision)

    def value(self, query: str) -> object:
        with self.engine.connect() as connection:
            return connection.scalar(text(query))


@pytest.fixture
def empty(make_database) -> Iterator[Empty]:
    url = make_database(migrated=False).owner
    engine = create_engine(url)
    yield Empty(url, engine)
    engine.dispose()


def models() -> None:
    """Every room's tables, loaded into the metadata."""
    for room in pkgutil.iter_modules(pmo.__path__):
        if room.ispkg and importlib.util.find_spec(f"pmo.{room.name}.models"):
            importlib.import_module(f"pmo.{room.name}.models")


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_")))


def shape(connection: Connection) -> list[tuple[str, ...]]:
    """Every table, view, column and index, to compare two states of the database."""
    return [
        tuple(map(str, row))
        for row in connection.execute(
            text("""
            select table_schema, table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
              from information_schema.columns where table_schema in ('public', 'history', 'asof', 'asknown')
            union all select schemaname, tablename, indexname, indexdef, '', ''
              from pg_indexes where schemaname in ('public', 'history')
            union all select 'trigger', event_object_table, trigger_name, event_manipulation, action_timing, action_statement
              from information_schema.triggers
            order by 1, 2, 3, 4""")
        )
    ]


A_RULE = "insert into rule (code, value, unit, valid_from, source) values (:code, 1, 'days', '2026-01-01', 'test')"
# Secrets, files that never change, and what passes through: no business fact stands here alone.
NOT_AUDITED = {"credential", "login_session", "api_token", "throttle", "edition_file", "import_run", "report_making"}
NOT_AUDITED |= {"collect_link", "mail", "mailed_finding", "signed_link", "test_clock", "update_sheet"}
NOT_AUDITED |= {"stored_file"}
NOT_AUDITED |= {"last_sign_in", "second_factor", "recovery_code"}
NOT_AUDITED |= {"calendar_feed", "webhook_secret", "webhook_delivery"}
NOT_AUDITED |= {"reply_address", "reply_project", "received_mail"}
NOT_AUDITED |= {"kept_answer", "rate_window"}
NOT_AUDITED |= {"backup_made"}
NOT_AUDITED |= {"report_approval_content", "edition_opening", "edition_print"}
NOT_AUDITED |= {"slow_statement", "problem", "job_problem", "worker_seen"}  # what the server noticed about itself
MADE_UP = {"date": "'2026-01-01'", "timestamptz": "'2026-01-01'", "jsonb": "'{}'", "bytea": "'x'"}  # anything else is a 1
FITTING = {("role_grant", "scope"): "'all'", ("agenda_line", "kind"): "'own'"}
FITTING |= {("calendar_feed", "kind"): "'person'", ("webhook", "kinds"): "'{}'"}
NULLABLE = {
    ("distribution_entry", "committee_id"),
    ("report_approval", "committee_id"),
    ("report_approver", "project_id"),
}  # one of several
ASKED = text(
    "select column_name, udt_name from information_schema.columns where table_schema = 'public' and table_name = :table"
    " and is_nullable = 'NO' and column_default is null"
)
OURS = text("select tablename from pg_tables where schemaname = 'public' and tablename !~ '^(procrastinate|alembic)_' order by 1")


FIRST_EDITION = "0010"
HEAD_OF_THE_CHAIN = "select encode(sha, 'hex') from history.seal order by number desc limit 1"
FINDINGS = "select count(*) from history.verify()"
EDITIONS = "select jsonb_agg(jsonb_build_array(content, content_sha256)) from edition"


def fill(superuser: Engine, *, again: bool = True) -> None:
    """A row in every table (or every empty one), made up by type, foreign keys or not; then history catches up with them."""
    with superuser.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        for table in connection.scalars(OURS).all():
            if not again and connection.scalar(text(f'select exists (select from "{table}")')):
                continue
            columns = connection.execute(ASKED, {"table": table}).all()
            columns += [(column, "int4") for of, column in NULLABLE if of == table and column not in dict(map(tuple, columns))]
            names = ", ".join(f'"{name}"' for name, _ in columns)
            values = ", ".join(FITTING.get((table, name)) or MADE_UP.get(kind, "'1'") for name, kind in columns)
            connection.execute(text(f'insert into "{table}" ({names}) values ({values})'))
    with superuser.begin() as connection:
        connection.execute(text("select history.catch_up(tab) from history.tracked"))


def drain(superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        for table in connection.scalars(OURS).all():
            connection.execute(text(f'delete from "{table}"'))


def test_from_nothing_up_down_and_up_again(empty):
    empty.up()
    with empty.engine.connect() as connection:
        first = shape(connection)
    empty.down("base")
    left = empty.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relname !~ '^alembic'")
    schemas = empty.value("select count(*) from pg_namespace where nspname in ('history', 'asof', 'asknown')")
    empty.up()
    with empty.engine.connect() as connection:
        again = shape(connection)

    assert (left, schemas) == (0, 0)
    assert again == first


def test_each_revision_goes_down_and_up_with_data(make_database):
    """One step down and up again from every revision, every table holding a row with its history."""
    urls = make_database(migrated=False)
    empty, superuser = Empty(urls.owner, create_engine(urls.owner)), create_engine(urls.superuser)
    for revision in REVISIONS[1:]:
        empty.up(revision.revision)
        fill(superuser)
        empty.down(revision.down_revision)
        empty.up(revision.revision)
        drain(superuser)
    versions = empty.value("select count(*) from history.project")
    empty.engine.dispose()
    superuser.dispose()

    assert applied_revision(urls.owner) == newest_revision()
    assert versions == sum(1 for revision in REVISIONS if revision.revision >= "0005")


def tables(superuser: Engine) -> list[str]:
    with superuser.connect() as connection:
        return list(connection.scalars(OURS))


def publish(superuser: Engine, content: dict[str, object]) -> None:
    """The made-up edition becomes one with this content under its hash."""
    with superuser.begin() as connection:
        frozen = {"content": json.dumps(content), "sha": canonical.sha256(content)}
        connection.execute(text("update edition set content = cast(:content as jsonb), content_sha256 = :sha"), frozen)


def seal(superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(text("select history.seal(1000000)"))


def test_a_filled_database_of_every_revision_comes_to_the_newest_as_it_was_sealed(make_database):
    """What every revision left there goes on through all later ones: sealed by each, and the edition keeps its hash."""
    urls, content = make_database(migrated=False), {"form": 1, "title": "Août 2026", "red": ["PAC-01"]}
    there, superuser = Empty(urls.owner, create_engine(urls.owner)), create_engine(urls.superuser)
    heads, found = [], {}
    for revision in REVISIONS:
        there.up(revision.revision)
        found[revision.revision] = there.value(FINDINGS)
        fill(superuser, again=False)
        if revision.revision == FIRST_EDITION:
            publish(superuser, content)
        seal(superuser)
        heads += [head for head in [there.value(HEAD_OF_THE_CHAIN)] if head]
    empty_tables = [name for name in tables(superuser) if there.value(f'select not exists (select from "{name}")')]
    lost = [head for head in heads if not there.value(f"select exists (select from history.seal where sha = '\\x{head}')")]
    frozen, findings = there.value(EDITIONS), there.value(FINDINGS)
    there.engine.dispose()
    superuser.dispose()

    assert found == dict.fromkeys(found, 0)
    assert (findings, lost, empty_tables, len(heads) > 20) == (0, [], [], True)
    assert frozen == [[content, canonical.sha256(content)]]


def test_rows_and_their_history_survive_an_upgrade_from_every_revision(empty):
    for revision in REVISIONS:
        empty.up(revision.revision)
        if not empty.value("select exists (select from pg_tables where schemaname = 'public' and tablename = 'rule')"):
            continue
        with empty.engine.begin() as connection:
            connection.execute(text(A_RULE), {"code": revision.revision})

    assert empty.value("select count(*) from rule") == empty.value("select count(*) from history.rule where h_to is null")
    assert empty.value("select count(*) from history.verify()") == 0


def test_the_newest_revision_is_what_the_models_say(empty):
    models()
    empty.up()

    with empty.engine.connect() as connection:
        compared = {"compare_type": True, "compare_server_default": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_line_of_revisions(empty):
    assert [revision.down_revision for revision in REVISIONS] == [None, *(revision.revision for revision in REVISIONS[:-1])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_migrations_import_nothing_of_the_application(path):
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name for name in imported if name.split(".")[0] == "pmo"} == set()


def test_every_table_is_under_history_or_known_not_to_be(empty):
    models()
    empty.up()
    with empty.engine.connect() as connection:
        tracked = set(connection.scalars(text("select tab::text from history.tracked")))

    assert set(Base.metadata.tables) - tracked == NOT_AUDITED


def test_two_who_upgrade_at_once_take_turns(empty):
    command = [sys.executable, "-c", "import sys; from pmo.db import upgrade; upgrade(sys.argv[1])", empty.url]
    both = [subprocess.Popen(command) for _ in range(2)]

    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert applied_revision(empty.url) == newest_revision()


def test_a_migration_that_fails_leaves_the_one_before_it(empty):
    empty.up("0002")
    with empty.engine.begin() as connection:
        connection.execute(text("create table person (id integer)"))  # in the way of the fourth

    with pytest.raises(ProgrammingError, match="already exists"):
        empty.up()

    assert applied_revision(empty.url) == "0003"
    assert empty.value("select to_regclass('credential')") is None
