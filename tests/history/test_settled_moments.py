"""A settled moment: what is read as of it, as it was known then, is the same for ever."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.history.ground import LONG_AGO, look_at


def test_an_older_position_loaded_later_changes_the_moment_but_not_what_was_known_then(ground):
    ground.write("insert into thing (name) values ('known')")
    at, known = ground.settled()
    ground.write("insert into thing (name) values ('loaded later')", effective_at=LONG_AGO)

    assert ground.names_as_of(at) == ["known", "loaded later"]
    assert ground.names_as_of(at, known) == ["known"]


def test_an_older_change_recorded_later_is_not_what_was_known_then(ground):
    ground.write("insert into thing (name) values ('a')", effective_at=LONG_AGO)
    at, known = ground.settled()
    ground.write("update thing set name = 'b'", effective_at=LONG_AGO + timedelta(days=1))
    ground.write("delete from thing", effective_at=LONG_AGO + timedelta(days=2))

    assert ground.names_as_of(LONG_AGO + timedelta(days=1)) == ["b"]
    assert ground.names_as_of(at) == []
    assert ground.names_as_of(at, known) == ["a"]


def test_tables_shown_as_they_are_now_still_know_what_was_known_then(ground):
    ground.write("insert into label (name) values ('old name')")
    at, known = ground.settled()
    ground.write("update label set name = 'new name'")

    assert ground.as_of(at, "select name from label") == [("new name",)]
    assert ground.as_of(at, "select name from label", known) == [("old name",)]


def test_it_is_not_given_to_a_transaction_that_has_written(ground):
    with ground.app.connect() as connection:
        connection.execute(text("insert into thing (name) values ('a')"))
        with pytest.raises(DBAPIError, match="asked before writing"):
            connection.execute(text("select history.moment()"))


def test_it_waits_for_those_who_are_writing(ground):
    with ThreadPoolExecutor(1) as pool, ground.writing() as connection:
        connection.execute(text("insert into thing (name) values ('on its way')"))
        waiting = pool.submit(ground.settled)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        connection.commit()
        at, known = waiting.result(timeout=5)

    assert ground.names_as_of(at, known) == ["on its way"]


def test_many_hands_at_once_are_never_refused_and_every_settled_moment_stays(ground):
    ground.write("insert into thing (name) select 'start' from generate_series(1, 5)")
    seen = []

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(keep_writing, ground.app.begin, number) for number in range(3)]
        while not all(writer.done() for writer in writers):
            at, known = ground.settled()
            with ground.app.begin() as connection:
                look_at(connection, at, known)
                seen.append((at, known, connection.execute(text("select id, name from thing order by id")).all()))
        written = sum(writer.result() for writer in writers)

    assert ground.value("select count(*) from history.txn") == written + 1
    assert [(at, known, ground.as_of(at, "select id, name from thing order by id", known)) for at, known, _ in seen] == seen
    assert (
        ground.rows("""
        select a.id from history.thing a join history.thing b on a.id = b.id and a.h_version < b.h_version
        where tstzrange(a.h_from, a.h_to) && tstzrange(b.h_from, b.h_to)""")
        == []
    )


def keep_writing(begin: Callable, number: int) -> int:
    """Sixty transactions of three rows each, in the order of their ids, so that they wait for each other but not in a circle."""
    chance = random.Random(number)  # noqa: S311
    for turn in range(60):
        with begin() as connection:
            for row in sorted(chance.sample(range(1, 6), 3)):
                connection.execute(text("update thing set name = :name where id = :id"), {"id": row, "name": f"{number}.{turn}"})
                threading.Event().wait(chance.random() / 500)
    return 60
