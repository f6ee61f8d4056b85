"""The application reads history and cannot touch it."""

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.postgres import OTHER_SERVER


@pytest.mark.parametrize(
    "statement",
    [
        "update history.thing set name = 'x'",
        "insert into history.thing (id, name, version, h_from, h_txn) values (9, 'x', 1, now(), 1)",
        "delete from history.thing",
        "truncate history.thing",
        "update history.txn set actor = 1",
        "insert into history.txn (recorded_at, effective_at, explicit, xid) values (now(), now(), false, '1')",
        "delete from history.digest",
        "update history.seal set sha = 'x'",
        "select history.erase('thing', 1, '{}', '')",
        "select history.untrack('thing')",
        "select history.current_txn()",
        "alter table thing disable trigger all",
        "alter table thing disable trigger keep_update",
        "drop trigger keep_update on thing",
        "truncate thing cascade",
        "drop table thing",
        "create or replace function history.keep_thing() returns trigger language plpgsql as 'begin return null; end'",
        "create table history.extra (id int)",
        "drop schema history cascade",
        "update alembic_version set version_num = 'x'",
    ],
)
def test_the_application_cannot(ground, statement):
    ground.write("insert into thing (name) values ('a')")

    with pytest.raises(DBAPIError, match="permission denied|must be owner"), ground.app.begin() as connection:
        connection.execute(text(statement))


def test_the_application_reads_history_seals_it_and_verifies_it(ground):
    ground.write("insert into thing (name) values ('a')")

    with ground.app.begin() as connection:
        assert connection.execute(text("select name from history.thing")).all() == [("a",)]
        assert connection.scalar(text("select history.seal()")) == 1
        assert connection.execute(text("select * from history.verify()")).all() == []


def test_a_table_in_front_of_the_search_path_does_not_lead_the_triggers_astray(ground):
    engine = create_engine(ground.urls.app, poolclass=NullPool)
    with ground.writing(engine, actor=7) as connection:
        connection.execute(text("create temporary table txn (id bigint); create temporary table thing (id int)"))
        connection.execute(text("create domain pg_temp.timestamptz as text"))
        connection.execute(text("insert into public.thing (name) values ('a')"))

    assert ground.rows("select h.name, t.actor from history.thing h join history.txn t on t.id = h_txn") == [("a", 7)]


def test_roles_made_after_the_migrations_are_served_by_the_next_upgrade(ground):
    with ground.superuser.begin() as connection:
        connection.execute(text("revoke all on all tables in schema history from pmo_app"))
        connection.execute(text("revoke all on schema history, asof, asknown from pmo_app"))
    with ground.owner.begin() as connection:
        connection.execute(text("select history.protect()"))

    with ground.app.begin() as connection:
        assert connection.execute(text("select * from history.thing")).all() == []


@pytest.mark.skipif(bool(OTHER_SERVER), reason="on a named server tests are a superuser that has put the role on")
@pytest.mark.parametrize("statement", ["set session_replication_role = replica", "set role pmo_owner"])
def test_the_application_cannot_become_somebody_else(ground, statement):
    with pytest.raises(DBAPIError, match="permission denied"), ground.app.begin() as connection:
        connection.execute(text(statement))
