"""`pmo audit`: a verdict for people and for scripts, and the erasure of a person."""

import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from pmo.db import db
from pmo.history import jobs, seals
from pmo.history.cli import audit
from pmo.kernel.permissions import Role


class Nothing:
    """The application is open already."""

    def __enter__(self):
        return None

    def __exit__(self, *_anything):
        return None


@pytest.fixture
def run(app):
    def run_command(*arguments: str):
        answer = CliRunner().invoke(audit, arguments, obj=Nothing)
        db.session.rollback()
        return answer.exit_code, answer.output

    return run_command


def transactions() -> int:
    return db.session.scalar(text("select count(*) from history.txn"))


def tamper(urls, statement):
    engine = create_engine(urls.superuser)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(statement))
    engine.dispose()


def test_untouched_history_gets_exit_code_0_and_the_head_of_the_chain(run, make):
    make.milestone()
    jobs.seal()

    code, said = run("verify")

    assert code == 0
    assert re.fullmatch(rf"History is as it was sealed\.\nHead of the chain: {transactions()}:[0-9a-f]{{64}}\n", said)


def test_what_is_not_sealed_yet_waits_and_is_no_finding(run, make):
    make.milestone()

    code, said = run("verify")

    assert code == 0
    assert "Head of the chain: nothing is sealed yet" in said
    assert f"Waiting for their seal: {transactions()} transactions" in said


def test_a_forgery_gets_exit_code_2_and_is_named(run, make, cluster_urls):
    milestone = make.milestone(name="Contract")
    jobs.seal()
    tamper(cluster_urls, "update history.milestone set forecast = '2026-01-01'")

    code, said = run("verify")

    assert code == 2
    place = f"milestone {milestone.id}, version 1 (transaction {transactions()})"
    assert f"{place}: its content was edited after it was sealed." in said
    assert "milestone 1: the present row is not what its newest version says." in said


def test_scripts_read_the_result_as_json(run, make, cluster_urls):
    make.portfolio()
    jobs.seal()
    tamper(cluster_urls, f"delete from history.txn where id = {transactions()}")

    code, said = run("verify", "--json")

    result = json.loads(said)
    assert code == 2
    assert [one["problem"] for one in result["findings"]] == ["transaction deleted"]
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", result["head"])


def test_an_anchor_printed_earlier_must_still_be_in_the_chain(run, make):
    make.portfolio()
    jobs.seal()
    anchor = str(seals.head())
    make.portfolio()
    jobs.seal()

    assert run("verify", "--anchor", anchor)[0] == 0
    code, said = run("verify", "--anchor", "1:" + "0" * 64)
    assert (code, "rewritten" in said) == (2, True)
    assert run("verify", "--anchor", "yesterday")[0] == 2


def test_sealing_is_repeated_until_nothing_waits(app, make, monkeypatch):
    monkeypatch.setattr(jobs, "PORTION", 2)
    for _ in range(5):
        make.portfolio()

    jobs.seal()

    assert (seals.waiting().transactions, seals.head().number) == (0, transactions())


def test_an_erased_person_is_gone_from_all_history_and_what_they_did_stays(run, make, login):
    person = make.person("Nele Peeters", email="nele@example.org", password="a long enough password")
    milestone = make.milestone(owner_id=person.id)
    jobs.seal()

    code, said = run("erase-person", "nele@example.org", "--reason", "asked by letter of 3 March", "--yes")

    assert (code, "certificate 1" in said) == (0, True)
    names = db.session.scalars(text("select distinct name from history.person where id = :id"), {"id": person.id}).all()
    assert names == [f"Erased person {person.id}"]
    assert db.session.scalar(text("select count(*) from credential where person_id = :id"), {"id": person.id}) == 0
    jobs.seal()
    code, said = run("verify")
    assert (code, "Erasures with a certificate: 1." in said) == (0, True)
    page = login(Role.PMO).get(f"/history/milestone/{milestone.id}").text
    assert ("Nele" in page, f"Erased person {person.id}" in page) == (False, True)


def test_erasing_somebody_unknown_changes_nothing(run):
    code, said = run("erase-person", "nobody@example.org", "--reason", "x", "--yes")

    assert (code, "Nobody has the address" in said) == (2, True)


def test_the_application_is_protected_from_itself_and_the_owner_is_not(app, settings):
    engine = create_engine(settings.database_owner_url)
    with engine.connect() as owner:
        as_owner = owner.scalar(text(seals.PROTECTED))
    engine.dispose()

    assert (seals.is_protected(), as_owner) == (True, False)
