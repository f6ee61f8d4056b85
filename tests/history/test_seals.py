"""Whoever edits history behind the back of the triggers is found out, and what was edited is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


@pytest.fixture
def sealed(ground):
    """Thing 1 with versions 1, 3 and 4, thing 2 with version 2, made and deleted; all of it sealed."""
    ground.write("insert into thing (name, amount, data) values ('a', 1.5, '{\"x\": null}'), ('b', 2, null)", actor=7)
    ground.write("update thing set name = 'aa' where id = 1", actor=8)
    ground.write("update thing set name = 'aaa' where id = 1", "delete from thing where id = 2")
    assert ground.seal() == 3
    return ground


def test_untouched_history_is_as_it_was_sealed(sealed):
    assert sealed.findings() == []
    assert sealed.seal() == 0


@pytest.mark.parametrize(
    ("forgery", "problem"),
    [
        ("update history.thing set name = 'forged' where h_version = 3", ("edited", "thing", 1, 3)),
        ("update history.thing set data = '{}' where h_version = 1", ("edited", "thing", 1, 1)),
        ("update history.thing set amount = 1.50001 where h_version = 1", ("edited", "thing", 1, 1)),
        ("update history.thing set h_from = h_from - interval '1 day' where h_version = 3", ("re-dated", "thing", 1, 3)),
        ("update history.thing set h_to = h_to + interval '1 day' where h_version = 3", ("end re-dated", "thing", 1, 3)),
        ("update history.thing set h_to = null, h_closed = null where h_version = 2", ("reopened", "thing", 2, 2)),
        ("update history.thing set h_txn = 2 where h_version = 1", ("other transaction", "thing", 1, 1)),
        ("update history.thing set h_closed = 1 where h_version = 2", ("ended", "thing", 2, 2)),
        ("delete from history.thing where h_version = 3", ("deleted", "thing", 1, 3)),
        ("update history.txn set actor = 9 where id = 2", ("transaction edited", "txn", 2, None)),
        ("update history.txn set recorded_at = now() where id = 2", ("transaction edited", "txn", 2, None)),
        ("delete from history.txn where id = 2", ("transaction deleted", "txn", 2, None)),
        ("update history.digest set moment = moment - interval '1 day' where h_version = 1", ("seal broken", "seal", 1, None)),
        ("delete from history.seal where number = 2", ("seal deleted", "seal", 2, None)),
        ("update public.thing set name = 'forged'", ("present differs", "thing", 1, None)),
        ("delete from public.thing", ("present differs", "thing", 1, None)),
        (
            "insert into history.certificate (txn, tab, row_id, cols, reason) values (99, 'thing', 1, '{name}', 'x')",
            ("certificate inserted", "thing", 1, None),
        ),
    ],
)
def test_a_forgery_is_named(sealed, forgery, problem):
    sealed.tamper(forgery)

    assert problem in sealed.findings()


@pytest.mark.parametrize("txn", [1, 99], ids=["a sealed one", "one that never was"])
def test_a_version_put_in_later_is_named_whatever_transaction_it_claims(sealed, txn):
    sealed.tamper(
        "insert into history.thing (id, version, name, h_from, h_to, h_txn, h_closed)"
        f" values (1, 1, 'never was', '2020-01-01', '2021-01-01', {txn}, {txn})"
    )

    assert sealed.findings() == [("inserted", "thing", 1, 5)]


def test_a_forgery_that_fits_its_digest_breaks_the_chain(sealed):
    sealed.tamper(
        "update history.thing set h_from = h_from - interval '1 hour' where h_version = 1",
        "update history.digest set moment = f.moment, sha = f.sha from history.fingerprints('thing') f"
        " where digest.tab = 'thing' and not closing and digest.h_version = f.h_version and f.h_version = 1",
    )

    assert sealed.findings() == [("seal broken", "seal", 1, None)]


def test_what_waits_for_its_seal_is_no_finding(sealed):
    sealed.write("update thing set name = 'new'", "insert into thing (name) values ('newer')")

    assert sealed.findings() == []


def test_transactions_are_sealed_in_batches_without_a_break(ground):
    for number in range(5):
        ground.write(f"insert into thing (name) values ('{number}')")
    with ground.app.begin() as connection:
        sealed = [connection.scalar(text("select history.seal(2)")) for _ in range(4)]

    assert sealed == [2, 2, 1, 0]
    assert ground.rows("select number, txn from history.seal order by number") == [(n, n) for n in range(1, 6)]
    assert ground.findings() == []


def test_an_erased_person_leaves_the_chain_whole_and_a_certificate(sealed):
    with sealed.owner.begin() as connection:
        connection.execute(text("select history.erase('thing', 1, '{\"name\": \"erased\", \"data\": null}', 'asked by letter')"))

    assert sealed.rows("select distinct name, data from history.thing where id = 1") == [("erased", None)]
    assert sealed.rows("select name from thing") == [("erased",)]
    assert sealed.findings() == []
    assert sealed.seal() == 1
    assert sealed.findings() == []
    certificates = sealed.rows("select tab, row_id, cols, reason from history.certificate")
    assert certificates == [("thing", 1, ["data", "name"], "asked by letter")]


def test_a_certificate_covers_nothing_but_what_was_erased(sealed):
    with sealed.owner.begin() as connection:
        connection.execute(text("select history.erase('thing', 1, '{\"name\": \"erased\"}', 'asked')"))
    sealed.seal()
    sealed.tamper(
        "update history.thing set amount = 99 where h_version = 1", "update history.erased set sha = 'x' where h_version = 3"
    )

    assert sealed.findings() == [("edited", "thing", 1, 1), ("edited", "thing", 1, 3), ("seal broken", "seal", 4, None)]


def test_two_sealers_at_once_make_one_chain(ground):
    ground.write("insert into thing (name) values ('a')")
    with ground.app.begin() as one:
        one.execute(text("select history.seal()"))
        with ground.app.connect() as other:
            other.execute(text("set local lock_timeout = '100ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                other.execute(text("select history.seal()"))

    assert ground.value("select count(*) from history.seal") == 1
