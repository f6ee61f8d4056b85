"""What the triggers keep: versions of every change, whoever makes it and however often per transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.history.ground import LONG_AGO, Ground, tell

YEAR = timedelta(days=365)
WITH_TXN = "from history.thing h join history.txn t on t.id = h_txn"
VERSIONS = "select id, name, h_from, h_to, h_txn, h_closed from history.thing order by id, h_version"


def shape(ground: Ground) -> list[tuple[str, str]]:
    """Name and kind of each version: empty, ended or open."""
    return ground.rows(
        "select name, case when h_to is null then 'open' when h_to = h_from then 'empty' else 'ended' end"
        " from history.thing order by h_version"
    )


def test_a_transaction_is_recorded_once_with_who_why_and_from_where(ground):
    ground.write(
        "insert into thing (name) values ('a'), ('b')", "update thing set name = 'c'",
        actor=7, deputy_for=8, origin="ui", reason="asked by the board",
    )  # fmt: skip

    rows = ground.rows("select actor, deputy_for, origin, reason, explicit, effective_at = recorded_at from history.txn")
    assert rows == [(7, 8, "ui", "asked by the board", False, True)]


def test_several_writes_of_one_transaction_leave_empty_versions_as_evidence(ground):
    ground.write(
        "insert into thing (name) values ('first')", "update thing set name = 'second'", "update thing set name = 'third'"
    )

    assert shape(ground) == [("first", "empty"), ("second", "empty"), ("third", "open")]
    assert ground.names_as_of(ground.now()) == ["third"]


def test_what_a_savepoint_took_back_is_not_kept(ground):
    with ground.writing() as connection:
        connection.execute(text("insert into thing (name) values ('kept')"))
        savepoint = connection.begin_nested()
        connection.execute(text("update thing set name = 'taken back'"))
        savepoint.rollback()

    assert shape(ground) == [("kept", "open")]


def test_a_first_write_taken_back_leaves_no_transaction_and_the_next_one_is_recorded(ground):
    with ground.writing(actor=3) as connection:
        savepoint = connection.begin_nested()
        connection.execute(text("insert into thing (name) values ('taken back')"))
        savepoint.rollback()
        connection.execute(text("insert into thing (name) values ('kept')"))

    assert ground.rows("select t.actor, h.name from history.txn t join history.thing h on h.h_txn = t.id") == [(3, "kept")]


def test_a_deleted_row_can_be_made_again_and_its_absence_shows(ground):
    ground.write("insert into thing (id, name) values (1, 'a')")
    ground.write("delete from thing")
    between = ground.now()
    ground.write("insert into thing (id, name) values (1, 'again')")

    assert ground.names_as_of(between) == []
    assert shape(ground) == [("a", "ended"), ("again", "open")]


def test_deleting_and_making_again_in_one_transaction_leaves_no_gap(ground):
    ground.write("insert into thing (id, name) values (1, 'a')")
    ground.write("delete from thing", "insert into thing (id, name) values (1, 'b')")

    (_, _, _, ended, _, closed_by), (_, _, began, _, written_by, _) = ground.rows(VERSIONS)
    assert (ended, closed_by) == (began, written_by)


def test_rows_deleted_with_their_parent_are_recorded(ground):
    ground.write("insert into thing (id, name) values (1, 'a')", "insert into part (thing_id, name) values (1, 'wheel')")
    ground.write("delete from thing")

    assert ground.value("select count(*) from history.part where h_to is not null") == 1


def test_statements_that_touch_no_row_make_no_transaction(ground):
    ground.write("update thing set name = 'x'", "delete from thing", "insert into thing (name) select 'x' where false")

    assert ground.rows("select * from history.txn") == []


def test_an_older_position_is_refused_where_newer_history_exists(ground):
    ground.write("insert into thing (name) values ('a')", effective_at=LONG_AGO + YEAR)

    with pytest.raises(DBAPIError, match="newer history exists: thing 1") as refusal:
        ground.write("update thing set name = 'older'", effective_at=LONG_AGO)
    assert refusal.value.orig.sqlstate == "PM001"
    with pytest.raises(DBAPIError, match="newer history exists: thing 1"):
        ground.write("delete from thing", effective_at=LONG_AGO)


def test_a_row_is_not_made_again_before_the_day_it_was_deleted(ground):
    ground.write("insert into thing (id, name) values (1, 'a')", effective_at=LONG_AGO)
    ground.write("delete from thing", effective_at=LONG_AGO + 2 * YEAR)

    with pytest.raises(DBAPIError, match="newer history exists"):
        ground.write("insert into thing (id, name) values (1, 'b')", effective_at=LONG_AGO + YEAR)


def test_positions_loaded_in_order_build_real_history(ground):
    for year in range(3):
        statement = "insert into thing (name) values ('year 0')" if year == 0 else f"update thing set name = 'year {year}'"
        ground.write(statement, effective_at=LONG_AGO + year * YEAR)

    shown = [ground.names_as_of(LONG_AGO + year * YEAR + timedelta(days=1)) for year in range(3)]
    assert shown == [["year 0"], ["year 1"], ["year 2"]]
    assert ground.names_as_of(LONG_AGO - timedelta(days=1)) == []


def test_two_positions_of_one_moment_are_both_kept_and_the_later_one_shows(ground):
    ground.write("insert into thing (name) values ('first file')", effective_at=LONG_AGO)
    ground.write("update thing set name = 'second file'", effective_at=LONG_AGO)

    assert shape(ground) == [("first file", "empty"), ("second file", "open")]


def test_a_live_change_is_refused_before_a_stated_future(ground):
    ground.write("insert into thing (name) values ('next year')", effective_at=ground.now() + YEAR)

    with pytest.raises(DBAPIError, match="newer history exists"):
        ground.write("update thing set name = 'now'")


def test_overlapping_live_transactions_are_never_refused_and_both_show(ground):
    ground.write("insert into thing (name) values ('start')", "insert into thing (name) values ('other')")
    with ground.writing(actor=1) as early:
        early.execute(text("update thing set name = 'touched' where id = 2"))
        ground.write("update thing set name = 'by the later one' where id = 1", actor=2)
        early.execute(text("update thing set name = 'by the earlier one' where id = 1"))

    versions = ground.rows(f"select h.name, t.actor, h_to > h_from or h_to is null {WITH_TXN} where h.id = 1 order by h_from")
    assert versions == [("start", None, True), ("by the later one", 2, True), ("by the earlier one", 1, True)]


def test_an_application_cannot_put_its_writes_into_an_older_transaction(ground):
    ground.write("insert into thing (name) values ('a')", actor=7)
    ground.write("update thing set name = 'b'", actor=8, txn=1)

    assert ground.rows(f"select h_txn, t.actor {WITH_TXN} order by h_version") == [(1, 7), (2, 8)]


def test_a_table_with_history_cannot_be_truncated(ground):
    with pytest.raises(DBAPIError, match="truncate of thing is refused"), ground.owner.begin() as connection:
        connection.execute(text("truncate thing cascade"))


def test_a_column_added_without_telling_history_is_refused_by_the_first_write(ground):
    with ground.owner.connect() as connection:
        connection.execute(text("alter table thing add column forgotten text"))
        with pytest.raises(DBAPIError, match="has to call history.track"):
            connection.execute(text("insert into thing (name) values ('x')"))


def test_bulk_statements_and_merges_are_seen_like_any_other(ground):
    ground.write(
        "insert into thing (name) select 'thing ' || n from generate_series(1, 500) n",
        "insert into thing (id, name) values (1, 'x'), (501, 'y') on conflict (id) do update set name = 'merged'",
    )
    ground.write(
        "merge into thing t using (values (2), (600)) v(id) on v.id = t.id"
        " when matched then delete when not matched then insert (id, name) values (600, 'new')"
    )

    present = ground.rows("select id, name from thing order by id")
    assert ground.rows("select id, name from history.thing where h_to is null order by id") == present
    assert len(present) == 501


def test_the_transaction_number_is_not_taken_over_by_the_next_transaction_of_a_connection(ground):
    with ground.app.connect() as connection:
        for name in ("a", "b"):
            with connection.begin():
                tell(connection, reason=name)
                connection.execute(text("insert into thing (name) values (:name)"), {"name": name})

    assert ground.rows(f"select t.reason, h.name {WITH_TXN} order by 1") == [("a", "a"), ("b", "b")]
