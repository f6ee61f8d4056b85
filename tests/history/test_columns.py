"""Tables change; what was recorded before still shows as it was, in the shape tables have now."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.history.ground import Ground

TRACK = "select history.track('thing')"


@pytest.fixture
def changing(make_database) -> Iterator[Ground]:
    """A playground of one's own, with one table that a test may change."""
    ground = Ground(make_database())
    with ground.owner.begin() as connection:
        connection.execute(text("create table thing (id serial primary key, version int not null default 1, name text not null)"))
        connection.execute(text(TRACK))
    yield ground
    ground.dispose()


def migrate(ground: Ground, *statements: str) -> None:
    with ground.owner.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_added_column_shows_its_default_for_older_versions(changing):
    changing.write("insert into thing (name) values ('a')")
    before = changing.now()
    migrate(
        changing,
        "alter table thing add column weight integer not null default 3",
        "alter table thing add column note text default 'none', add column due date",
        "alter table thing alter column weight drop default",
        TRACK,
    )
    changing.write("update thing set note = null")

    assert changing.as_of(before, "select name, weight, note, due from thing") == [("a", 3, "none", None)]
    assert changing.as_of(changing.now(), "select name, weight, note, due from thing") == [("a", 3, None, None)]


def test_rows_that_a_migration_fills_one_by_one_get_a_version(changing):
    changing.write("insert into thing (name) values ('a'), ('b')")
    migrate(changing, "alter table thing add column mark uuid not null default gen_random_uuid()", TRACK)

    present = changing.rows("select id, mark from thing order by id")
    assert changing.as_of(changing.now(), "select id, mark from thing order by id") == present


def test_rows_older_than_their_history_get_a_first_version(changing):
    migrate(
        changing,
        "create table late (id serial primary key, version integer not null default 1, name text)",
        "insert into late (name) values ('was there before')",
        "select history.track('late')",
    )

    assert changing.as_of(changing.now(), "select name from late") == [("was there before",)]


def test_a_dropped_column_keeps_its_history_and_may_come_back(changing):
    migrate(changing, "alter table thing add column note text", TRACK)
    changing.write("insert into thing (name, note) values ('a', 'remembered')")
    before = changing.now()
    migrate(changing, "alter table thing drop column note", TRACK)
    changing.write("update thing set name = 'b'")
    migrate(changing, "alter table thing add column note text", TRACK)

    assert changing.as_of(before, "select name, note from thing") == [("a", "remembered")]
    assert changing.as_of(changing.now(), "select name, note from thing") == [("b", None)]


def test_a_table_that_is_given_up_keeps_its_versions(changing):
    changing.write("insert into thing (name) values ('a')")
    migrate(changing, "select history.untrack('thing')", "drop table thing")

    assert changing.rows("select name, h_to is not null from history.thing") == [("a", True)]


def test_wider_types_are_followed_and_others_refused(changing):
    migrate(changing, "alter table thing add column size smallint", TRACK)
    changing.write("insert into thing (name, size) values ('a', 1)")
    migrate(changing, "alter table thing alter column size type bigint", TRACK)
    with pytest.raises(DBAPIError, match="add a column instead"):
        migrate(changing, "alter table thing alter column size type text", TRACK)

    changing.write("update thing set size = 5000000000")
    assert changing.as_of(changing.now(), "select size from thing") == [(5000000000,)]


def test_a_generated_column_is_computed_for_every_moment(changing):
    migrate(changing, "alter table thing add column shout text generated always as (upper(name)) stored", TRACK)
    changing.write("insert into thing (name) values ('a')")
    before = changing.now()
    changing.write("update thing set name = 'b'")

    assert changing.as_of(before, "select shout from thing") == [("A",)]


def test_names_that_belong_to_history_are_refused(changing):
    with pytest.raises(DBAPIError, match="belong to history"):
        migrate(changing, "alter table thing add column h_note text", TRACK)


def test_the_choice_to_show_the_present_only_is_kept_by_later_calls(changing):
    migrate(changing, "create table role (id serial primary key, version integer)", "select history.track('role', asof => false)")
    migrate(changing, "alter table role add column name text", "select history.track('role')")

    assert changing.rows("select viewname from pg_views where schemaname = 'asof' and viewname = 'role'") == []
    assert changing.rows("select viewname from pg_views where schemaname = 'asknown' and viewname = 'role'") == [("role",)]


def test_verification_stays_green_over_all_of_this(changing):
    changing.write("insert into thing (name) values ('a')")
    changing.seal()
    migrate(changing, "alter table thing add column weight integer not null default 3", TRACK)
    changing.write("update thing set weight = 4")
    changing.seal()
    migrate(changing, "alter table thing drop column weight", TRACK)

    assert changing.findings() == []
